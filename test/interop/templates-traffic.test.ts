/** What the templates promise, on the real haproxy: also those that the proxy does not offer yet. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { exampleAnswers } from '../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../src/admin/templates/apply.ts';
import { TEMPLATES } from '../../src/admin/templates/catalogue.ts';
import { freePort } from './differential/free-port.ts';
import { findReference, ProxyProcess } from './differential/proxy-process.ts';
import { SCENARIOS } from './templates/all-scenarios.ts';
import type { Start } from './templates/scenario.ts';

t.setTimeout(600_000);

const directory = mkdtempSync(join(tmpdir(), 'mahalo-templates-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

function starter(test: Test, program: string, id: string): Start {
  const template = TEMPLATES.find((one) => one.id === id);
  if (template === undefined) throw new Error(`there is no template "${id}"`);
  const { map } = template.questions;
  return async (answers) => {
    const port = await freePort();
    const given = {
      ...exampleAnswers(template.questions),
      ...(map === undefined ? {} : { map: join(directory, `${port}.map`) }),
      ...{ address: '127.0.0.1', port },
      ...answers,
    };
    const result = applyTemplate(template, given, { configuration: '' });
    if (result.kind === 'refused') throw new Error(result.errors.map((error) => error.message).join());
    for (const file of result.files) writeFileSync(file.path, file.text);
    const proxy = await ProxyProcess.start(program, result.configuration.text);
    test.teardown(() => proxy.stop());
    return port;
  };
}

const haproxy = findReference();
for (const { template, what, play } of SCENARIOS) {
  const skip = haproxy === null && 'haproxy is not here';
  t.test(`${template}: ${what}`, { skip }, (test) => play(test, starter(test, haproxy ?? '', template)));
}
