/** What a kernel left in memory is kept with the last words, once. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { keepKernelWords } from '../../../src/appliance/boot/kernel-words.ts';
import { LastWordsStore } from '../../../src/appliance/supervisor/last-words.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-pstore-'));
t.teardown(() => rmSync(directory, { recursive: true }));
const pstore = join(directory, 'fs/pstore');
const words = new LastWordsStore(join(directory, 'data'));
const leave = (name: string, text: string): void => {
  mkdirSync(pstore, { recursive: true });
  writeFileSync(join(pstore, name), text);
};

t.test('a panic is kept, and its memory is free again', (t) => {
  t.equal(keepKernelWords(directory, words, false), 0, 'a board without such memory');
  leave('dmesg-ramoops-0', 'Kernel panic - not syncing');
  leave('console-ramoops-0', 'the console');
  leave('pmsg-ramoops-0', 'not ours');
  t.equal(keepKernelWords(directory, words, true), 1, 'a restart that was announced: no console');
  t.match(words.of('kernel'), [{ role: 'kernel', how: 'the kernel panicked', text: 'Kernel panic - not syncing' }]);
  t.same(readdirSync(pstore), ['pmsg-ramoops-0']);
  t.end();
});

t.test('of a machine that just started anew, the end of its console', (t) => {
  leave('console-ramoops-0', `${'x'.repeat(100_000)}the end`);
  t.equal(keepKernelWords(directory, words, false), 1);
  const last = words.of('kernel').at(-1);
  t.match(last, { how: /without having been told/, text: /the end$/ });
  t.ok((last?.text.length ?? 0) <= 65536);
  t.notOk(existsSync(join(pstore, 'console-ramoops-0')));
  t.end();
});
