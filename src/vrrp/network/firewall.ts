/**
 * What virtual routers need of the packet filter, said to the `nft` program as whole tables (nft(8)): a table is
 * replaced in one transaction, and loading the same twice changes nothing. Rules name interfaces, not indexes, so they
 * hold for interfaces that come later. The texts are pure.
 */
import { spawnSync } from 'node:child_process';
import { EIO, ENOENT } from '../../sys/errno.ts';
import { ipv6Text } from '../../sys/socket-address.ts';
import type { AddressModel } from '../model.ts';
import { isLinkLocal } from './source-address.ts';

const TIMEOUT_MS = 3000;
const VMAC_TABLE = 'mahalo_vmac';
const NO_ACCEPT_TABLE = 'mahalo_no_accept';

export interface VmacGuard {
  readonly name: string;
  /** `''`: not known; then what would go out of it is dropped instead. */
  readonly parentName: string;
}

/**
 * Group reports and router solicitations that the kernel sends from a VMAC interface would teach switches that the
 * virtual MAC is here, while another router is master: the reports go out of the parent instead, the rest nowhere.
 */
export function vmacRules(guards: readonly VmacGuard[]): string {
  if (guards.length === 0) return remove(VMAC_TABLE);
  const chain = (family: string, report: string, solicitation: string): string => {
    const rules: string[] = [];
    for (const { name, parentName } of guards) {
      const detour = parentName === '' ? '' : `dup to ${family} daddr device ${quoted(parentName)} `;
      rules.push(`oifname ${quoted(name)} ${report} ${detour}drop`);
      if (solicitation !== '') rules.push(`oifname ${quoted(name)} ${solicitation} drop`);
    }
    return table(family, VMAC_TABLE, [['out', 'output', rules]]);
  };
  return (
    chain('ip', 'ip protocol igmp', '') +
    chain('ip6', 'icmpv6 type mld2-listener-report', 'icmpv6 type nd-router-solicit')
  );
}

/**
 * `no_accept`: nothing but neighbour discovery may speak to, or from, a virtual address. `on` is the interface of a
 * link-local one.
 */
export function noAcceptRules(hidden: readonly { readonly model: AddressModel; readonly on: string }[]): string {
  if (hidden.length === 0) return remove(NO_ACCEPT_TABLE);
  const [inward, outward]: [string[], string[]] = [[], []];
  for (const { model } of hidden) {
    if (model.family !== 4) continue;
    inward.push(`ip daddr ${model.address.join('.')} drop`);
    outward.push(`ip saddr ${model.address.join('.')} drop`);
  }
  const discovery = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept';
  const [inward6, outward6] = [[discovery], [discovery]];
  for (const { model, on } of hidden) {
    if (model.family !== 6) continue;
    const text = ipv6Text(Buffer.from(model.address), 0);
    const link = isLinkLocal(model.address) && on !== '';
    inward6.push(`${link ? `iifname ${quoted(on)} ` : ''}ip6 daddr ${text} drop`);
    outward6.push(`${link ? `oifname ${quoted(on)} ` : ''}ip6 saddr ${text} drop`);
  }
  const chains = (accepted: string[], sent: string[]): Chain[] => [
    ['in', 'input', accepted],
    ['out', 'output', sent],
  ];
  return (
    table('ip', NO_ACCEPT_TABLE, chains(inward, outward)) + table('ip6', NO_ACCEPT_TABLE, chains(inward6, outward6))
  );
}

type Chain = readonly [name: string, hook: string, rules: readonly string[]];

/** Made and deleted first: whether it was there or not, it is new after that. */
function fresh(family: string, name: string): string {
  return `table ${family} ${name}\ndelete table ${family} ${name}\n`;
}

function remove(name: string): string {
  return fresh('ip', name) + fresh('ip6', name);
}

function table(family: string, name: string, chains: readonly Chain[]): string {
  let text = `${fresh(family, name)}table ${family} ${name} {\n`;
  for (const [chain, hook, rules] of chains) {
    text += `  chain ${chain} {\n    type filter hook ${hook} priority filter - 1; policy accept;\n`;
    for (const rule of rules) text += `    ${rule}\n`;
    text += '  }\n';
  }
  return `${text}}\n`;
}

/** Interface names have neither quotes nor spaces, but may have anything else. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '')}"`;
}

/** Has `nft` load a text; takes some 10 ms, so at starts and reloads only. 0; -ENOENT without nft; -EIO when it refused. */
export function loadRules(text: string): number {
  const { error, status } = spawnSync('nft', ['-f', '-'], { input: text, timeout: TIMEOUT_MS, encoding: 'utf8' });
  if (error !== undefined) return (error as NodeJS.ErrnoException).errno ?? -ENOENT;
  return status === 0 ? 0 : -EIO;
}

/** The addresses of instances without `accept`, all at once; none: the table goes. 0 or `-errno` of `loadRules`. */
export function hideAddresses(hidden: readonly { readonly model: AddressModel; readonly on: string }[]): number {
  return loadRules(noAcceptRules(hidden));
}
