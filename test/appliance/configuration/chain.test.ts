/** Which configuration a unit starts with, whatever stands on its disk; and the way of the state between versions. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { type ChainPlaces, configurationInForce } from '../../../src/appliance/configuration/chain.ts';
import { prepareState } from '../../../src/appliance/configuration/state-format.ts';
import { findProgram } from '../../find-program.ts';
import { tableSample } from '../../table-sample.ts';
import { formatOf, makeState, readState } from './states.ts';

t.setTimeout(600_000);
const directory = mkdtempSync(join(tmpdir(), 'mahalo-chain-'));
t.teardown(() => rmSync(directory, { recursive: true }));
let places = 0;

function freshPlaces(damaged?: string): ChainPlaces & { readonly startup: string } {
  const place = join(directory, String(++places));
  for (const name of ['data', 'share/factory']) mkdirSync(join(place, name), { recursive: true });
  writeFileSync(join(place, 'share/factory/appliance.json'), '{"version":1,"power":"eco"}');
  const [data, share] = [join(place, 'data'), join(place, 'share')];
  return { data, share, damaged, ports: ['eth0', 'eth1'], startup: join(data, 'appliance.json') };
}

t.test('a new unit: the factory configuration is copied, and is the startup one from then on', (t) => {
  const at = freshPlaces();
  t.match(configurationInForce(at), { source: 'factory', settings: { power: 'eco' }, why: /nobody has configured/ });
  t.match(configurationInForce(at), { source: 'startup', settings: { power: 'eco' }, why: '' });
  t.equal(readFileSync(at.startup, 'utf8'), '{"version":1,"power":"eco"}');
  t.end();
});

t.test('one that cannot be used: management only, both ports for themselves, and why in words', (t) => {
  const at = freshPlaces();
  for (const [text, why] of [
    ['{"version":1', /appliance.json cannot be used: .*JSON/],
    ['', /appliance.json cannot be used/],
    ['[]', /an object is wanted/],
    ['{"version":1,"power":"turbo"}', /power: one of "eco" or "performance"/],
    [
      '{"version":1,"network":{"mode":"bridge","bridge":{"ipv4":{"address":"1.2.3.4"}}}}',
      /network.bridge.ipv4.address/,
    ],
    ['{"version":7}', /written by a newer version/],
  ] as const) {
    writeFileSync(at.startup, text);
    const { source, why: told, settings } = configurationInForce(at);
    t.equal(source, 'failure');
    t.match(told, why);
    t.match(settings.network, { mode: 'two-arm', ports: { eth0: { ipv4: 'dhcp' }, eth1: { ipv4: 'dhcp' } } });
    t.equal(readFileSync(at.startup, 'utf8'), text, 'it is left where it is');
  }
  rmSync(at.startup);
  mkdirSync(at.startup);
  t.match(configurationInForce(at), { source: 'failure', why: /cannot be read or written/ });
  t.end();
});

t.test('a damaged data partition: failure, until somebody says otherwise in memory', (t) => {
  const at = freshPlaces('the file system has errors');
  t.match(configurationInForce(at), { source: 'failure', why: /damaged: the file system has errors/ });
  t.notOk(existsSync(at.startup), 'the factory configuration is not taken for one that somebody chose');
  writeFileSync(at.startup, '{"version":1,"hostname":"again"}');
  t.match(configurationInForce(at), { source: 'startup', settings: { hostname: 'again' }, why: /gone with the power/ });
  t.end();
});

t.test('any bytes are a configuration or none, and never end us', (t) => {
  const at = freshPlaces();
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((value) => `{"version":1,"network":${value}}`),
  );
  const everyText = fc.property(texts, (text) => {
    writeFileSync(at.startup, text);
    return ['startup', 'failure'].includes(configurationInForce(at).source);
  });
  t.doesNotThrow(() => fc.assert(everyText, { numRuns: 300 }));
  t.end();
});

t.test('an update and the way back: the older build has what it had, the newer one takes it from there', (t) => {
  const data = join(directory, 'formats');
  makeState(data, 1, 'first');
  symlinkSync('/nowhere', join(data, 'admin/link'));
  t.equal(prepareState(data, formatOf(1)), 'as-it-was');
  t.equal(prepareState(data, formatOf(3)), 'migrated');
  t.same(readState(data), { version: 3, word: 'first', steps: [2, 3], people: 'first, changed by 2, changed by 3' });
  t.equal(prepareState(data, formatOf(3)), 'as-it-was');
  writeFileSync(join(data, 'admin/users.json'), 'said to the newer one');
  t.throws(() => prepareState(data, formatOf(5, [5])), /no way leads from format 3/);
  t.equal(prepareState(data, formatOf(2)), 'returned', 'the copy is the one before 3');
  t.match(readState(data), { version: 1, word: 'first' });
  t.end();
});

t.test('the older build again: its own copy, and nothing of the newer one is lost at once', (t) => {
  const data = join(directory, 'back');
  makeState(data, 1, 'first');
  prepareState(data, formatOf(2));
  writeFileSync(join(data, 'admin/users.json'), 'said to the newer one');
  t.equal(prepareState(data, formatOf(1)), 'returned');
  t.same(readState(data), { version: 1, word: 'first', people: 'first' });
  t.equal(readFileSync(join(data, 'newer/admin/users.json'), 'utf8'), 'said to the newer one');
  t.same(readdirSync(data).sort(), ['admin', 'appliance.json', 'newer']);
  makeState(data, 1, 'changed meanwhile');
  t.equal(prepareState(data, formatOf(2)), 'migrated', 'and forward once more');
  t.match(readState(data), { version: 2, word: 'changed meanwhile', people: 'changed meanwhile, changed by 2' });
  t.equal(prepareState(data, formatOf(1)), 'returned');
  t.match(readState(data), { version: 1, word: 'changed meanwhile' }, 'back to what it was at the last step forward');
  t.throws(() => prepareState(data, formatOf(3, [2])), /no way leads from format 2/);
  t.equal(prepareState(data, formatOf(1)), 'as-it-was');
  t.throws(() => prepareState(data, formatOf(2, [])), /no way leads/);
  writeFileSync(join(data, 'admin/users.json'), 'half changed');
  t.equal(prepareState(data, formatOf(1)), 'returned', 'a step forward that did not come to its end');
  t.match(readState(data), { version: 1, people: 'changed meanwhile' });
  writeFileSync(join(data, 'appliance.json'), '{"version":2}');
  t.equal(prepareState(data, formatOf(1)), 'newer');
  t.end();
});

const strace = findProgram('strace');
t.test('killed at each step of it, the next start does the rest', { skip: strace === null && 'no strace' }, (t) => {
  const [before, after] = [join(directory, 'before'), join(directory, 'after')];
  makeState(before, 1, 'first');
  cpSync(before, after, { recursive: true });
  prepareState(after, formatOf(2));
  const program = join(import.meta.dirname, 'prepare-program.ts');
  const ways = [
    { way: 'forward', from: before, format: 2, wanted: { version: 2, people: 'first, changed by 2' } },
    { way: 'back', from: after, format: 1, wanted: { version: 1, people: 'first' } },
  ];
  const calls = { rename: 6, fsync: 14, mkdir: 6, rmdir: 3, unlink: 3 };
  const rows = ways.flatMap((way) =>
    Object.entries(calls).flatMap(([call, most]) =>
      Array.from({ length: most }, (_, index) => ({ name: `${way.way} ${call} ${index + 1}`, ...way, call, index })),
    ),
  );
  let killed = 0;
  for (const { name, from, format, wanted, call, index } of tableSample(rows, 12)) {
    const data = join(directory, name.replaceAll(' ', '-'));
    cpSync(from, data, { recursive: true });
    const inject = `inject=${call},${call}at:signal=KILL:when=${index + 1}`;
    const words = ['-f', '-qq', '-o', '/dev/null', '-e', inject.replace(/(fsync|rmdir),\w+/, '$1'), process.execPath];
    const { signal, status } = spawnSync(strace as string, [...words, program, data, String(format)]);
    if (signal !== null || status !== 0) killed++;
    t.not(prepareState(data, formatOf(format)), 'newer');
    t.match(readState(data), wanted, name);
    const left = readdirSync(data).filter((one) => !['admin', 'appliance.json', 'before-2', 'newer'].includes(one));
    t.same(left, [], name);
  }
  t.comment(`killed ${killed} times`);
  t.end();
});
