/**
 * One crafted advertisement after another to an agent, as BACKUP and as MASTER: keepalived 2.2.7 fixes what is expected,
 * then ours must do the same, but where the table says why not. Reference tables 2.2 and 2.3.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { Agent, type AgentKind, agentMissing, type InstanceDump, STATES, until } from './oracle-agent.ts';
import { labMissing, OracleLab } from './oracle-lab.ts';
import { craft, type PacketFields } from './oracle-packet.ts';
import { type OracleRow, type OracleState, type Outcome, OWN_PRIORITY, ROWS, type Variant } from './oracle-rows.ts';

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

function setup(variant: Variant): VariantSetup {
  const lines: string[] = [];
  const globals: string[] = [];
  let packet: Partial<PacketFields> = { version: 2, interval: 10, priority: 250 };
  let cast: 'multicast' | 'unicast' = 'multicast';
  if (variant === 'v3') {
    packet = { ...packet, version: 3, interval: 1000 };
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
  const addresses = variant === 'two' ? ['10.77.0.100', '10.77.0.101'] : ['10.77.0.100'];
  const configuration = `global_defs {
  ${globals.join('\n  ')}
}
vrrp_instance V {
  interface eth0
  virtual_router_id 51
  priority ${variant === 'owner' ? 255 : OWN_PRIORITY}
  advert_int 10
  ${lines.join('\n  ')}
  virtual_ipaddress {
    ${addresses.map((address) => `${address}/24`).join('\n    ')}
  }
}
`;
  return { configuration, packet: { ...packet, addresses }, cast };
}

class Oracle {
  readonly lab: OracleLab;
  readonly agent: Agent;
  readonly #setup: VariantSetup;

  constructor(lab: OracleLab, agent: Agent, variant: VariantSetup) {
    this.lab = lab;
    this.agent = agent;
    this.#setup = variant;
  }

  /** Sends what this instance takes, but for the change. */
  say(change: Partial<PacketFields>, cast: 'multicast' | 'unicast' | 'broadcast' = this.#setup.cast): void {
    this.lab.send(craft({ ...this.#setup.packet, ...change }), cast);
  }

  async goTo(state: OracleState): Promise<void> {
    if ((await this.agent.state()) !== state) this.say({ priority: state === 'MASTER' ? 0 : 255 });
    await this.agent.becomes(state);
    if (state === 'BACKUP') this.say({ priority: 255 });
    await this.#barrier((await this.agent.instance()).stats['invalid_type_rcvd'] ?? 0);
  }

  /** A packet of a wrong type comes after all that was sent before: once it is counted, they were read. */
  async #barrier(before: number): Promise<{ dump: InstanceDump; barriers: number }> {
    let barriers = 0;
    for (;;) {
      await delay(SETTLE_MS);
      this.say({ type: 9 });
      barriers++;
      const end = performance.now() + BARRIER_MS;
      do {
        const dump = await this.agent.instance();
        if ((dump.stats['invalid_type_rcvd'] ?? 0) > before) return { dump, barriers };
        await delay(2);
      } while (performance.now() < end);
      if (barriers > 10) throw new Error(`no barrier came through\n${this.agent.log}`);
    }
  }

  async ask(row: OracleRow): Promise<Required<Outcome> & { log: string }> {
    const before = await this.agent.instance();
    const mark = this.agent.log.length;
    this.lab.listen();
    const heardBefore = this.lab.heard.length;
    this.say(row.packet, row.cast);
    if (row.settleMs !== undefined) await delay(row.settleMs);
    // What a barrier adds, and another packet of a wrong type before it.
    const wrongType = before.stats['invalid_type_rcvd'] ?? 0;
    const { dump, barriers } = await this.#barrier(wrongType + (row.counts?.['invalid_type_rcvd'] ?? 0));
    const counts: Record<string, number> = {};
    for (const name of [...COUNTED, 'release_master', 'become_master']) {
      const moved = (dump.stats[name] ?? 0) - (before.stats[name] ?? 0) - (name === 'invalid_type_rcvd' ? barriers : 0);
      if (moved !== 0) counts[name] = moved;
    }
    this.lab.listen();
    const sends = this.lab.heard.slice(heardBefore).flatMap((heard) => heard.advertisement ?? []);
    return {
      counts,
      state: (STATES[dump.data.state] ?? 'BACKUP') as OracleState,
      sends: sends.map((advertisement) => advertisement.priority),
      log: this.agent.logSince(mark),
    };
  }
}

const skip = labMissing();
const VARIANTS = [...new Set(ROWS.map((row) => row.variant))];

t.setTimeout(240_000);
t.jobs = 1;

for (const kind of (process.env['ORACLE_KINDS']?.split(',') ?? ['keepalived', 'ours']) as AgentKind[]) {
  for (const variant of VARIANTS) {
    t.test(`${kind}, ${variant}: each packet has its effect`, { skip: skip || agentMissing(kind) }, async (t) => {
      const lab = new OracleLab();
      t.teardown(() => lab.close());
      const setting = setup(variant);
      const agent = await Agent.start({ kind, space: lab.agentSpace, configuration: setting.configuration });
      t.teardown(() => agent.close());
      const oracle = new Oracle(lab, agent, setting);
      await until('it begins', async () => ['BACKUP', 'MASTER'].includes(await agent.state()));
      const rows = ROWS.filter((row) => row.variant === variant);
      for (const state of ['BACKUP', 'MASTER'] as const) {
        for (const row of rows) {
          if ((row.when ?? state) !== state) continue;
          if (variant === 'owner' && state === 'BACKUP') continue;
          await oracle.goTo(state);
          const seen = await oracle.ask(row);
          const told: Outcome = (kind === 'ours' ? row.ours : undefined) ?? row;
          const title = `${state}: ${row.name}`;
          const expected: Record<string, number> = { ...told.counts };
          const stateAfter = told.state ?? state;
          if (state !== stateAfter) expected[state === 'MASTER' ? 'release_master' : 'become_master'] = 1;
          t.strictSame(
            { state: seen.state, counts: seen.counts },
            { state: stateAfter, counts: expected },
            kind === 'ours' && row.ours !== undefined ? `${title} (${row.ours.because})` : title,
          );
          if (told.sends !== undefined) t.strictSame(seen.sends, told.sends, `${title}: what it sends`);
          if (kind === 'keepalived' && row.log !== undefined) t.match(seen.log, row.log, `${title}: what it logs`);
        }
      }
    });
  }
}
