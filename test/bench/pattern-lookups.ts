/**
 * Large maps: how long a whole process takes to read and check 300,000 entries, and how long a lookup takes.
 * Run: node test/bench/pattern-lookups.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PatternUseModel } from '../../src/config/model-rules.ts';
import { cast } from '../../src/sample/casts.ts';
import { PatternReference } from '../../src/sample/pattern-reference.ts';
import { matchedType } from '../../src/sample/patterns/lookup.ts';
import { Sample, STR } from '../../src/sample/sample.ts';

const COUNT = 300_000;
const LOOKUPS = 300_000;

interface Workload {
  readonly converter: string;
  readonly match: PatternUseModel['match'];
  readonly key: (index: number) => string;
  /** What is looked up to find an entry. */
  readonly text: (index: number) => string;
}

const host = (index: number): string => `host${index}.example.com`;
const path = (index: number): string => `/section${index}/`;
const address = (index: number): string => `${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

const WORKLOADS: readonly Workload[] = [
  { converter: 'map', match: 'str', key: host, text: host },
  { converter: 'map_beg', match: 'beg', key: path, text: (index) => `${path(index)}some/page.html` },
  { converter: 'map_end', match: 'end', key: (index) => `.${host(index)}`, text: (index) => `www.${host(index)}` },
  { converter: 'map_dom', match: 'dom', key: host, text: (index) => `www.${host(index)}:8080` },
  { converter: 'map_sub', match: 'sub', key: path, text: (index) => `/a/b${path(index)}page.html` },
  {
    converter: 'map_ip',
    match: 'ip',
    key: (index) => `${address(index)}.0/${index % 4 === 0 ? 24 : 25}`,
    text: (index) => `${address(index)}.9`,
  },
  {
    converter: 'map_int',
    match: 'int',
    key: (index) => `${index * 10}:${index * 10 + 5}`,
    text: (index) => `${index * 10 + 3}`,
  },
];

const directory = mkdtempSync(join(tmpdir(), 'mahalo-bench-'));
const program = join(import.meta.dirname, '../../src/main.ts');
process.stdout.write(`${COUNT} entries           start and check   index   memory   lookup\n`);
for (const { converter, match, key, text } of WORKLOADS) {
  const file = join(directory, `${converter}.map`);
  writeFileSync(file, Array.from({ length: COUNT }, (_, index) => `${key(index)} backend${index % 10}\n`).join(''));
  const configuration = join(directory, `${converter}.cfg`);
  const fetch = match === 'ip' ? 'src' : 'req.hdr(x)';
  writeFileSync(
    configuration,
    'defaults\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n' +
      `frontend f\n bind 127.0.0.1:1\n http-request set-header x %[${fetch},${converter}(${file},none)]\n`,
  );
  const began = performance.now();
  const checked = spawnSync(process.execPath, [program, 'proxy', '-c', '-f', configuration]);
  const checkMs = performance.now() - began;
  if (checked.status !== 0) throw new Error(checked.stderr.toString());
  const before = process.memoryUsage();
  const indexing = process.cpuUsage();
  const uses = [{ match, ignoreCase: false, value: 'str' as const }];
  const model = {
    id: 0,
    file,
    description: '',
    acl: false,
    map: true,
    hasValues: true,
    patterns: [],
    resolved: [],
    uses,
  };
  const reference = new PatternReference({ ...model, bytes: readFileSync(file) });
  const lookup = reference.lookupFor(match, false);
  const sample = new Sample();
  const wanted = matchedType(match);
  const texts = Array.from({ length: 1000 }, (_, index) => Buffer.from(text((index * 7919) % COUNT)));
  const ask = (bytes: Buffer): boolean => {
    sample.setBytes(STR, bytes, 0, bytes.length);
    return cast(sample, wanted) && lookup.find(sample) >= 0;
  };
  if (!texts.every(ask)) throw new Error(`${converter}: not everything is found`);
  const indexMs = process.cpuUsage(indexing).user / 1000;
  const after = process.memoryUsage();
  const megabytes = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20;
  for (let round = 0; round < LOOKUPS; round++) ask(texts[round % 1000] as Buffer);
  const looking = process.cpuUsage();
  for (let round = 0; round < LOOKUPS; round++) ask(texts[round % 1000] as Buffer);
  const nanoseconds = (process.cpuUsage(looking).user / LOOKUPS) * 1e3;
  const cells = [
    `${checkMs.toFixed(0)} ms`,
    `${indexMs.toFixed(0)} ms`,
    `${megabytes.toFixed(0)} MB`,
    `${nanoseconds.toFixed(0)} ns`,
  ];
  process.stdout.write(`${converter.padEnd(20)} ${cells.map((cell) => cell.padStart(9)).join(' ')}\n`);
}
rmSync(directory, { recursive: true });
