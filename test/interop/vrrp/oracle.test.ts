/**
 * One crafted advertisement after another to an agent, as BACKUP and as MASTER: keepalived 2.2.7 fixes what is expected,
 * then ours must do the same, but where the table says why not. Reference tables 2.2 and 2.3.
 */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { askAgent } from '../../../src/vrrp/control/control-client.ts';
import { waysToPlay } from '../../table-sample.ts';
import { Agent, type AgentKind, type InstanceDump } from './lab/agents.ts';
import { pause, until } from './lab/command.ts';
import { Lab, labMissing } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';
import { craft, type PacketFields } from './oracle-packet.ts';
import { type OracleRow, type OracleState, type Outcome, OWN_PRIORITY, ROWS, type Variant } from './oracle-rows.ts';
import { type Cast, OracleWire } from './oracle-wire.ts';

/** Reasons found after keepalived has counted the packet as received. */
const LATE_REASONS = new Set(['addr_list_err', 'unicast_source_err', 'unicast_ttl_err']);
const STATES = ['INIT', 'BACKUP', 'MASTER', 'FAULT'] as const;
const SETTLE_MS = 12;
const BARRIER_MS = 300;
/** Counters of the JSON that a received packet moves. */
const COUNTED = [
  'advert_rcvd',
  'packet_len_err',
  'advert_interval_err',
  'ip_ttl_err',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
  'pri_zero_rcvd',
];

interface VariantSetup {
  readonly configuration: string;
  /** A packet that this instance takes. */
  readonly packet: Partial<PacketFields>;
  readonly cast: 'multicast' | 'unicast';
}

function setup(variant: Variant, kind: AgentKind, controlSocket: string): VariantSetup {
  const lines: string[] = [];
  const globals: string[] = kind === 'mahalo' ? [`vrrp_control_socket ${controlSocket}`] : [];
  let packet: Partial<PacketFields> = { version: 2, interval: 10, priority: 250 };
  let cast: 'multicast' | 'unicast' = 'multicast';
  if (variant === 'v3') {
    packet = { ...packet, version: 3, interval: 1000 };
    globals.push('vrrp_version 3');
  }
  if (variant === 'v6') {
    const group = { source: 'fe80::9', destination: 'ff02::12' };
    packet = { ...packet, ...group, version: 3, interval: 1000 };
    globals.push('vrrp_version 3');
  }
  if (variant === 'v2pass') {
    lines.push('authentication {\n auth_type PASS\n auth_pass secret\n}');
    packet = { ...packet, authType: 1, password: 'secret' };
  }
  if (variant === 'nopreempt') lines.push('nopreempt');
  if (variant === 'quiet') lines.push('lower_prio_no_advert true', 'higher_prio_send_advert false');
  if (variant === 'unicast' || variant === 'source-checked') {
    const checked = variant === 'source-checked';
    lines.push('unicast_src_ip 10.77.0.2');
    lines.push(`unicast_peer {\n 10.77.0.9${checked ? ' min_ttl 250 max_ttl 254' : ''}\n}`);
    if (checked) globals.push('vrrp_check_unicast_src');
    packet = { ...packet, destination: '10.77.0.2', ttl: checked ? 252 : 255 };
    cast = 'unicast';
  }
  const addresses =
    variant === 'v6' ? ['fe80::77', 'fd77::100'] : ['10.77.0.100', '10.77.0.101'].slice(0, variant === 'two' ? 2 : 1);
  const length = variant === 'v6' ? 64 : 24;
  const configuration = `global_defs {
  ${globals.join('\n  ')}
}
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  priority ${variant === 'owner' ? 255 : OWN_PRIORITY}
  advert_int 10
  ${lines.join('\n  ')}
  virtual_ipaddress {
    ${addresses.map((address) => `${address}/${length}`).join('\n    ')}
  }
}
`;
  return { configuration, packet: { ...packet, addresses }, cast };
}

interface Seen extends Required<Outcome> {
  /** The reasons ours counted. */
  readonly drops: readonly string[];
  readonly log: string;
}

function controlOf(node: LabNode): string {
  return join(node.directory, 'control');
}

/** Every reason for which ours dropped a packet, and how often. */
async function dropsOf(agent: Agent): Promise<Map<string, number>> {
  const drops = new Map<string, number>();
  for (const command of ['counters', 'sockets']) {
    const answer = await askAgent(controlOf(agent.node), { command });
    if (answer.kind !== 'result') throw new Error(`${command}: ${JSON.stringify(answer)}`);
    for (const { dropped } of answer.result as { dropped: Record<string, number> }[]) {
      for (const [reason, count] of Object.entries(dropped)) drops.set(reason, (drops.get(reason) ?? 0) + count);
    }
  }
  return drops;
}

class Oracle {
  readonly wire: OracleWire;
  readonly agent: Agent;
  readonly #setup: VariantSetup;

  constructor(wire: OracleWire, agent: Agent, variant: VariantSetup) {
    this.wire = wire;
    this.agent = agent;
    this.#setup = variant;
  }

  /** Sends what this instance takes, but for the change. */
  say(change: Partial<PacketFields>, cast: Cast = this.#setup.cast): void {
    this.wire.send(craft({ ...this.#setup.packet, ...change }), cast);
  }

  async state(): Promise<string> {
    return STATES[(await this.agent.instance()).data.state] ?? '?';
  }

  async goTo(state: OracleState): Promise<void> {
    if ((await this.state()) !== state) this.say({ priority: state === 'MASTER' ? 0 : 255 });
    await until(`it is ${state}\n${this.agent.log()}`, async () => (await this.state()) === state);
    if (state === 'BACKUP') this.say({ priority: 255 });
    await this.#barrier((await this.agent.instance()).stats['invalid_type_rcvd'] ?? 0);
  }

  /** A packet of a wrong type comes after all that was sent before: once it is counted, they were read. */
  async #barrier(before: number): Promise<{ dump: InstanceDump; barriers: number }> {
    let barriers = 0;
    for (;;) {
      await pause(SETTLE_MS);
      this.say({ type: 9 });
      barriers++;
      const end = performance.now() + BARRIER_MS;
      do {
        const dump = await this.agent.instance();
        if ((dump.stats['invalid_type_rcvd'] ?? 0) > before) return { dump, barriers };
        await pause(2);
      } while (performance.now() < end);
      if (barriers > 40) throw new Error(`no barrier came through\n${this.agent.log()}`);
    }
  }

  async ask(row: OracleRow): Promise<Seen> {
    const before = await this.agent.instance();
    const ours = this.agent.kind === 'mahalo';
    const dropsBefore = ours ? await dropsOf(this.agent) : new Map<string, number>();
    const mark = this.agent.log().length;
    this.wire.listen();
    const heardBefore = this.wire.heard.length;
    this.say(row.packet, row.cast);
    if (row.settleMs !== undefined) await pause(row.settleMs);
    // What a barrier adds, and another packet of a wrong type before it.
    const wrongType = before.stats['invalid_type_rcvd'] ?? 0;
    const { dump, barriers } = await this.#barrier(wrongType + (row.counts?.['invalid_type_rcvd'] ?? 0));
    const counts: Record<string, number> = {};
    for (const name of [...COUNTED, 'release_master', 'become_master']) {
      const moved = (dump.stats[name] ?? 0) - (before.stats[name] ?? 0) - (name === 'invalid_type_rcvd' ? barriers : 0);
      if (moved !== 0) counts[name] = moved;
    }
    const drops: string[] = [];
    for (const [reason, count] of ours ? await dropsOf(this.agent) : dropsBefore) {
      const moved = count - (dropsBefore.get(reason) ?? 0) - (reason === 'invalid_type_rcvd' ? barriers : 0);
      for (let drop = 0; drop < moved; drop++) drops.push(reason);
    }
    this.wire.listen();
    const sends = this.wire.heard.slice(heardBefore).flatMap((heard) => heard.advertisement ?? []);
    return {
      counts,
      state: (STATES[dump.data.state] ?? 'BACKUP') as OracleState,
      sends: sends.map((advertisement) => advertisement.priority),
      drops,
      log: this.agent.log().slice(mark),
    };
  }
}

const VARIANTS = [...new Set(ROWS.map((row) => row.variant))];

t.setTimeout(600_000);
t.jobs = 1;

const kinds = (process.env['ORACLE_KINDS']?.split(',') ??
  waysToPlay<AgentKind>('keepalived', 'mahalo')) as readonly AgentKind[];

for (const kind of kinds) {
  const skip = labMissing(...(kind === 'keepalived' ? ['keepalived'] : []));
  t.test(`${kind}: each packet has its effect`, { skip }, async (t) => {
    const lab = await Lab.open({ units: ['a'] });
    t.teardown(() => lab.close());
    const unit = lab.node('a');
    const wire = new OracleWire(lab.client, unit);
    t.teardown(() => wire.close());
    for (const variant of VARIANTS) {
      t.test(variant, async (t) => {
        const setting = setup(variant, kind, controlOf(unit));
        const agent = new Agent(kind, unit, setting.configuration);
        agent.start();
        t.teardown(() => agent.stop());
        const oracle = new Oracle(wire, agent, setting);
        await agent.line(/Startup complete/);
        await agent.line(/Entering (BACKUP|MASTER) STATE/);
        for (const state of ['BACKUP', 'MASTER'] as const) {
          for (const row of ROWS) {
            if (row.variant !== variant || (row.when ?? state) !== state) continue;
            if (variant === 'owner' && state === 'BACKUP') continue;
            await oracle.goTo(state);
            judge(t, kind, state, row, await oracle.ask(row));
          }
        }
      });
    }
  });
}

function judge(t: Test, kind: AgentKind, state: OracleState, row: OracleRow, seen: Seen): void {
  const told: Outcome = (kind === 'mahalo' ? row.ours : undefined) ?? row;
  const title = `${state}: ${row.name}`;
  const because = kind === 'mahalo' && row.ours !== undefined ? ` (${row.ours.because})` : '';
  const expected: Record<string, number> = { ...told.counts };
  const stateAfter = told.state ?? state;
  if (state !== stateAfter) expected[state === 'MASTER' ? 'release_master' : 'become_master'] = 1;
  const wanted = { state: stateAfter, counts: expected };
  t.strictSame({ state: seen.state, counts: seen.counts }, wanted, `${title}${because}`);
  if (told.sends !== undefined) t.strictSame(seen.sends, told.sends, `${title}: what it sends`);
  if (kind === 'mahalo') {
    const taken = (told.counts?.['advert_rcvd'] ?? 0) > 0;
    const reason = taken && !LATE_REASONS.has(row.dropped ?? '') ? undefined : row.dropped;
    t.strictSame(seen.drops, reason === undefined ? [] : [reason], `${title}: the reason`);
  }
  if (kind === 'keepalived' && row.log !== undefined) t.match(seen.log, row.log, `${title}: what it logs`);
}
