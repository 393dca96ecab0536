/**
 * Two agents at an interval of 10 ms on one core, whatever can be burnt on another: a backup takes over after 36 ms of
 * silence, so one long pause of the master's process would show as a transition. There must be none.
 */
import { join } from 'node:path';
import { askAgent } from '../../../src/vrrp/control/control-client.ts';
import { Agent } from './lab/agents.ts';
import { clockMs, pause, run, until } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { Lab } from './lab/lab.ts';

const LOOK_MS = 5000;

/** A sleeper of a higher priority than the agents', on their core, that came later than this saw the machine itself stand. */
const STALL_MS = 8;
/** Pauses this much before the news of a change are its cause: what tells it may be late itself. */
const CAUSE_MS = 1000;
/** Shorter than 36 ms of silence: it adds to what the agent itself needs. */
const EXCUSE_MS = 15;
/** Sleeps a millisecond at a time and prints when (CLOCK_MONOTONIC, ms) it woke late, and by how much. No garbage, no threads. */
const SLEEPER = `use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC usleep); $| = 1; my $last = clock_gettime(CLOCK_MONOTONIC);
for (;;) { usleep(1000); my $now = clock_gettime(CLOCK_MONOTONIC); my $late = ($now - $last) * 1000 - 1;
printf("%.3f %.3f\\n", $now * 1000, $late) if $late > ${STALL_MS}; $last = $now; }`;

export interface LoadRunOptions {
  readonly seconds: number;
  /** Where the agents run, and where the load does. */
  readonly agentCore: number;
  readonly loadCore: number;
  readonly burners: number;
  /** Nice value of the load. */
  readonly niceness: number;
  /** SCHED_RR priority of the agents (`vrrp_rt_priority`), 0: none. */
  readonly realTime: number;
  readonly kind: 'mahalo' | 'keepalived';
  readonly tell: (text: string) => void;
}

export interface Lateness {
  readonly count: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly buckets: readonly { readonly upToMs: number | null; readonly count: number }[];
}

export interface LoadRunResult {
  /** Address changes on either unit after the start for which the machine is not to blame. */
  readonly changes: readonly string[];
  /** Those just after it stood still, with everything on that core, for longer than three intervals allow. */
  readonly excused: readonly string[];
  /** How often it stood still (over 8 ms), and the longest time. */
  readonly stalls: number;
  readonly longestStallMs: number;
  readonly becameMaster: readonly number[];
  readonly advertsSent: number;
  readonly elapsedMs: number;
  readonly lateness: Lateness | undefined;
  readonly log: string;
}

async function latenessOf(agent: Agent): Promise<Lateness | undefined> {
  if (agent.kind !== 'mahalo') return undefined;
  const answer = await askAgent(join(agent.node.directory, 'control'), { command: 'lateness' });
  if (answer.kind !== 'result') throw new Error(JSON.stringify(answer));
  return answer.result as Lateness;
}

function pin(agent: Agent, core: number): void {
  for (const pid of agent.pids()) run('taskset', '-a', '-p', '-c', String(core), String(pid));
}

export async function runLoad(options: LoadRunOptions): Promise<LoadRunResult> {
  const lab = await Lab.open();
  try {
    const agents = lab.nodes.map((node, index) => {
      const own = options.kind === 'mahalo' ? [`vrrp_control_socket ${join(node.directory, 'control')}`] : [];
      const globals = [...own, ...(options.realTime > 0 ? [`vrrp_rt_priority ${options.realTime}`] : [])];
      const instances = [{ priority: 200 - 100 * index, advert: '0.01' }];
      return new Agent(options.kind, node, configText({ globals, instances }));
    });
    const [master, backup] = agents as [Agent, Agent];
    for (const agent of agents) {
      agent.start();
      await agent.line(/Startup complete/);
      pin(agent, options.agentCore);
    }
    await until('the stronger one is master', () => lab.onlyHolder(master.node));
    const script = 'for (;;);';
    const nice = ['nice', '-n', String(options.niceness)];
    const burners = Array.from({ length: options.burners }, () =>
      lab.client.start([...nice, 'taskset', '-c', String(options.loadCore), process.execPath, '-e', script]),
    );
    const stalls: { readonly atMs: number; readonly lateMs: number }[] = [];
    const first = ['chrt', '-r', String(options.realTime + 1), 'taskset', '-c', String(options.agentCore)];
    const sleeper = lab.client.start([...first, 'perl', '-e', SLEEPER], {
      onLine: (line) => {
        const [atMs = 0, lateMs = 0] = line.split(' ').map(Number);
        stalls.push({ atMs, lateMs });
      },
    });
    // What the start and the load's own start did is past.
    await pause(2000);
    const changesBefore = lab.nodes.map((node) => node.changes.length);
    const before = [await master.instance(), await backup.instance()] as const;
    const startMs = clockMs();
    const endMs = startMs + options.seconds * 1000;
    while (clockMs() < endMs) {
      await pause(Math.min(LOOK_MS, Math.max(0, endMs - clockMs())));
      const changes = lab.nodes.map((node, index) => node.changes.length - (changesBefore[index] ?? 0));
      const late = await latenessOf(master);
      const lateText = late === undefined ? '' : ` p99.9 ${late.p999Ms} ms, max ${late.maxMs} ms of ${late.count}`;
      options.tell(`${((clockMs() - startMs) / 1000).toFixed(0)} s: changes ${changes.join()}${lateText}`);
      if (!master.running || !backup.running) throw new Error('an agent has ended');
    }
    const after = [await master.instance(), await backup.instance()] as const;
    const lateness = await latenessOf(master);
    if (!sleeper.running) throw new Error(`the sleeper has ended: ${sleeper.log()}`);
    const changes: string[] = [];
    const excused: string[] = [];
    for (const [index, node] of lab.nodes.entries()) {
      for (const change of node.changes.slice(changesBefore[index])) {
        const text = `${node.name} ${change.added ? 'took' : 'lost'} ${change.address} at ${change.atMs.toFixed(0)}`;
        const near = stalls.filter(({ atMs }) => change.atMs - atMs > -50 && change.atMs - atMs < CAUSE_MS);
        const stoodMs = near.reduce((sum, { lateMs }) => sum + lateMs, 0);
        if (stoodMs < EXCUSE_MS) changes.push(text);
        else excused.push(`${text}, the machine stood for ${stoodMs.toFixed(1)} ms`);
      }
    }
    const result: LoadRunResult = {
      changes,
      excused,
      stalls: stalls.length,
      longestStallMs: Math.max(0, ...stalls.map((stall) => stall.lateMs)),
      becameMaster: after.map(
        (dump, index) => (dump.stats['become_master'] ?? 0) - (before[index]?.stats['become_master'] ?? 0),
      ),
      advertsSent: (after[0].stats['advert_sent'] ?? 0) - (before[0].stats['advert_sent'] ?? 0),
      elapsedMs: clockMs() - startMs,
      lateness,
      log: agents.map((agent) => agent.log().slice(-3000)).join('\n'),
    };
    await sleeper.stop();
    for (const burner of burners) await burner.stop('SIGKILL');
    for (const agent of agents) await agent.stop();
    return result;
  } finally {
    lab.close();
  }
}
