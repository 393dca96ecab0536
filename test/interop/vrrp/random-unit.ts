/** One unit of a random run: its agent, its configuration with the priority of the moment, the switches of its tracks. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, type AgentKind } from './lab/agents.ts';
import { VIP } from './lab/lab.ts';
import type { UnitWatch } from './random-monitor.ts';
import { PRIORITIES } from './random-plan.ts';

export const SECOND_VIP = '10.77.0.101';
const START_LIMIT_MS = 20_000;

export interface UnitOptions {
  readonly kind: AgentKind;
  readonly intervalMs: number;
  /** SCHED_RR priority of our agent, 0: none. */
  readonly realTime: number;
}

export class RandomUnit {
  readonly agent: Agent;
  readonly watch: UnitWatch;
  readonly index: number;
  readonly #options: UnitOptions;
  readonly folder: string;
  priority: number;

  constructor(watch: UnitWatch, index: number, options: UnitOptions) {
    this.watch = watch;
    this.index = index;
    this.#options = options;
    this.priority = PRIORITIES[index] ?? 100;
    this.folder = join(watch.node.directory, 'tracks');
    mkdirSync(this.folder);
    this.wellness(true);
    this.weight(0);
    this.agent = new Agent(options.kind, watch.node, this.configuration());
  }

  configuration(): string {
    const { kind, intervalMs, realTime } = this.#options;
    const own = kind === 'mahalo' ? [`vrrp_control_socket ${this.watch.node.directory}/control`] : [];
    if (kind === 'mahalo' && realTime > 0) own.push(`vrrp_rt_priority ${realTime}`);
    return `global_defs {
  vrrp_version 3
  script_user root
  ${own.join('\n  ')}
}
vrrp_script well {
  script "/usr/bin/test -e ${this.folder}/well"
  interval 1
  timeout 2
  fall 1
  rise 1
}
vrrp_track_file weight {
  file ${this.folder}/weight
  weight 1
}
vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority ${this.priority}
  advert_int ${intervalMs / 1000}
  higher_prio_send_advert
  virtual_ipaddress {
    ${VIP}/24
    ${SECOND_VIP}/24
  }
  track_script {
    well
  }
  track_file {
    weight weight 1
  }
}
`;
  }

  wellness(well: boolean): void {
    if (well) writeFileSync(join(this.folder, 'well'), '');
    else rmSync(join(this.folder, 'well'), { force: true });
  }

  weight(value: number): void {
    writeFileSync(join(this.folder, 'weight'), `${value}\n`);
  }

  async start(): Promise<void> {
    // keepalived 2.2.7 does not say which state when a track holds it in FAULT from the start.
    this.agent.start();
    await this.agent.line(/Entering (BACKUP|MASTER|FAULT) STATE/, START_LIMIT_MS);
    this.watch.deadSinceMs = undefined;
    this.watch.agentRuns = true;
  }

  /** How many descriptors and bytes its processes have. */
  resources(): { descriptors: number; residentKb: number } {
    let descriptors = 0;
    let residentKb = 0;
    for (const pid of this.agent.pids()) {
      try {
        descriptors += readdirSync(`/proc/${pid}/fd`).length;
        residentKb += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
      } catch {
        // A child that has ended meanwhile.
      }
    }
    return { descriptors, residentKb };
  }
}
