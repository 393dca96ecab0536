/** `mahalo proxy -c` seen from outside: what it prints, where, and its exit code. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { MAHALO_WORDS } from '../mahalo-words.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-check-'));
t.teardown(() => rmSync(directory, { recursive: true }));
t.setTimeout(600_000);

const LISTEN = 'defaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nlisten l\n bind 127.0.0.1:1\n';

function check(text: string, ...flags: readonly string[]) {
  writeFileSync(join(directory, 'x.cfg'), text, 'latin1');
  const [program, ...words] = MAHALO_WORDS;
  const run = spawnSync(program, [...words, 'proxy', '-c', '-f', 'x.cfg', ...flags], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: run.status, out: run.stdout, said: run.stderr.replaceAll(/\(\d+\)/g, '(1)') };
}

t.test('zero-warning makes a warning an error', async (test) => {
  test.equal(check(`.warning w\n${LISTEN}`).code, 0);
  const strict = check(`global\n zero-warning\n.warning w\n${LISTEN}`);
  test.equal(strict.code, 1);
  test.match(strict.said, "[ALERT]    (1) : config : Some warnings were found and 'zero-warning' is set. Aborting.");
  test.equal(check(`global\n zero-warning\n${LISTEN}`).code, 0);
});

t.test('.diag is shown with -dD only, and changes nothing', async (test) => {
  const text = `.diag look\n${LISTEN}`;
  test.notMatch(check(text).said, 'look');
  const shown = check(text, '-dD');
  test.match(shown.said, "[DIAG]     (1) : config : parsing [x.cfg:1]: 'look'.");
  test.equal(shown.code, 0);
  test.equal(check(text, '-dW').code, 0);
});

t.test('--json is one document, with all there is to say and its verdict as the exit code', async (test) => {
  const valid = check(LISTEN, '--json');
  test.equal(valid.code, 0);
  test.equal(valid.said, '');
  test.match(JSON.parse(valid.out), { verdict: 'valid' });

  const invalid = check(`${LISTEN} bnid :1\n use_backend x if nothing\n`, '--json');
  test.equal(invalid.code, 1);
  test.strictSame(JSON.parse(invalid.out), {
    verdict: 'invalid',
    diagnostics: [
      {
        severity: 'error',
        file: 'x.cfg',
        line: 7,
        column: 2,
        endColumn: 6,
        message: "unknown keyword 'bnid' in 'listen' section; did you mean 'bind' maybe ?",
        hint: "did you mean 'bind'?",
        keyword: 'bnid',
      },
      {
        severity: 'error',
        file: 'x.cfg',
        line: 8,
        column: 19,
        endColumn: 26,
        message: "error detected while parsing switching rule : no such ACL : 'nothing'.",
        hint: "declare it in this section: 'acl nothing <criterion> <pattern>'",
        keyword: 'use_backend',
      },
    ],
  });

  test.equal(check('defaults\n timeout client 1s\nbackend b\n', '--json').code, 2);
  test.equal(check(`.warning w\n${LISTEN}`, '--json', '-dW').code, 1);
  const missing = check(LISTEN, '--json', '-f', 'gone.cfg');
  test.equal(missing.code, 1);
  test.match(JSON.parse(missing.out), {
    verdict: 'invalid',
    diagnostics: [{ file: '', line: 0, message: /gone.cfg : No such file or directory$/ }],
  });
});

t.test('a finding is told with -dD, and the verdict stays', async (test) => {
  const text = `${LISTEN} acl a path /\n`;
  test.notMatch(check(text).said, 'never used');
  const shown = check(text, '-dD', '-dW');
  test.match(shown.said, "[DIAG]     (1) : config : parsing [x.cfg:7] : acl 'a' is never used.");
  test.equal(shown.code, 0);
});

t.test('hints are told with -dD, each behind its message', async (test) => {
  const text = `${LISTEN} bnid :1\n`;
  test.notMatch(check(text).said, 'hint');
  test.match(
    check(text, '-dD').said,
    /'bind' maybe \?\n\[DIAG\] +\(1\) : config : \[x\.cfg:7:2\] hint: did you mean 'bind'\?\n/,
  );
});

t.test('.if knows the version and the features', async (test) => {
  const text = '.if version_atleast(2.6)\n.warning new\n.endif\n.if feature(EPOLL)\n.warning epoll\n.endif\n';
  const { said } = check(`${text}.if feature(QUIC)\n.warning quic\n.endif\n${LISTEN}`);
  test.match(said, "'new'");
  test.match(said, "'epoll'");
  test.notMatch(said, "'quic'");
});
