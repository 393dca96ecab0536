/** Programs beside the roles, wanted for a while (udhcpc, dnsmasq): supervised as roles are, also over our own end. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onProcessEnd } from '../../sys/process-end.ts';
import type { Companions } from '../network/companions.ts';
import { isAlive, type ProcessMark } from './process-mark.ts';
import type { RoleSurroundings } from './role-state.ts';
import { SupervisedRole } from './supervised-role.ts';
import type { Supervisor } from './supervisor.ts';

const MARK_SUFFIX = '.json';
/** What does not end when it is told to is killed. */
const STOP_MS = 5_000;

export class CompanionPrograms implements Companions {
  readonly #supervisor: Supervisor;
  readonly #around: RoleSurroundings;

  constructor(supervisor: Supervisor, around: RoleSurroundings) {
    this.#supervisor = supervisor;
    this.#around = around;
  }

  start(name: string, command: readonly string[]): void {
    this.#supervisor.addBelow(new SupervisedRole({ name, command: () => command }, this.#around));
  }

  async stop(name: string): Promise<void> {
    await this.#supervisor.remove(name);
    const left = this.#leftBehind(name);
    if (left !== undefined) await stopProcess(left);
  }

  leftovers(prefix: string): readonly string[] {
    const files = readdirSync(this.#around.directory).filter((file) => file.endsWith(MARK_SUFFIX));
    const names = files.map((file) => file.slice(0, -MARK_SUFFIX.length)).filter((name) => name.startsWith(prefix));
    return names.filter((name) => this.#leftBehind(name) !== undefined);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const pid = this.#supervisor.status().find((role) => role.name === name)?.pid;
    try {
      if (pid !== undefined && pid !== null) process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }

  #leftBehind(name: string): ProcessMark | undefined {
    try {
      const mark = JSON.parse(readFileSync(join(this.#around.directory, name + MARK_SUFFIX), 'utf8')) as ProcessMark;
      return isAlive(mark) ? mark : undefined;
    } catch {
      return undefined; // none was started since the machine was
    }
  }
}

function stopProcess(mark: ProcessMark): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => isAlive(mark) && process.kill(mark.pid, 'SIGKILL'), STOP_MS);
    const unwatch = onProcessEnd(mark.pid, () => {
      clearTimeout(timer);
      unwatch();
      resolve();
    });
    process.kill(mark.pid, 'SIGTERM');
  });
}
