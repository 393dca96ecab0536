import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import {
  CAUSES,
  COMBINATIONS,
  explainTermination,
  PERSISTENCE,
  PHASES,
  REQUEST_COOKIES,
  RESPONSE_COOKIES,
} from '../../../src/admin/words/termination-states.ts';
import * as states from '../../../src/proxy/stream-states.ts';

const MANUAL = '/usr/share/doc/haproxy/configuration.txt.gz';

const lettersOf = (list: readonly { readonly letter: string }[]): string => list.map((one) => one.letter).join('');

t.test("the letters are the manual's (8.5)", async (test) => {
  test.equal(lettersOf(CAUSES), 'CSPLRIDUKcs-');
  test.equal(lettersOf(PHASES), 'RQCHDLT-');
  test.equal(lettersOf(REQUEST_COOKIES), 'NIDVEOU-');
  test.equal(lettersOf(RESPONSE_COOKIES), 'NIUPRD-');
});

t.test(
  'no letter and no combination of the installed manual is missing',
  { skip: existsSync(MANUAL) ? false : 'the manual of haproxy is not installed (haproxy-doc)' },
  async (test) => {
    const manual = gunzipSync(readFileSync(MANUAL)).toString('latin1');
    const start = manual.indexOf('\n8.5. Session state at disconnection\n---');
    const section = manual.slice(start, manual.indexOf('\n8.6. ', start));
    const lists = section.split(/^ {2}- /m).slice(1);
    const letters = lists.map((text) => [...text.matchAll(/^ {8}([A-Za-z-]) : /gm)].map((found) => found[1]).join(''));
    test.strictSame(letters, [CAUSES, PHASES, REQUEST_COOKIES, RESPONSE_COOKIES].map(lettersOf));
    const [, first = '', second = ''] = /Flags {3}Reason(.*)The combination of the two last(.*)/s.exec(section) ?? [];
    const pairs = (text: string) => [...text.matchAll(/^ {5}([A-Za-z-]{2}) {3}\S/gm)].map((found) => found[1]).sort();
    test.ok(pairs(first).length > 20 && pairs(second).length > 8);
    test.strictSame(COMBINATIONS.map((one) => one.letters).sort(), pairs(first));
    test.strictSame(PERSISTENCE.map((one) => one.letters).sort(), pairs(second));
  },
);

t.test('whatever the proxy writes is explained', async (test) => {
  const codes = (prefix: string) =>
    Object.entries(states).flatMap(([name, value]) =>
      name.startsWith(prefix) && typeof value === 'number' ? [String.fromCharCode(value)] : [],
    );
  const causes = codes('CAUSE_');
  const phases = codes('AT_');
  test.ok(causes.length > 8 && phases.length > 5);
  for (const cause of causes) {
    for (const phase of phases) {
      const words = explainTermination(cause + phase);
      test.match(words?.summary, /^[A-Z].*\.$/, cause + phase);
    }
  }
});

t.test('two and four letters are explained, anything else is not', async (test) => {
  test.equal(explainTermination('--')?.summary, 'Everything went well.');
  test.equal(explainTermination('----')?.summary, 'Everything went well.');
  test.equal(explainTermination('sH--')?.summary, 'The server did not answer within timeout server.');
  test.equal(explainTermination('sH--')?.cause.side, 'server');
  test.equal(explainTermination('--NI')?.summary, 'Everything went well. No cookie came, one was set.');
  test.equal(
    explainTermination('KDUP')?.summary,
    "An operator ended it while data were passing. Cookie: a cookie came and was not needed, the server's was passed on.",
  );
  for (const wrong of ['', '-', 'cDx', 'xx', 'Cx', '---', '--xN', '--Nx', '-----']) {
    test.equal(explainTermination(wrong), undefined, wrong);
  }
});
