/** haproxy prints its own table of fetches and ACL keywords: ours says the same of names, arguments, types and places. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { ArgumentType } from '../../src/config/arguments.ts';
import { CHECK_POINTS } from '../../src/config/keywords/check-points.ts';
import type { FetchEntry } from '../../src/config/keywords/fetch-entry.ts';
import { ACL_KEYWORDS, FETCHES } from '../../src/config/keywords/fetches.ts';
import { findReference } from '../interop/differential/proxy-process.ts';

const reference = findReference();
const skip = reference === null ? 'haproxy is not here' : false;

const WORDS: Readonly<Partial<Record<ArgumentType, string>>> = {
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
  userlist: 'user list',
};

/** In 1.9 only, and not built into Debian's. */
const ELSEWHERE = ['set-cookie', '51d.all'];

function dump(option: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-fetches-'));
  const file = join(folder, 'empty.cfg');
  writeFileSync(file, 'defaults\n');
  const { stdout } = spawnSync(reference as string, [option, '-c', '-f', file], { encoding: 'latin1' });
  rmSync(folder, { recursive: true });
  return stdout.split('\n');
}

/** `[ Y . ... ] name(arguments): type`, without the blanks between the marks. */
function line({ name, places, output, arguments: types, least }: FetchEntry): string {
  const marks = CHECK_POINTS.map((_point, bit) => ((places & (1 << bit)) === 0 ? '.' : 'Y')).join('');
  const words = types.map((type, i) => `${i === least ? '[' : ''}${i > 0 ? ',' : ''}${WORDS[type] ?? type}`).join('');
  const list = types.length === 0 ? '' : `(${words}${types.length > least ? ']' : ''})`;
  return `${marks} ${name}${list}: ${output}`;
}

t.test('every fetch is declared as haproxy declares it', { skip }, (test) => {
  const theirs = dump('-dKsmp').flatMap((text) => {
    const found = /^\[ ([Y. ]+) \] (.*)$/.exec(text);
    return found === null ? [] : [`${(found[1] ?? '').replaceAll(' ', '')} ${found[2]}`];
  });
  test.ok(theirs.length > 400);
  for (const text of theirs) {
    const name = /^\S+ ([^(:]+)/.exec(text)?.[1] ?? '';
    const entry = FETCHES.get(name);
    if (entry !== undefined) test.equal(line(entry), text, name);
    else test.fail(`${name} is not declared`);
  }
  const names = new Set(theirs.map((text) => /^\S+ ([^(:]+)/.exec(text)?.[1]));
  for (const name of FETCHES.keys())
    if (!ELSEWHERE.includes(name)) test.ok(names.has(name), `${name} is a fetch of haproxy`);
  test.end();
});

t.test('every ACL keyword means what it means to haproxy', { skip }, (test) => {
  const theirs = new Map(
    dump('-dKacl').flatMap((text) => {
      const found = /^(\S+) = (\S+) -m (\S+)$/.exec(text);
      return found === null ? [] : [[found[1] ?? '', `${found[2]} -m ${found[3]}`] as const];
    }),
  );
  test.ok(theirs.size > 70);
  const fetchOf = (name: string): string => FETCHES.get(name)?.meaning ?? name;
  for (const [name, meaning] of theirs) {
    const entry = ACL_KEYWORDS.get(name);
    const [fetch = '', , match] = meaning.split(' ');
    test.equal(`${fetchOf(entry?.fetch ?? '')} ${entry?.match}`, `${fetchOf(fetch)} ${match}`, name);
  }
  test.strictSame([...ACL_KEYWORDS.keys()].sort(), [...theirs.keys()].sort());
  test.end();
});
