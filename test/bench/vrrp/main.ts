/**
 * `make vrrp-lab`: for how long the virtual address is dark in every cell of the fail-over table, keepalived against
 * itself, ours against itself, and each against the other, in one run. A missed target does not fail the run: whoever
 * reads the figures decides; agents that do not do what the cell asks for do.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { labMissing } from '../../interop/vrrp/lab/lab.ts';
import { CELLS, type Cell } from './cells.ts';
import { type CellResult, failOverTable, isBase, tally } from './fail-over-table.ts';
import { measurePair, type Pair, type PairResult } from './round.ts';

const HELP = `make vrrp-lab ARGS="options"
  --only TEXT     cells whose name or fault has the text; may be given several times
  --pairs LIST    kk,mm,mk,km: master and backup, k keepalived, m mahalo (all)
  --rounds N      rounds of each pair in each cell (5)
  --labs N        how many pairs are measured at the same time; cells of 10 ms are alone (4)
  --json          figures as JSON, too
  --logs          the agents' logs of failed rounds
`;

const PAIRS: Readonly<Record<string, Pair>> = {
  kk: ['keepalived', 'keepalived'],
  mm: ['mahalo', 'mahalo'],
  mk: ['mahalo', 'keepalived'],
  km: ['keepalived', 'mahalo'],
};

interface Job {
  readonly cell: Cell;
  readonly pair: Pair;
  result: PairResult | undefined;
}

/** Runs the jobs in order, `width` at a time. */
async function runJobs(jobs: readonly Job[], width: number, rounds: number, told: (job: Job) => void): Promise<void> {
  const waiting = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      job.result = await measurePair(job.cell, job.pair, rounds * job.cell.roundsFactor);
      told(job);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

function version(program: string): string {
  return execFileSync('sh', ['-c', `${program} --version 2>&1`], { encoding: 'utf8' }).split('\n')[0] ?? '';
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      pairs: { type: 'string', default: 'kk,mm,mk,km' },
      rounds: { type: 'string', default: '5' },
      labs: { type: 'string', default: '4' },
      json: { type: 'boolean', default: false },
      logs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const missing = labMissing('keepalived', 'tcpdump', 'bridge');
  if (missing) throw new Error(missing);
  const pairs = values.pairs.split(',').map((name) => {
    const pair = PAIRS[name];
    if (!pair) throw new Error(`--pairs knows ${Object.keys(PAIRS).join(', ')}, not ${name}`);
    return pair;
  });
  const wanted = CELLS.filter(
    (cell) => values.only?.some((text) => `${cell.name}, ${cell.fault}`.includes(text)) ?? true,
  );
  if (wanted.length === 0) throw new Error('no such cell');
  const jobs = wanted.flatMap((cell) => pairs.map((pair): Job => ({ cell, pair, result: undefined })));
  const startMs = performance.now();
  let done = 0;
  const told = ({ cell, pair, result }: Job): void => {
    const seconds = Math.round((performance.now() - startMs) / 1000);
    const failed = result?.failures.length ? `, ${result.failures.length} FAILED` : '';
    process.stderr.write(
      `${++done}/${jobs.length} ${seconds} s: ${cell.name}, ${cell.fault}, ${pair.join(' -> ')}${failed}\n`,
    );
    if (values.logs) for (const failure of result?.failures ?? []) process.stderr.write(`${failure}\n`);
  };
  const isQuick = (job: Job): boolean => job.cell.intervalMs <= 10;
  const rounds = Number(values.rounds);
  await runJobs(
    jobs.filter((job) => !isQuick(job)),
    Number(values.labs),
    rounds,
    told,
  );
  await runJobs(jobs.filter(isQuick), 1, rounds, told);

  const results = wanted.map(
    (cell): CellResult => ({
      cell,
      pairs: jobs.filter((job) => job.cell === cell).map((job) => ({ pair: job.pair as Pair, result: job.result! })),
    }),
  );
  const { judged, met } = tally(results);
  const failures = jobs.reduce((sum, job) => sum + job.result!.failures.length, 0);
  process.stdout.write(
    `${version('keepalived')}; milliseconds, min/**median**/max; 10 ms prober (one lost probe: 20)\n\n`,
  );
  process.stdout.write(`${failOverTable(results)}\n\n`);
  process.stdout.write(
    `${met} of ${judged} met, ${failures} rounds failed, ${Math.round((performance.now() - startMs) / 1000)} s\n`,
  );
  if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  return failures > 0 && !pairs.every(isBase) ? 1 : 0;
}

process.exitCode = await main();
process.exit();
