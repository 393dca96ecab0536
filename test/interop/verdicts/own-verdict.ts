/** What our loader says of a text: the same questions as to the real `haproxy -c`, within this process. */

import { loadConfiguration } from '../../../src/config/loader.ts';
import { systemOptions } from '../../../src/config/sources.ts';
import { alertsOf, type Verdict, withoutSummary } from './real-verdict.ts';

export async function askOurselves(text: string): Promise<Verdict> {
  const result = await loadConfiguration([{ name: 'x.cfg', text }], systemOptions());
  const output = result.diagnostics
    .filter((found) => found.severity === 'alert')
    .map((found) => `[ALERT] (1) : config : ${found.text}`);
  const alerts = alertsOf(output.join('\n'));
  return { exitCode: result.exitCode, alerts: withoutSummary(alerts) };
}
