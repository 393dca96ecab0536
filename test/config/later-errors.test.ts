import t from 'tap';
import { reportOf } from '../../src/config/report.ts';
import { loadTexts, TIMEOUTS } from './loading.ts';

const FRONT = `defaults\n mode http\n${TIMEOUTS}frontend f\n bind :1\n`;

/** The errors with their lines, and whether HAProxy would only tell them later. */
async function errorsOf(text: string): Promise<readonly string[]> {
  const { everything } = await loadTexts([text]);
  return everything
    .filter((one) => one.fatal && !one.summary)
    .map((one) => `${one.line}:${one.column}${one.later ? ' later' : ''} ${one.message}`);
}

t.test('one run tells the errors of lines and those between sections', async (test) => {
  const text = `${FRONT} use_backend nothing\n default_backend b\n bnid :2\nbackend b\n server s gone:80\n use-server x if TRUE\n`;
  test.strictSame(await errorsOf(text), [
    "10:2 unknown keyword 'bnid' in 'frontend' section; did you mean 'bind' maybe ?",
    "8:14 later Proxy 'f': unable to find required use_backend: 'nothing'.",
    "13:13 later backend 'b' : unable to find server 'x' referenced in a 'use-server' rule.",
    "12:11 later 'server b/s' : could not resolve address 'gone'.",
  ]);
});

t.test('what follows from a line that could not be read is not held against others', async (test) => {
  const text = `${FRONT} default_backend b\nbackend b\n server s :80 chekc\n use-server s if TRUE\n`;
  test.strictSame(await errorsOf(text), ["10:15 'server b/s' : unknown keyword 'chekc'; did you mean 'check' maybe ?"]);
});

t.test('HAProxy says less: its list of messages has no later ones', async (test) => {
  const { diagnostics } = await loadTexts([`${FRONT} use_backend nothing\n bnid :2\n`]);
  test.notOk(diagnostics.some((one) => one.later));
  test.equal(diagnostics.at(-1)?.message, 'Fatal errors found in configuration.');
});

t.test('what HAProxy tells in one message is told one by one to editors', async (test) => {
  const text = `${FRONT} use_backend b if { nbsrv(bb) gt 1 } { nbsrv(nothing) gt 1 }\nbackend b\n`;
  const loaded = await loadTexts([text]);
  test.match(loaded.diagnostics[0]?.text, /^multiple argument resolution errors:\n {8}parsing \[test.cfg:8\]: unable/);
  test.match(reportOf(loaded, false).diagnostics, [
    { line: 8, column: 27, message: /'bb'/, hint: "did you mean 'b'?" },
    { line: 8, column: 46, message: /'nothing'/, hint: "declare it: 'backend nothing'" },
  ]);
});
