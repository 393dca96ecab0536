/**
 * Tracked processes, keepalived and ours step by step. The kernel tells of processes in the first network namespace
 * only; keepalived asks there and then moves (`-s`), ours reads /proc where it is not told: both must see the same.
 */
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Alone } from './both-programs.ts';
import { until } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { Lab, labMissing } from './lab/lab.ts';
import type { LabProcess } from './lab/process.ts';
import { VRRP_WORDS } from './mahalo-command.ts';
import { standsAt } from './standing.ts';

t.jobs = 2;
t.setTimeout(600_000);

const PROGRAMS = { keepalived: ['keepalived', '-P'], mahalo: VRRP_WORDS };

interface Case {
  readonly name: string;
  /** Lines of the block; NAME and PROGRAM stand for the short name and the whole path. */
  readonly block: readonly string[];
  readonly weight: string;
  /** What stands at the beginning, then: how many run, with which argument, and what that gives. */
  readonly first: string;
  readonly steps: readonly (readonly [count: number, argument: string, expected: string])[];
}

const CASES: readonly Case[] = [
  {
    name: 'quorum without a weight',
    block: ['process NAME', 'quorum 2'],
    weight: '',
    first: 'FAULT',
    steps: [
      [2, '1000', '100 2'],
      [1, '1000', 'FAULT'],
      [3, '1000', '100 2'],
      [0, '1000', 'FAULT'],
    ],
  },
  {
    name: 'quorum_max and a weight',
    block: ['process NAME', 'quorum 1', 'quorum_max 2'],
    weight: 'weight 20',
    first: '100 2',
    steps: [
      [1, '1000', '120 2'],
      [3, '1000', '100 2'],
      [2, '1000', '120 2'],
    ],
  },
  {
    name: 'a negative weight, the full command and its parameters',
    block: ['process PROGRAM 1001', 'param_match', 'full_command'],
    weight: 'weight -30',
    first: '70 2',
    steps: [
      [1, '1000', '70 2'],
      [1, '1001', '100 2'],
      [0, '1001', '70 2'],
    ],
  },
];

for (const kind of ['keepalived', 'mahalo'] as const) {
  for (const [index, { name, block, weight, first, steps }] of CASES.entries()) {
    t.test(`${kind}: ${name}`, { skip: labMissing('keepalived', 'nsenter') }, async (t) => {
      const lab = await Lab.open({ units: ['a'] });
      t.teardown(() => lab.close());
      const node = lab.node('a');
      const shortName = `mv${process.pid}${kind[0]}${index}`;
      const program = join(node.directory, shortName);
      copyFileSync('/bin/sleep', program);
      chmodSync(program, 0o755);
      const file = join(node.directory, 'keepalived.conf');
      const lines = block.map((line) => `  ${line.replace('NAME', shortName).replace('PROGRAM', program)}\n`).join('');
      writeFileSync(
        file,
        configText({
          blocks: [`vrrp_track_process p {\n${lines}}`],
          instances: [{ priority: 100, advert: '0.1', more: ['track_process {', `  p ${weight}`, '}'] }],
        }),
      );
      const pidFiles = ['-p', join(node.directory, 'a.pid'), '-r', join(node.directory, 'v.pid')];
      const flags = ['-n', '-l', '-D', '-f', file, '-s', node.namespace, ...pidFiles];
      const agent = node.start(['nsenter', `--net=/proc/${process.pid}/ns/net`, ...PROGRAMS[kind], ...flags], {
        environment: { TMPDIR: node.directory },
        directory: node.directory,
      });
      const alone = {
        lab,
        node,
        agent,
        until: (what: string, condition: () => boolean | Promise<boolean>, limitMs?: number) =>
          until(what, condition, limitMs, 20).catch((error: unknown) => {
            t.comment(agent.log().split('\n').slice(-20).join('\n'));
            throw error;
          }),
      } as unknown as Alone;
      await standsAt(alone, first, 'start');
      const running: { argument: string; process: LabProcess }[] = [];
      for (const [count, argument, expected] of steps) {
        const same = () => running.filter((it) => it.argument === argument);
        while (same().length < count) running.push({ argument, process: node.start([program, argument]) });
        for (const extra of same().slice(count)) {
          await extra.process.stop('SIGKILL');
          running.splice(running.indexOf(extra), 1);
        }
        await standsAt(alone, expected, `${count} of ${argument}`);
      }
      t.pass('all steps');
    });
  }
}
