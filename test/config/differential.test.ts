/**
 * What we say about a configuration against what the real `haproxy -c` says: exit code and every message, byte for byte,
 * but for the process id and blank lines. Where a case differs on purpose it says why, and only what must agree is
 * compared.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { loadConfiguration } from '../../src/config/loader.ts';
import { systemOptions } from '../../src/config/sources.ts';
import { tableSample } from '../table-sample.ts';
import { BACKENDS } from './cases/backends.ts';
import { GOES_ON } from './cases/case.ts';
import { DETAILS } from './cases/details.ts';
import { DIRECTIVES } from './cases/directives.ts';
import { EXPRESSIONS } from './cases/expressions.ts';
import { FORMATTED_STRINGS } from './cases/formatted-strings.ts';
import { FRONTENDS } from './cases/frontends.ts';
import { GLOBALS } from './cases/globals.ts';
import { HTTP_ACTIONS } from './cases/http-actions.ts';
import { LATER } from './cases/later.ts';
import { LEXER } from './cases/lexer.ts';
import { LOGS } from './cases/logs.ts';
import { OPTIONS } from './cases/options.ts';
import { REFERENCES } from './cases/references.ts';
import { RULES } from './cases/rules.ts';
import { SECTIONS } from './cases/sections.ts';

const LABELS = { alert: '[ALERT]    ', warning: '[WARNING]  ', notice: '[NOTICE]   ', diag: '[DIAG]     ' } as const;

interface Verdict {
  readonly exitCode: number | null;
  readonly lines: readonly string[];
}

function normalize(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('[NOTICE]'))
    .map((line) => line.replace(/^(\[\w+\]\s+)\(\d+\)/, '$1(1)'));
}

const directory = mkdtempSync(join(tmpdir(), 'mahalo-config-'));
t.teardown(() => rmSync(directory, { recursive: true }));

function askHaproxy(text: string): Verdict {
  writeFileSync(join(directory, 'x.cfg'), text, 'latin1');
  const run = spawnSync('haproxy', ['-c', '-f', 'x.cfg'], { cwd: directory, encoding: 'latin1', timeout: 120_000 });
  return { exitCode: run.status, lines: normalize(run.stderr) };
}

async function askOurselves(text: string): Promise<Verdict> {
  const result = await loadConfiguration([{ name: 'x.cfg', text }], systemOptions());
  const rendered = result.diagnostics.map((found) => `${LABELS[found.severity]}(1) : config : ${found.text}`);
  return { exitCode: result.exitCode, lines: normalize(rendered.join('\n')) };
}

t.setTimeout(600_000);

const CASES = [
  ...LEXER,
  ...SECTIONS,
  ...FRONTENDS,
  ...BACKENDS,
  ...OPTIONS,
  ...REFERENCES,
  ...RULES,
  ...HTTP_ACTIONS,
  ...LOGS,
  ...FORMATTED_STRINGS,
  ...GLOBALS,
  ...LATER,
  ...DETAILS,
  ...EXPRESSIONS,
  ...DIRECTIVES,
];

const version = spawnSync('haproxy', ['-v'], { encoding: 'utf8' });
if (version.error !== undefined || !version.stdout.includes('version 2.6')) {
  t.plan(0, 'haproxy 2.6 is not installed');
} else {
  for (const { name, text, differs, sameExit } of tableSample(CASES)) {
    t.test(`haproxy says the same: ${name}`, async (test) => {
      const theirs = askHaproxy(text);
      const ours = await askOurselves(text);
      if (sameExit !== false) test.equal(ours.exitCode, theirs.exitCode, 'exit code');
      if (differs === undefined) test.strictSame(ours.lines, theirs.lines, 'messages');
      else if (differs === GOES_ON) {
        test.strictSame(ours.lines.slice(0, theirs.lines.length), theirs.lines, 'first messages');
      } else test.not(ours.lines.join('\n'), theirs.lines.join('\n'), `no more a difference: ${differs}`);
    });
  }
}
