/** The boot environment: the bytes U-Boot's own tool makes, and no write that is cut short loses both copies. */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { environmentOf } from '../../../src/appliance/boot/boot-medium.ts';
import { bootVariables, readBootState } from '../../../src/appliance/boot/boot-state.ts';
import {
  decodeEnvironment,
  ENVIRONMENT_SIZE,
  encodeEnvironment,
} from '../../../src/appliance/boot/environment-codec.ts';
import { readEnvironment, writeEnvironment } from '../../../src/appliance/boot/environment-store.ts';
import { readRegion } from '../../../src/appliance/boot/region.ts';
import { findProgram } from '../../find-program.ts';

t.setTimeout(300_000);
const directory = mkdtempSync(join(tmpdir(), 'mahalo-environment-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const disk = join(directory, 'disk.img');
const fd = openSync(disk, 'w+');
ftruncateSync(fd, 13 * 1024 * 1024);
t.teardown(() => closeSync(fd));
const regions = environmentOf(disk);

const names = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/);
const values = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
const variables = fc.dictionary(names, values, { maxKeys: 40 }).map((object) => new Map(Object.entries(object)));

const mkenvimage = findProgram('mkenvimage');

t.test('the bytes are those of mkenvimage', { skip: mkenvimage === null && 'u-boot-tools is not here' }, (t) => {
  const state = {
    BOOT_A_LEFT: '3',
    BOOT_B_LEFT: '0',
    BOOT_ORDER: 'A B',
    BOOT_REASON: '{"A":{"version":"1"}}',
    BOOT_SEQ: '1f',
  };
  const input = Object.entries(state).map(([name, value]) => `${name}=${value}\n`);
  const made = spawnSync(mkenvimage as string, ['-s', String(ENVIRONMENT_SIZE), '-p', '0', '-o', '-', '-'], {
    input: input.join(''),
  });
  t.equal(made.status, 0, made.stderr.toString());
  t.ok(encodeEnvironment(new Map(Object.entries(state))).equals(made.stdout));
  t.same(Object.fromEntries(decodeEnvironment(made.stdout) ?? []), state);
  t.end();
});

t.test('whatever is written is read again, and a backslash is doubled as U-Boot does', (t) => {
  fc.assert(
    fc.property(variables, (given) => {
      const read = decodeEnvironment(encodeEnvironment(given));
      return (
        read !== undefined && read.size === given.size && [...given].every(([name, value]) => read.get(name) === value)
      );
    }),
  );
  t.ok(encodeEnvironment(new Map([['X', 'a\\b']])).includes('X=a\\\\b\0'));
  t.throws(() => encodeEnvironment(new Map([['X=', 'a']])), RangeError);
  t.throws(() => encodeEnvironment(new Map([['X', 'a\0b']])), RangeError);
  t.throws(() => encodeEnvironment(new Map([['X', 'a'.repeat(ENVIRONMENT_SIZE)]])), RangeError);
  t.end();
});

t.test('any bytes are an environment or none, and never end us', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (start, valid) => {
      const bytes = Buffer.alloc(ENVIRONMENT_SIZE, 0x41);
      Buffer.from(start).copy(bytes, 4);
      if (valid) bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
      const state = readBootState(decodeEnvironment(bytes));
      // What comes of it is a state that can be written.
      return encodeEnvironment(bootVariables(state)).length === ENVIRONMENT_SIZE;
    }),
  );
  t.equal(decodeEnvironment(Buffer.alloc(0)), undefined);
  t.equal(decodeEnvironment(Buffer.alloc(ENVIRONMENT_SIZE)), undefined, 'a new medium');
  t.equal(decodeEnvironment(Buffer.alloc(ENVIRONMENT_SIZE, 0xff)), undefined, 'an erased flash');
  t.end();
});

t.test('writes alternate, count up as U-Boot counts, and the newest copy is read', (t) => {
  t.equal(readEnvironment(regions).variables, undefined, 'nothing there yet');
  for (let round = 1; round <= 40; round++) {
    writeEnvironment(regions, new Map([['ROUND', String(round)]]));
    const read = readEnvironment(regions);
    t.equal(read.variables?.get('ROUND'), String(round));
    t.equal(read.variables?.get('BOOT_SEQ'), round.toString(16));
    t.equal(read.copy, (round - 1) % 2);
  }
  t.end();
});

t.test('a write torn at any byte leaves the older copy or the newer one, whole', (t) => {
  const everyTear = fc.property(
    fc.integer({ min: 0, max: ENVIRONMENT_SIZE }),
    fc.integer({ min: 0, max: ENVIRONMENT_SIZE }),
    variables,
    (from, to, next) => {
      writeEnvironment(regions, new Map([['WHICH', 'older']]));
      const { copy: older } = readEnvironment(regions);
      const copy = older === 0 ? 1 : 0;
      const before = readRegion(regions[copy]);
      writeEnvironment(regions, new Map([...next, ['WHICH', 'newer']]));
      const after = readRegion(regions[copy]);
      // What was on the way when the power went: any stretch of sectors or bytes of it.
      const torn = Buffer.from(before);
      after.copy(torn, Math.min(from, to), Math.min(from, to), Math.max(from, to));
      writeSync(fd, torn, 0, torn.length, regions[copy].offset);
      const which = readEnvironment(regions).variables?.get('WHICH');
      return which === (torn.equals(after) ? 'newer' : 'older');
    },
  );
  t.doesNotThrow(() => fc.assert(everyTear, { numRuns: 50 }));
  t.end();
});
