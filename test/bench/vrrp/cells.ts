/**
 * The cells of the fail-over table: one configuration and one fault each, the same for every pair of agents. Unit a has
 * priority 150 and is master, b has 100.
 */
import { configText, type InstanceText } from '../../interop/vrrp/lab/config.ts';
import { VIP, VIP6 } from '../../interop/vrrp/lab/lab.ts';

export type Fault = 'cable pulled' | 'clean stop' | 'crash' | 'track script' | 'partition';

export interface Cell {
  readonly name: string;
  readonly fault: Fault;
  readonly intervalMs: number;
  readonly address: string;
  /** Of unit 0 (a) or 1 (b), whose files are in the directory. */
  config(unit: 0 | 1, directory: string): string;
  /** The unit that lost stays backup when it returns. */
  readonly stays: boolean;
  /** On return nobody may be in the dark at all, however long keepalived's own return is dark. */
  readonly returnIsZero: boolean;
  /** Rounds beside those asked for: cells that are over quickly take more. */
  readonly roundsFactor: number;
}

/** The backup only hears that nothing comes any more. */
export function noticedBySilence({ fault }: Cell): boolean {
  return fault === 'cable pulled' || fault === 'partition';
}

interface CellText {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly version?: 2 | 3;
  readonly advert: string;
  readonly family?: 4 | 6;
  readonly more?: readonly string[];
  /** Instead of `more`, what differs between the units. */
  readonly moreOf?: (own: string, other: string) => readonly string[];
}

const TEXTS: readonly CellText[] = [
  { name: 'v2 adv 1 s', version: 2, advert: '1', faults: ['cable pulled', 'clean stop', 'crash', 'track script'] },
  { name: 'v3 adv 1 s', advert: '1', faults: ['cable pulled', 'clean stop'] },
  { name: 'v3 IPv6 adv 1 s', advert: '1', family: 6, faults: ['cable pulled'] },
  { name: 'v3 adv 0.1 s', advert: '0.1', faults: ['cable pulled', 'clean stop', 'crash', 'track script'] },
  { name: 'v3 IPv6 adv 0.1 s', advert: '0.1', family: 6, faults: ['cable pulled', 'clean stop'] },
  { name: 'v3 adv 0.1 s use_vmac', advert: '0.1', faults: ['cable pulled'], more: ['use_vmac'] },
  {
    name: 'v3 adv 0.1 s unicast',
    advert: '0.1',
    faults: ['cable pulled'],
    moreOf: (own, other) => [`unicast_src_ip ${own}`, `unicast_peer {\n    ${other}\n  }`],
  },
  { name: 'v3 adv 0.1 s nopreempt', advert: '0.1', faults: ['cable pulled'], more: ['nopreempt'] },
  { name: 'v3 adv 0.1 s', advert: '0.1', faults: ['partition'] },
  {
    name: 'v3 adv 0.1 s higher_prio_send_advert',
    advert: '0.1',
    faults: ['partition'],
    more: ['higher_prio_send_advert on'],
  },
  { name: 'v3 adv 0.1 s garp_master_refresh 1', advert: '0.1', faults: ['partition'], more: ['garp_master_refresh 1'] },
  { name: 'v3 adv 0.01 s', advert: '0.01', faults: ['cable pulled', 'clean stop'] },
];

/** The tracked script, in the unit's directory: fails once there is a file `failing` beside it. */
export const SCRIPT_NAME = 'check.sh';

const scriptBlock = (directory: string): string => `vrrp_script service {
  script "${directory}/${SCRIPT_NAME}"
  interval 1
  weight -100
}`;

const ADDRESSES = ['10.77.0.2', '10.77.0.3'] as const;

function cellOf(text: CellText, fault: Fault): Cell {
  const tracked = fault === 'track script';
  const config = (unit: 0 | 1, directory: string): string => {
    const [own, other] = [ADDRESSES[unit], ADDRESSES[1 - unit]!];
    const instance: InstanceText = {
      priority: unit === 0 ? 150 : 100,
      version: text.version ?? 3,
      advert: text.advert,
      family: text.family ?? 4,
      more: [
        ...(text.more ?? text.moreOf?.(own, other) ?? []),
        ...(tracked ? ['track_script {\n    service\n  }'] : []),
      ],
    };
    return configText({ blocks: tracked ? [scriptBlock(directory)] : [], instances: [instance] });
  };
  const intervalMs = Number(text.advert) * 1000;
  return {
    name: text.name,
    fault,
    intervalMs,
    address: text.family === 6 ? VIP6 : VIP,
    config,
    stays: text.name.includes('nopreempt'),
    returnIsZero: fault === 'partition' || text.name.includes('vmac'),
    roundsFactor: intervalMs <= 10 ? 2 : 1,
  };
}

/** In the order of the table; the slow ones first, so that a run of several labs at once ends evenly. */
export const CELLS: readonly Cell[] = TEXTS.flatMap((text) => text.faults.map((fault) => cellOf(text, fault)));
