/**
 * What tracked files do to priority and state: the same configurations and values given to keepalived and to ours, and
 * both must come to the same after every step.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sameOnBoth } from './both-programs.ts';
import { configText } from './lab/config.ts';
import { standsAt } from './standing.ts';

t.jobs = 2;
t.setTimeout(600_000);

type Step = readonly [value: string, expected: string];

const TABLE: readonly (readonly [weight: string, steps: readonly Step[]])[] = [
  [
    'weight 1',
    [
      ['1', '101 2'],
      ['-1', '99 2'],
      ['0x20', '132 2'],
      ['010', '108 2'],
      ['300', '254 2'],
      ['text', '100 2'],
      ['-300', 'FAULT'],
      ['127 x', '227 2'],
      ['-254', 'FAULT'],
      ['-253', '1 2'],
    ],
  ],
  [
    'weight 2',
    [
      ['20', '140 2'],
      ['-126', '1 2'],
      ['-127', 'FAULT'],
      ['-20', '60 2'],
    ],
  ],
  [
    'weight -3',
    [
      ['10', '70 2'],
      ['-10', '130 2'],
      ['85', 'FAULT'],
      ['84', '1 2'],
    ],
  ],
  [
    'weight 0',
    [
      ['1', 'FAULT'],
      ['0', '100 2'],
      ['-1', 'FAULT'],
      ['', '100 2'],
    ],
  ],
  [
    'weight 0 reverse',
    [
      ['1', '100 2'],
      ['0', 'FAULT'],
      ['-1', '100 2'],
      ['text', 'FAULT'],
    ],
  ],
  [
    'weight 1 reverse',
    [
      ['20', '80 2'],
      ['-20', '120 2'],
      ['254', 'FAULT'],
      ['0', '100 2'],
    ],
  ],
];

for (const [weight, steps] of TABLE) {
  const first = weight === 'weight 0 reverse' ? 'FAULT' : '100 2';
  sameOnBoth(
    `a file, ${weight}`,
    (directory) => {
      writeFileSync(join(directory, 'value'), '0\n');
      return configText({
        blocks: [`track_file number {\n  file ${directory}/value\n}`],
        instances: [{ priority: 100, advert: '0.1', more: ['track_file {', `  number ${weight}`, '}'] }],
      });
    },
    async (alone) => {
      alone.agent.start();
      await standsAt(alone, first, 'start');
      for (const [value, expected] of steps) {
        writeFileSync(join(alone.node.directory, 'value'), value);
        await standsAt(alone, expected, JSON.stringify(value));
      }
      return steps;
    },
    (t, seen) => t.equal(seen.length, steps.length),
  );
}

sameOnBoth(
  'several at once, the sum held within 1 and 254',
  (directory) => {
    for (const name of ['one', 'two', 'three']) writeFileSync(join(directory, name), '0');
    const file = (name: string) => `track_file ${name} {\n  file ${directory}/${name}\n}`;
    const more = ['track_file {', '  one weight 1', '  two weight 1', '  three weight -1', '}'];
    return configText({
      blocks: [file('one'), file('two'), file('three')],
      instances: [{ priority: 100, advert: '0.1', more }],
    });
  },
  async (alone) => {
    alone.agent.start();
    await standsAt(alone, '100 2', 'start');
    const steps = [
      ['one', '100', '200 2'],
      ['two', '100', '254 2'],
      ['three', '120', '180 2'],
      ['one', '-100', '1 2'],
      ['two', '200', '80 2'],
      ['two', '-300', 'FAULT'],
      ['three', '-253', 'FAULT'],
      ['two', '0', '253 2'],
    ] as const;
    for (const [name, value, expected] of steps) {
      writeFileSync(join(alone.node.directory, name), value);
      await standsAt(alone, expected, `${name} ${value}`);
    }
    return steps;
  },
  (t, seen) => t.equal(seen.length, 8),
);

sameOnBoth(
  'a file of a sync group',
  (directory) => {
    writeFileSync(join(directory, 'value'), '0');
    return configText({
      blocks: [
        `track_file number {\n  file ${directory}/value\n}`,
        'vrrp_sync_group G {\n  group {\n    VI_1\n  }\n  track_file {\n    number weight 0\n  }\n}',
      ],
      instances: [{ priority: 100, advert: '0.1' }],
    });
  },
  async (alone) => {
    alone.agent.start();
    await standsAt(alone, '100 2', 'start');
    writeFileSync(join(alone.node.directory, 'value'), '1');
    await standsAt(alone, 'FAULT', '1');
    writeFileSync(join(alone.node.directory, 'value'), '0');
    await standsAt(alone, '100 2', '0');
    return true;
  },
  (t, seen) => t.ok(seen),
);
