/** The unit of the demo: `mahalo admin`, which starts the proxy and shows the pages; and what it says on its console. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const mahalo = fileURLToPath(new URL('../mahalo', import.meta.url));

export interface UnitConsole {
  /** Where the pages are. */
  readonly address: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** '' when somebody owns the unit already. */
  readonly claimCode: string;
}

export interface UnitSettings {
  readonly stateDirectory: string;
  readonly port: number;
  /** Served while the unit has no configuration of its own. */
  readonly configuration: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts it. In a session of its own: a Ctrl-C is for us, who then end it in order.
 * @returns the process, and its console once it serves; a process that ends before never answers
 */
export function startUnit({ configuration, environment, port, stateDirectory }: UnitSettings): {
  readonly child: ChildProcess;
  readonly ready: Promise<UnitConsole>;
} {
  const words = ['admin', '-s', stateDirectory, '-p', `${port}`, '-f', configuration, '--stop-proxy'];
  const child = spawn(mahalo, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, ...environment },
  });
  const told = { address: '', fingerprint: '', claimCode: '' };
  const ready = new Promise<UnitConsole>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, name, value = ''] = /^(certificate|claim-code): (.*)$/.exec(line) ?? [];
      if (/^https:\S+$/.test(line)) told.address = line;
      else if (name === 'certificate') told.fingerprint = value;
      else if (name === 'claim-code') told.claimCode = value;
      else if (line === 'ready') resolve(told);
      else process.stdout.write(`  ${line}\n`);
    });
  });
  return { child, ready };
}
