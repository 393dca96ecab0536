/** `global_defs { ... }`, where it is about VRRP. Other files have the process and what is left for later. */

import { isLinkLocalMulticast, isMulticast, parseHostAddress } from '../addresses.ts';
import type { Context } from '../context.ts';
import type { GlobalDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import { INTEGER_MAX, UNSIGNED_MAX } from '../numbers.ts';
import type { Statement } from '../statements.ts';
import { announceKeywords } from './announce.ts';
import { readLifetime } from './instance-words.ts';

const flag = (name: string, help: string, set: (draft: GlobalDraft) => void): Keyword<GlobalDraft> =>
  works(name, '', help, (_, draft) => set(draft));

/** `[on|off]` with keepalived's words for anything else. */
const switched = (
  name: string,
  help: string,
  set: (draft: GlobalDraft, value: boolean) => void,
  complaint: (word: string) => string,
  extras: { readonly initially: string; readonly since?: 'mahalo' },
): Keyword<GlobalDraft> =>
  works(
    name,
    '[on|off]',
    help,
    (line, draft, context) => {
      const value = context.switch(line, complaint);
      if (value !== undefined) set(draft, value);
    },
    extras,
  );

function group(line: Statement, family: 4 | 6, context: Context): Uint8Array | undefined {
  const word = context.word(line, 1);
  const name = `vrrp_mcast_group${family}`;
  const address = parseHostAddress(word.text);
  const hint = family === 4 ? 'an address of 224.0.0.0/4, as 224.0.0.18' : 'an address of ff02::/16, as ff02::12';
  const { report } = context;
  if (address === undefined) report.mistake(word, `Can't parse ${name} [${word.text}]. Skipping`, hint);
  else if (address.family !== family)
    report.mistake(word, `${name} [${word.text}] is not IPv${family}. Skipping`, hint);
  else if (!isMulticast(address.bytes)) report.mistake(word, `${name} [${word.text}] is not multicast. Skipping`, hint);
  else {
    if (family === 6 && !isLinkLocalMulticast(address.bytes)) {
      report.mistake(word, `${name} [${word.text}] should be link-local multicast.`, hint);
    }
    return address.bytes;
  }
  return undefined;
}

function interval(line: Statement, name: string, context: Context): number | undefined {
  const word = context.word(line, 1);
  const complaint = `${name} '${word.text}' is invalid`;
  const value = context.seconds(word, { minimum: 1, maximum: UNSIGNED_MAX, lenient: true }, { complaint });
  if (value !== undefined && value >= 1_000_000) {
    context.report.warn(word, `The ${name} is very large - ${word.text} seconds`, 'a few thousandths are usual');
  }
  return value === undefined ? undefined : value / 1000;
}

function readReceiveBuffer(line: Statement, draft: GlobalDraft, context: Context): void {
  for (const word of line.words.slice(1)) {
    if (/^(mtu|advert)$/i.test(word.text)) continue;
    const complaint = `Invalid vrrp_rx_bufs_policy ${word.text}`;
    const said = { complaint, hint: 'MTU, ADVERT, or a number of bytes' };
    draft.receiveBuffer = context.unsigned(word, { minimum: 0, maximum: UNSIGNED_MAX }, said) ?? draft.receiveBuffer;
  }
  const policies = line.words.slice(1).filter((word) => /^(mtu|advert)$/i.test(word.text));
  const [first, second] = policies;
  if (line.words.length < 2) {
    context.report.mistake(line.words[0], 'vrrp_rx_bufs_policy missing', 'MTU, ADVERT, or a number of bytes');
  } else if (first !== undefined && policies.length < line.words.length - 1 && draft.receiveBuffer > 0) {
    const message = 'Cannot set vrrp_rx_bufs_policy size and policy, ignoring policy';
    context.report.mistake(first, message, 'one of the two');
  } else if (second !== undefined && first?.text.toUpperCase() !== second.text.toUpperCase()) {
    const message = 'Cannot set both vrrp_rx_bufs_policy MTU and ADVERT, ignoring ADVERT';
    context.report.mistake(second, message, 'one of the two');
  }
}

export const VRRP_GLOBALS: readonly Keyword<GlobalDraft>[] = [
  works('router_id', 'TEXT', 'name of this machine', (line, draft, context) => {
    const word = line.words[1];
    if (word === undefined) context.report.mistake(line.words[0], 'routerid name missing - ignoring', 'router_id TEXT');
    else draft.routerId = word.text;
  }),
  works(
    'vrrp_version',
    '2 | 3',
    'of instances that do not tell',
    (line, draft, context) => {
      const complaint = 'VRRP Error: Version must be either 2 or 3';
      const range = { minimum: 2, maximum: 3, lenient: true };
      const version = context.integer(context.word(line, 1), range, { complaint, hint: '2 or 3' });
      if (version !== undefined) draft.version = version === 2 ? 2 : 3;
    },
    { initially: '2, IPv6: 3' },
  ),
  works(
    'vrrp_mcast_group4',
    'ADDRESS',
    'where advertisements over IPv4 go',
    (line, draft, context) => {
      draft.multicastGroup4 = group(line, 4, context) ?? draft.multicastGroup4;
    },
    { initially: '224.0.0.18' },
  ),
  works(
    'vrrp_mcast_group6',
    'ADDRESS',
    'where advertisements over IPv6 go',
    (line, draft, context) => {
      draft.multicastGroup6 = group(line, 6, context) ?? draft.multicastGroup6;
    },
    { initially: 'ff02::12' },
  ),
  ...announceKeywords<GlobalDraft>(
    'vrrp_',
    (draft) => draft.announce,
    () => '',
  ),
  works(
    'vrrp_garp_interval',
    'SECONDS',
    'least distance of two gratuitous ARP packets on an interface',
    (line, draft, context) => {
      draft.garpIntervalMs = interval(line, 'vrrp_garp_interval', context) ?? draft.garpIntervalMs;
    },
    { initially: '0' },
  ),
  works(
    'vrrp_gna_interval',
    'SECONDS',
    'least distance of two neighbour advertisements on an interface',
    (line, draft, context) => {
      draft.gnaIntervalMs = interval(line, 'vrrp_gna_interval', context) ?? draft.gnaIntervalMs;
    },
    { initially: '0' },
  ),
  works('vrrp_min_garp', '[on|off]', 'a single announcement, never repeated', (line, draft, context) => {
    const value = context.switch(line, () => 'Invalid value for vrrp_min_garp specified');
    if (value !== true) return;
    const { announce } = draft;
    announce.repeat ??= 1;
    announce.delayMs ??= 0;
    announce.refreshMs ??= 0;
    announce.refreshRepeat ??= 0;
  }),
  works(
    'vrrp_down_timer_adverts',
    '1-100',
    'how many advertisements may be missed',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const complaint = `Invalid vrrp_down_timer_adverts [1:100] '${word.text}'`;
      const range = { minimum: 1, maximum: 100, lenient: true };
      draft.downTimerAdverts = context.unsigned(word, range, { complaint }) ?? draft.downTimerAdverts;
    },
    { initially: '3' },
  ),
  switched(
    'vrrp_lower_prio_no_advert',
    'no advertisement in answer to one of lower priority',
    (draft, value) => {
      draft.lowerPriorityNoAdvert = value;
    },
    () => 'Invalid value for vrrp_lower_prio_no_advert specified',
    { initially: 'off' },
  ),
  switched(
    'vrrp_higher_prio_send_advert',
    'a last advertisement before stepping back for a higher priority, so that no partition leaves darkness when it heals',
    (draft, value) => {
      draft.higherPrioritySendAdvert = value;
    },
    () => 'Invalid value for vrrp_higher_prio_send_advert specified',
    { initially: 'on (keepalived: off)' },
  ),
  flag('vrrp_check_unicast_src', 'advertisements must come from one of the peers', (draft) => {
    draft.checkUnicastSource = true;
  }),
  flag('vrrp_skip_check_adv_addr', 'addresses are compared only when the MASTER is another one', (draft) => {
    draft.skipCheckAdvertAddresses = true;
  }),
  flag('vrrp_strict', 'what RFC 5798 does not allow is mended or refused', (draft) => {
    draft.strict = true;
  }),
  switched(
    'vrrp_notify_priority_changes',
    'notify scripts and FIFOs are told of changed priorities, too',
    (draft, value) => {
      draft.notifyPriorityChanges = value;
    },
    (word) => `Invalid value '${word}' for global vrrp_notify_priority_changes specified`,
    { initially: 'off' },
  ),
  works('dynamic_interfaces', '[allow_if_changes]', 'interfaces may come into being later', (line, draft, context) => {
    draft.dynamicInterfaces = true;
    const word = line.words[1];
    if (word === undefined || word.text === 'allow_if_changes') return;
    const message = `Unknown dynamic_interfaces option '${word.text}'`;
    context.report.mistake(word, message, 'allow_if_changes, or nothing');
  }),
  works(
    'default_interface',
    'NAME',
    'of static addresses without a device',
    (line, draft, context) => {
      const word = line.words[1];
      if (word !== undefined) draft.defaultInterface = word.text;
      else {
        const message = 'default_interface requires interface name';
        context.report.mistake(line.words[0], message, 'default_interface NAME');
      }
    },
    { initially: 'eth0' },
  ),
  works(
    'vrrp_startup_delay',
    'SECONDS',
    'how long after its start the agent begins',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const complaint = `vrrp_startup_delay '${word.text}' is invalid`;
      const range = { minimum: 1000, maximum: UNSIGNED_MAX, lenient: true };
      const value = context.seconds(word, range, { complaint });
      if (value === undefined) return;
      draft.startupDelayMs = Math.round(value / 1000);
      if (value >= 60_000_000) {
        context.report.warn(
          word,
          `The vrrp_startup_delay is very large - ${word.text} seconds`,
          'seconds, not milliseconds',
        );
      }
    },
    { initially: '0' },
  ),
  flag('log_unknown_vrids', 'advertisements for others are logged', (draft) => {
    draft.logUnknownVrids = true;
  }),
  works(
    'vmac_prefix',
    'TEXT',
    'begin of the names of VMAC interfaces',
    (line, draft, context) => {
      const word = context.word(line, 1);
      if (draft.vmacPrefix === undefined) draft.vmacPrefix = word.text;
      else {
        const message = `vmac prefix has already been specified - ignoring ${word.text}`;
        context.report.mistake(word, message, 'the first one counts');
      }
    },
    { initially: 'vrrp' },
  ),
  works(
    'vrrp_rx_bufs_policy',
    'MTU | ADVERT | BYTES',
    'receive buffer of the sockets; MTU and ADVERT leave it to the kernel',
    readReceiveBuffer,
  ),
  works('vrrp_rx_bufs_multiplier', 'COUNT', 'a factor for the receive buffer', (line, draft, context) => {
    const word = line.words[1];
    if (word === undefined || line.words.length > 2) {
      context.report.mistake(
        line.words[2] ?? line.words[0],
        'Invalid vrrp_rx_bufs_multiplier',
        'one number, 1 or more',
      );
      return;
    }
    const complaint = `Invalid vrrp_rx_bufs_multiplier ${word.text}`;
    const factor = context.unsigned(word, { minimum: 1, maximum: UNSIGNED_MAX }, { complaint });
    if (factor !== undefined) draft.receiveBuffer = Math.min(draft.receiveBuffer * factor, INTEGER_MAX);
  }),
  works(
    'vrrp_address_lifetime',
    'SECONDS | off',
    'the kernel drops an address that is not renewed for so long, so that none is left when the agent dies',
    (line, draft, context) => {
      draft.addressLifetimeMs = readLifetime(line, context) ?? draft.addressLifetimeMs;
    },
    { initially: '3, or longer than a backup waits', since: 'mahalo' },
  ),
  switched(
    'vrrp_learn_checksum',
    'how a peer of version 3 sums is learnt from its packets',
    (draft, value) => {
      draft.learnChecksum = value;
    },
    (word) => `Invalid value '${word}' for vrrp_learn_checksum specified`,
    { initially: 'on', since: 'mahalo' },
  ),
  works(
    'vrrp_control_socket',
    'PATH',
    'where `mahalo vrrp status` asks',
    (line, draft, context) => {
      draft.controlSocket = context.word(line, 1).text;
    },
    { since: 'mahalo' },
  ),
];
