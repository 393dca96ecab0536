/** The table of keywords: complete against keepalived 2.2.7, in order, and what docs/keepalived-keywords.md says. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { BlockName } from '../../../src/vrrp/config/keyword.ts';
import { KEYWORDS } from '../../../src/vrrp/config/table.ts';
import { MAHALO_WORDS } from '../../mahalo-words.ts';

const ROOT = join(import.meta.dirname, '../../..');

t.test('docs/keepalived-keywords.md is what the registry says; if not, run "npm run keywords"', async (test) => {
  const [program, ...before] = MAHALO_WORDS;
  const words = [...before, 'vrrp', 'keywords', '--markdown'];
  const { stdout, status } = spawnSync(program, words, { encoding: 'utf8', timeout: 120_000 });
  test.equal(status, 0);
  const stored = readFileSync(join(ROOT, 'docs/keepalived-keywords.md'), 'utf8').split('\n');
  const lines = stdout.split('\n');
  test.strictSame(
    lines.filter((line) => !stored.includes(line)),
    [],
    'lines to add',
  );
  test.strictSame(
    stored.filter((line) => !lines.includes(line)),
    [],
    'lines to remove',
  );
});

t.test('every keyword of keepalived 2.2.7 is known, in its block', async (test) => {
  const text = readFileSync(join(import.meta.dirname, 'keywords-2.2.7.txt'), 'utf8').trim();
  const theirs = text.split('\n').map((line) => line.split(' ') as [string, string]);
  test.ok(theirs.length > 250, `${theirs.length}`);
  for (const [block, name] of theirs) {
    const home = (block === '-' ? '' : block) as BlockName;
    test.ok(KEYWORDS.find(home, name), `${block} ${name}`);
  }
  const known = new Set(theirs.map(([block, name]) => `${block === '-' ? '' : block} ${name}`));
  for (const [block, keywords] of KEYWORDS.blocks) {
    if (block === 'vrrp_track_proxy') continue;
    for (const { name, since } of keywords.values()) {
      // `vrrp_ipsets` needs a keepalived that was built with ipsets.
      test.equal(known.has(`${block} ${name}`), since === undefined, `${block} ${name}: since`);
    }
  }
});

t.test('what has no effect, or is refused, says why; what works can be read', async (test) => {
  for (const keywords of KEYWORDS.blocks.values()) {
    for (const { name, standing, why, help, read } of keywords.values()) {
      test.ok(help.length > 0 && help.length < 120, `${name}: help`);
      if (standing !== 'ignored') test.equal(standing === 'works', read !== undefined, `${name}: is read`);
      test.equal(standing === 'works', why === undefined, `${name}: why not`);
    }
  }
});

t.test('hints for unknown words: the block they belong to, else one that is like them', async (test) => {
  test.equal(KEYWORDS.hint('vrrp_instance', 'virtual_ipadress'), "did you mean 'virtual_ipaddress'?");
  test.equal(KEYWORDS.hint('vrrp_instance', 'vrrp_version'), "'vrrp_version' belongs into global_defs { ... }");
  test.equal(KEYWORDS.hint('global_defs', 'qqqq'), undefined);
});
