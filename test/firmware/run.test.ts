/** The parts of firmware/emulator/run that work without QEMU. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import t from 'tap';
import { overwriteDisk, partition, privateDisk, readDisk } from '../../firmware/emulator/run/disk.ts';
import { SerialConsole } from '../../firmware/emulator/run/serial-console.ts';

const SECTOR = 512;

/** A disk with nothing but the table that names its partitions. */
function diskWith(partitions: readonly { name: string; first: number; last: number }[]): Buffer {
  const disk = Buffer.alloc(64 * SECTOR);
  disk.write('EFI PART', SECTOR, 'latin1');
  disk.writeBigUInt64LE(2n, SECTOR + 72);
  disk.writeUInt32LE(16, SECTOR + 80);
  disk.writeUInt32LE(128, SECTOR + 84);
  for (const [index, { name, first, last }] of partitions.entries()) {
    const entry = 2 * SECTOR + index * 128;
    disk.writeBigUInt64LE(BigInt(first), entry + 32);
    disk.writeBigUInt64LE(BigInt(last), entry + 40);
    disk.write(name, entry + 56, 'utf16le');
  }
  return disk;
}

t.test('partitions are found by their names in a private copy', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-disk-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const image = join(directory, 'image');
  writeFileSync(
    image,
    diskWith([
      { name: 'slotA', first: 20, last: 29 },
      { name: 'data', first: 30, last: 30 },
    ]),
  );
  const disk = privateDisk(image, join(directory, 'disk'));
  t.same(partition(disk, 'slotA'), { name: 'slotA', start: 20 * SECTOR, length: 10 * SECTOR });
  const data = partition(disk, 'data');
  overwriteDisk(disk, data.start, Buffer.from('damaged'));
  t.equal(readDisk(disk, data.start, 7).toString(), 'damaged');
  t.equal(readDisk(image, data.start, 1)[0], 0, 'the image stays as it was');
  t.throws(() => partition(disk, 'slotB'), /no partition slotB/);
  t.end();
});

t.test('the console', async (t) => {
  const output = new PassThrough();
  const input = new PassThrough();
  const console = new SerialConsole(output, input);

  t.test('what is waited for may come in pieces, and what came already is found', async (t) => {
    const login = console.waitFor(/claim code: (\S+)/);
    output.write('U-Boot\r\nclaim c');
    output.write('ode: ABCD\r\n');
    t.equal((await login).groups[1], 'ABCD');
    t.match(await console.waitFor(/U-Boot/), { end: 6 });
  });

  t.test('only from a position on', async (t) => {
    const from = console.position;
    t.equal(console.find(/U-Boot/, from), undefined);
    output.write('\x1b[1GU-\x1b[');
    output.write('0JBoot\n');
    t.equal((await console.waitFor(/U-Boot/, { from })).end, from + 6, 'what moves the cursor is not there');
  });

  t.test('a line for the shell is not taken for its answer', async (t) => {
    // What a terminal does: it echoes what is typed, then the shell answers.
    input.once('data', (typed: Buffer) => {
      const [first = '', second = ''] = typed.toString().split('\n');
      output.write(`# ${first}\r\nbegin 1\r\nhello\r\n# ${second}\r\nend 1 3\r\n# `);
    });
    t.same(await console.shell('echo hello; false'), { status: 3, output: 'hello\n' });
  });

  t.test('who waits hears of a limit and of the end, with the end of the log', async (t) => {
    await t.rejects(console.waitFor(/never/, { limitMs: 1 }), /not within 1 ms.*never.*hello/s);
    const waiting = t.rejects(console.waitFor(/never/), /ended before/);
    output.destroy();
    await waiting;
    await t.rejects(console.waitFor(/never/), /ended before/);
  });
});
