/** What our loader says of a text: the same questions as to the real `haproxy -c`, within this process. */

import { loadConfiguration } from '../../../src/config/loader.ts';
import { systemOptions } from '../../../src/config/sources.ts';
import { type Verdict, withoutSummary } from './real-verdict.ts';

export async function askOurselves(text: string): Promise<Verdict> {
  const result = await loadConfiguration([{ name: 'x.cfg', text }], systemOptions());
  const alerts = result.diagnostics
    .filter((found) => found.severity === 'alert')
    .map((found) => `config : ${found.text.split('\n')[0]}`);
  return { exitCode: result.exitCode, alerts: withoutSummary(alerts) };
}
