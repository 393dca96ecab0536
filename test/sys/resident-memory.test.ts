import { readFileSync } from 'node:fs';
import t from 'tap';
import { cleanMappings, releaseMemory } from '../../src/sys/resident-memory.ts';

function mapping(first: string, kilobytes: { dirty?: number; anonymous?: number; swap?: number } = {}): string {
  const { dirty = 0, anonymous = 0, swap = 0 } = kilobytes;
  return `${first}
Size:                  8 kB
Rss:                   8 kB
Private_Dirty:  ${`${dirty}`.padStart(8)} kB
Anonymous:      ${`${anonymous}`.padStart(8)} kB
AnonHugePages:         0 kB
Swap:           ${`${swap}`.padStart(8)} kB
SwapPss:               0 kB
VmFlags: rd ex mr mw me
`;
}

t.test('mappings whose pages may go', async (t) => {
  const smaps =
    mapping('00400000-00402000 r-xp 0042e000 fd:00 11                         /opt/with blank/node') +
    mapping('00402000-00404000 r--p 00430000 fd:00 11                         /opt/with blank/node') +
    mapping('00404000-00406000 r--p 00432000 fd:00 11                         /opt/with blank/node', { dirty: 4 }) +
    mapping('00406000-00408000 r--p 00434000 fd:00 11                         /opt/with blank/node', { anonymous: 4 }) +
    mapping('00408000-0040a000 r-xp 00436000 fd:00 11                         /opt/with blank/node', { swap: 4 }) +
    mapping('0040a000-0040c000 rw-p 00438000 fd:00 11                         /opt/with blank/node') +
    mapping('0040c000-0040e000 r--s 0043a000 fd:00 11                         /opt/shared') +
    mapping('7f0000000000-7f0000002000 r--p 00000000 00:00 0 ') +
    mapping('7fff00000000-7fff00002000 r-xp 00000000 00:00 0                          [vdso]');
  t.strictSame(
    cleanMappings(smaps),
    [
      { start: 0x400000, length: 0x2000 },
      { start: 0x402000, length: 0x2000 },
    ],
    'private, not writable, of a file, never written to',
  );
});

t.test('a process whose memory was released', async (t) => {
  const fileKilobytes = (): number =>
    Number(/^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
  const before = fileKilobytes();
  releaseMemory(true);
  t.ok(fileKilobytes() < before, 'has fewer pages of files');
  const text = 'mahalo '.repeat(1000);
  t.equal(JSON.parse(JSON.stringify({ text })).text, text, 'goes on as before');
  t.doesNotThrow(() => releaseMemory(false), 'and may do it again');
});
