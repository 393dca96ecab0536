/**
 * What the real keepalived says to configurations, in a network namespace of its own with eth0 and eth1; and what Mahalo
 * says to them on a machine like that.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textFiles } from '../../../../src/vrrp/config/files.ts';
import { type Host, thisHost } from '../../../../src/vrrp/config/host.ts';
import { loadKeepalived } from '../../../../src/vrrp/config/load.ts';
import type { VerdictCase } from './cases.ts';

export interface Verdict {
  readonly exitCode: number;
  /** Lines that are complained about, in the order in which it happens; 0: a message without a line. */
  readonly lines: readonly number[];
  readonly output: string;
}

const NETWORK_CARD = { mtu: 1500, loopback: false, multicast: true, ethernet: true };

export function labHost(): Host {
  const host = thisHost();
  return {
    ...host,
    interface(name) {
      if (name === 'eth0' || name === 'eth1') return { name, ...NETWORK_CARD };
      return name === 'lo' ? { ...NETWORK_CARD, name, loopback: true, multicast: false, ethernet: false } : undefined;
    },
    interfaceNames: () => ['lo', 'eth0', 'eth1'],
    routingNames: () => undefined,
  };
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** Runs keepalived -t on all cases, several at a time. */
export function playKeepalived(program: string, cases: readonly VerdictCase[], directory: string): Verdict[] {
  const space = `mv${process.pid}cfg`;
  mkdirSync(directory, { recursive: true });
  for (const [index, { text }] of cases.entries()) writeFileSync(join(directory, `${index}.conf`), text);
  ip('netns', 'add', space);
  try {
    ip('-n', space, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1');
    for (const link of ['lo', 'eth0', 'eth1']) ip('-n', space, 'link', 'set', link, 'up');
    ip('-n', space, 'address', 'add', '10.0.0.2/24', 'dev', 'eth0');
    // Two at a time, and no process more than needed: one takes about 10 ms.
    const half = `while [ $n -lt ${cases.length} ]; do ${program} -t -i lab -f $n.conf >$n.out 2>&1; echo $? >$n.code; n=$((n + 2)); done`;
    // Where keepalived never ends, the kernel ends it after a second of its time.
    const script = `ulimit -t 1; n=0; ${half} & n=1; ${half}; wait`;
    const run = spawnSync('ip', ['netns', 'exec', space, 'sh', '-c', script], { cwd: directory, timeout: 600_000 });
    if (run.status !== 0) throw new Error(`keepalived could not be run: ${run.stderr}`);
  } finally {
    ip('netns', 'delete', space);
  }
  return cases.map((_, index) => {
    const output = readFileSync(join(directory, `${index}.out`), 'utf8');
    const exitCode = Number(readFileSync(join(directory, `${index}.code`), 'utf8'));
    const lines = output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Number(/^\((?:[^:()]*: )?Line (\d+)\)/.exec(line)?.[1] ?? 0));
    return { exitCode, lines, output };
  });
}

export function playMahalo(one: VerdictCase): Verdict {
  const files = textFiles({ 'x.conf': one.text });
  const { diagnostics, exitCode } = loadKeepalived('x.conf', { files, host: labHost(), configId: 'lab' });
  const alerts = diagnostics.list.filter((diagnostic) => diagnostic.severity === 'alert');
  return {
    exitCode,
    lines: alerts.map((diagnostic) => diagnostic.line),
    output: diagnostics.list.map((diagnostic) => `${diagnostic.severity} ${diagnostic.text}`).join('\n'),
  };
}
