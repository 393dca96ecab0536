/** keepalived.conf texts of the lab. */
import { VIP, VIP6, VIP6_LINK } from './lab.ts';

export interface InstanceText {
  readonly name?: string;
  readonly priority: number;
  readonly state?: 'MASTER' | 'BACKUP';
  readonly interface?: string;
  readonly vrid?: number;
  readonly version?: 2 | 3;
  /** Seconds, as written. */
  readonly advert?: string;
  readonly family?: 4 | 6;
  readonly addresses?: readonly string[];
  /** Further lines of the block. */
  readonly more?: readonly string[];
}

export interface ConfigText {
  readonly globals?: readonly string[];
  /** Before the instances: scripts, sync groups. */
  readonly blocks?: readonly string[];
  readonly instances: readonly InstanceText[];
}

function instanceText(instance: InstanceText): string {
  const family = instance.family ?? 4;
  const addresses = instance.addresses ?? (family === 4 ? [`${VIP}/24`] : [`${VIP6_LINK}/64`, `${VIP6}/64`]);
  const lines = [
    `version ${instance.version ?? 3}`,
    `state ${instance.state ?? 'BACKUP'}`,
    `interface ${instance.interface ?? 'eth0'}`,
    `virtual_router_id ${instance.vrid ?? 51}`,
    `priority ${instance.priority}`,
    `advert_int ${instance.advert ?? '1'}`,
    ...(instance.more ?? []),
    'virtual_ipaddress {',
    ...addresses.map((address) => `  ${address}`),
    '}',
  ];
  return `vrrp_instance ${instance.name ?? 'VI_1'} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

export function configText(config: ConfigText): string {
  const globals = ['router_id lab', 'script_user root', ...(config.globals ?? [])];
  return [
    `global_defs {\n${globals.map((line) => `  ${line}\n`).join('')}}\n`,
    ...(config.blocks ?? []).map((block) => `${block}\n`),
    ...config.instances.map(instanceText),
  ].join('\n');
}
