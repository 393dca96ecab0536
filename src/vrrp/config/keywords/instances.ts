/** `vrrp_instance NAME { ... }`: a virtual router. */

import { readAddressLine } from '../address-lines.ts';
import { isLinkLocalMulticast, isMulticast, parseHostAddress } from '../addresses.ts';
import type { Context } from '../context.ts';
import { InstanceDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import { SECONDS_MAX, UNSIGNED_MAX } from '../numbers.ts';
import { readRouteLine } from '../route-lines.ts';
import { readRuleLine } from '../rule-lines.ts';
import type { Statement } from '../statements.ts';

const LONGEST_INTERFACE = 15;

function setSource(line: Statement, draft: InstanceDraft, context: Context): void {
  const word = context.word(line, 1);
  const address = parseHostAddress(word.text);
  if (address === undefined) {
    const message = `Configuration error: VRRP instance[${draft.name}] malformed src address[${word.text}]. Skipping...`;
    context.report.mistake(word, message, 'an IPv4 or IPv6 address');
    return;
  }
  draft.family ??= address.family;
  if (address.family !== draft.family) {
    const message =
      `Configuration error: VRRP instance[${draft.name}] and src address[${word.text}] ` +
      'MUST be of the same family !!! Skipping...';
    context.report.mistake(word, message, `the instance is of IPv${draft.family}`);
    return;
  }
  draft.sourceAddress = address.bytes;
}

function setDestination(line: Statement, draft: InstanceDraft, context: Context): void {
  const word = context.word(line, 1);
  const { report } = context;
  const address = parseHostAddress(word.text);
  if (address === undefined) {
    report.mistake(word, `(${draft.name}) malformed mcast dest address ${word.text}. Skipping...`, 'as 224.0.0.18');
    return;
  }
  draft.family ??= address.family;
  if (address.family !== draft.family) {
    const message = `(${draft.name}) mcast dest address ${word.text} MUST match VRRP instance family. Skipping...`;
    report.mistake(word, message, `the instance is of IPv${draft.family}`);
    return;
  }
  const fits = address.family === 4 ? isMulticast(address.bytes) : isLinkLocalMulticast(address.bytes);
  if (fits) {
    draft.multicastGroup = address.bytes;
    return;
  }
  const kind = address.family === 6 ? ' link-local' : '';
  const hint = address.family === 6 ? 'an address of ff02::/16' : 'an address of 224.0.0.0/4';
  report.mistake(word, `(${draft.name}) mcast_dst_ip ${word.text} not${kind} multicast. Skipping...`, hint);
}

function setInterface(line: Statement, draft: InstanceDraft, context: Context): void {
  const word = context.word(line, 1);
  if (word.text.length > LONGEST_INTERFACE) {
    const message = `Interface name '${word.text}' too long - ignoring`;
    context.report.mistake(word, message, `at most ${LONGEST_INTERFACE} characters`);
    return;
  }
  const complaint = `WARNING - interface ${word.text} for vrrp_instance ${draft.name} doesn't exist`;
  draft.interface = context.interface(word, complaint);
  if (draft.interface?.loopback !== true) return;
  const message = `(${draft.name}) cannot use a loopback interface (${word.text}) for vrrp - ignoring`;
  context.report.mistake(word, message, 'peers are not reached through it');
  draft.interface = undefined;
}

function readAddresses(line: Statement, draft: InstanceDraft, context: Context): void {
  for (const value of line.values) {
    context.guard(value, () => {
      const address = readAddressLine(value, context, false);
      if (address === undefined) return;
      draft.family ??= address.family;
      if (address.family === draft.family) draft.addresses.push(address);
      else {
        const [word] = value.words;
        const message = `(${draft.name}): address family must match VRRP instance [${word?.text}] - ignoring`;
        const hint = `of IPv${address.family} it can stand in virtual_ipaddress_excluded, or in an instance of its own`;
        context.report.mistake(word, message, hint);
      }
    });
  }
}

/** Marks where a keyword stands that is judged when the block is complete. */
function mark(line: Statement, draft: InstanceDraft): void {
  const [keyword, value] = line.words;
  if (keyword !== undefined) draft.written.set(keyword.text, value ?? keyword);
}

const switches = (
  name: string,
  help: string,
  set: (draft: InstanceDraft, value: boolean) => void,
  initially: string,
  since?: 'newer',
): Keyword<InstanceDraft> =>
  works(
    name,
    '[on|off]',
    help,
    (line, draft, context) => {
      mark(line, draft);
      const value = context.switch(line, (word) => `(${draft.name}) invalid ${name} ${word} specified`);
      if (value !== undefined) set(draft, value);
    },
    { initially, ...(since && { since }) },
  );

const flag = (name: string, help: string, set: (draft: InstanceDraft) => void): Keyword<InstanceDraft> =>
  works(name, '', help, (line, draft) => {
    mark(line, draft);
    set(draft);
  });

export const INSTANCE: readonly Keyword<InstanceDraft>[] = [
  works(
    'state',
    'MASTER | BACKUP',
    'what a sync group or priority 255 begins with; else the priority decides',
    (line, draft, context) => {
      const word = context.word(line, 1);
      mark(line, draft);
      if (word.text === 'MASTER') draft.state = 'MASTER';
      else if (word.text !== 'BACKUP') {
        const message = `(${draft.name}) unknown state '${word.text}', defaulting to BACKUP`;
        context.report.mistake(word, message, 'MASTER or BACKUP');
        draft.state = 'BACKUP';
      } else if (draft.state === 'MASTER') {
        const message = `(${draft.name}) state previously set as MASTER - ignoring BACKUP`;
        context.report.mistake(word, message, 'one of the two lines');
      } else draft.state = 'BACKUP';
    },
    { initially: 'BACKUP, MASTER with priority 255' },
  ),
  works('interface', 'NAME', 'where advertisements are sent and heard', setInterface),
  works(
    'virtual_router_id',
    '1-255',
    'the number that makes instances of several units one',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const complaint = `(${draft.name}): VRID '${word.text}' not valid - must be between 1 & 255`;
      draft.vrid = context.unsigned(word, { minimum: 1, maximum: 255 }, { complaint }) ?? draft.vrid;
    },
  ),
  works(
    'priority',
    '1-255',
    'the highest becomes MASTER; 255: owner of the addresses',
    (line, draft, context) => {
      const word = context.word(line, 1);
      mark(line, draft);
      const complaint = `(${draft.name}) Priority not valid! must be between 1 & 255. Using default 100`;
      draft.priority = context.unsigned(word, { minimum: 1, maximum: 255 }, { complaint }) ?? 100;
    },
    { initially: '100; 255 with state MASTER' },
  ),
  works(
    'advert_int',
    'SECONDS',
    'how often a MASTER advertises: whole seconds (version 2), or hundredths (version 3)',
    (line, draft, context) => {
      const word = context.word(line, 1);
      mark(line, draft);
      const complaint = `(${draft.name}) Advert interval (${word.text}) not valid! Must be > 0 - ignoring`;
      const range = { minimum: 10_000, maximum: 255_000_000, lenient: true };
      draft.advertInterval = context.seconds(word, range, { complaint }) ?? draft.advertInterval;
    },
    { initially: '1' },
  ),
  works(
    'version',
    '2 | 3',
    'of VRRP; IPv6 is version 3',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const complaint = `(${draft.name}): Version must be either 2 or 3`;
      const version = context.integer(word, { minimum: 2, maximum: 3, lenient: true }, { complaint, hint: '2 or 3' });
      if (version === undefined) return;
      if ((draft.version !== 0 && draft.version !== version) || (version === 2 && draft.family === 6)) {
        const message = `(${draft.name}) vrrp_version ${version} conflicts with configured or deduced version ${draft.version}; ignoring.`;
        const hint = draft.family === 6 ? 'IPv6 needs version 3' : `version ${draft.version} stands before it`;
        context.report.mistake(word, message, hint);
        return;
      }
      mark(line, draft);
      draft.version = version === 2 ? 2 : 3;
    },
    { initially: 'that of vrrp_version' },
  ),
  flag('nopreempt', 'a MASTER of lower priority is left in its place; for state BACKUP', (draft) => {
    draft.nopreempt = true;
  }),
  flag('preempt', 'takes nopreempt back', (draft) => {
    draft.nopreempt = false;
  }),
  works(
    'preempt_delay',
    'SECONDS',
    'how long a MASTER of lower priority is left in its place',
    (line, draft, context) => {
      const word = context.word(line, 1);
      mark(line, draft);
      const complaint = `(${draft.name}) Preempt_delay not valid! must be between 0-1000`;
      const range = { minimum: 0, maximum: 1_000_000_000, lenient: true };
      draft.preemptDelayMs = Math.round((context.seconds(word, range, { complaint }) ?? 0) / 1000);
    },
    { initially: '0' },
  ),
  works(
    'down_timer_adverts',
    '1-100',
    'how many advertisements may be missed',
    (line, draft, context) => {
      const word = context.word(line, 1);
      mark(line, draft);
      const complaint = `(${draft.name}): Invalid down_timer_adverts [1:100] '${word.text}'`;
      const range = { minimum: 1, maximum: 100, lenient: true };
      draft.downTimerAdverts = context.unsigned(word, range, { complaint }) ?? draft.downTimerAdverts;
    },
    { initially: 'that of vrrp_down_timer_adverts' },
  ),
  works(
    'virtual_ipaddress',
    '{ ADDRESS[/LENGTH] [dev NAME] [brd ADDRESS|+|-] [label WORD] [scope SCOPE] ... }',
    'addresses of the MASTER; they stand in its advertisements',
    readAddresses,
    { shape: 'values' },
  ),
  works(
    'virtual_ipaddress_excluded',
    '{ ADDRESS[/LENGTH] ... }',
    'addresses of the MASTER that are not in its advertisements, of either family',
    (line, draft, context) => {
      for (const value of line.values) {
        context.guard(value, () => {
          const address = readAddressLine(value, context, false);
          if (address !== undefined) draft.excludedAddresses.push(address);
        });
      }
    },
    { shape: 'values' },
  ),
  works(
    'virtual_routes',
    '{ [TYPE] NETWORK [via ADDRESS] [dev NAME] [src ADDRESS] [metric NUMBER] ... }',
    'routes of the MASTER, in the grammar of ip route',
    (line, draft, context) => {
      for (const value of line.values) {
        context.guard(value, () => {
          const route = readRouteLine(value, context, false);
          if (route !== undefined) draft.routes.push(route);
        });
      }
    },
    { shape: 'values' },
  ),
  works(
    'virtual_rules',
    '{ [from NETWORK] [to NETWORK] [iif NAME] [fwmark NUMBER] table NAME preference NUMBER ... }',
    'rules of the MASTER, in the grammar of ip rule',
    (line, draft, context) => {
      for (const value of line.values) {
        context.guard(value, () => {
          const rule = readRuleLine(value, context, false);
          if (rule !== undefined) draft.rules.push(rule);
        });
      }
    },
    { shape: 'values' },
  ),
  flag('promote_secondaries', 'the kernel keeps other addresses of a network when its first is taken away', (draft) => {
    draft.promoteSecondaries = true;
  }),
  flag('dont_track_primary', 'the interface may go down without a FAULT', (draft) => {
    draft.dontTrackPrimary = true;
  }),
  works('mcast_src_ip', 'ADDRESS', 'source of advertisements', setSource),
  works('unicast_src_ip', 'ADDRESS', 'source of advertisements to unicast peers', (line, draft, context) => {
    mark(line, draft);
    draft.unicastConfigured = true;
    setSource(line, draft, context);
  }),
  works(
    'mcast_dst_ip',
    'ADDRESS',
    'multicast group of this instance',
    (line, draft, context) => {
      mark(line, draft);
      setDestination(line, draft, context);
    },
    { initially: 'that of vrrp_mcast_group4 or 6' },
  ),
  flag('track_src_ip', 'a FAULT when the source address is not on the machine', (draft) => {
    draft.trackSourceAddress = true;
  }),
  works(
    'unicast_peer',
    '{ ADDRESS [min_ttl 0-255] [max_ttl 0-255] ... }',
    'advertisements go to these instead of the multicast group',
    (line, draft, context) => {
      mark(line, draft);
      draft.unicastConfigured = true;
      for (const value of line.values) context.guard(value, () => readPeer(value.words, draft, context));
    },
    { shape: 'values' },
  ),
  flag('unicast_fault_no_peer', 'without peers it is a FAULT, and not multicast', (draft) => {
    draft.unicastConfigured = true;
    draft.unicastFaultNoPeer = true;
  }),
  works(
    'unicast_ttl',
    '0-255',
    'TTL of advertisements to unicast peers',
    (line, draft, context) => {
      const word = context.word(line, 1);
      mark(line, draft);
      const complaint = `(${draft.name}): TTL '${word.text}' not valid - must be between 0 & 255`;
      draft.unicastTtl = context.unsigned(word, { minimum: 0, maximum: 255 }, { complaint }) ?? draft.unicastTtl;
    },
    { initially: '255' },
  ),
  flag('check_unicast_src', 'advertisements must come from one of the peers', (draft) => {
    draft.unicastConfigured = true;
    draft.checkUnicastSource = true;
  }),
  works('old_unicast_checksum', '[never]', 'checksums as keepalived before 1.3.7 made them', (line, draft, context) => {
    mark(line, draft);
    draft.unicastConfigured = true;
    const word = line.words[1];
    if (word === undefined) draft.oldUnicastChecksum = true;
    else if (word.text === 'never') draft.oldUnicastChecksum = false;
    else {
      const message = `(${draft.name}) Unknown old_unicast_chksum mode ${word.text} - ignoring`;
      context.report.mistake(word, message, 'never, or nothing');
    }
  }),
  switches(
    'v3_checksum_as_v2',
    'version 3 over IPv4 is summed without the pseudo-header (RFC 9568)',
    (draft, value) => {
      draft.checksumAsV2 = value;
    },
    'off',
    'newer',
  ),
  switches(
    'skip_check_adv_addr',
    'addresses in advertisements are compared only when the MASTER is another one',
    (draft) => {
      // keepalived takes any valid word for on: only `vrrp_skip_check_adv_addr` not being written means off.
      draft.skipCheckAdvertAddresses = true;
    },
    'that of vrrp_skip_check_adv_addr',
  ),
  switches(
    'strict_mode',
    'what RFC 5798 does not allow is mended or refused',
    (draft, value) => {
      draft.strict = value;
    },
    'that of vrrp_strict',
  ),
  flag('accept', 'the MASTER takes packets for its addresses', (draft) => {
    draft.accept = true;
  }),
  flag('no_accept', 'only the owner of the addresses takes packets for them', (draft) => {
    draft.accept = false;
  }),
  switches(
    'lower_prio_no_advert',
    'no advertisement in answer to one of lower priority',
    (draft, value) => {
      draft.lowerPriorityNoAdvert = value;
    },
    'that of vrrp_lower_prio_no_advert',
  ),
  switches(
    'higher_prio_send_advert',
    'a last advertisement before stepping back for a higher priority',
    (draft, value) => {
      draft.higherPrioritySendAdvert = value;
    },
    'that of vrrp_higher_prio_send_advert',
  ),
  works('kernel_rx_buf_size', 'BYTES', 'receive buffer of the sockets', (line, draft, context) => {
    const word = line.words[1];
    const complaint = `(${draft.name}) invalid kernel_rx_buf_size specified`;
    if (word === undefined || line.words.length > 2) {
      context.report.mistake(line.words[2] ?? line.words[0], complaint, 'kernel_rx_buf_size BYTES');
      return;
    }
    draft.receiveBuffer = context.unsigned(word, { minimum: 0, maximum: UNSIGNED_MAX }, { complaint }) ?? 0;
  }),
  works(
    'debug',
    '0-4',
    'how much is logged of this instance',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const complaint = `(${draft.name}) Debug value '${word.text}' not valid; must be between 0-4`;
      draft.debug = context.unsigned(word, { minimum: 0, maximum: 4, lenient: true }, { complaint }) ?? draft.debug;
    },
    { initially: '0' },
  ),
  works(
    'address_lifetime',
    'SECONDS | off',
    'the kernel drops an address that is not renewed for so long, so that none is left when the agent dies',
    (line, draft, context) => {
      draft.addressLifetimeMs = readLifetime(line, context) ?? draft.addressLifetimeMs;
    },
    { initially: 'that of vrrp_address_lifetime', since: 'mahalo' },
  ),
];

export function readLifetime(line: Statement, context: Context): number | undefined {
  const word = context.word(line, 1);
  if (word.text === 'off') return 0;
  const said = { complaint: `invalid address lifetime '${word.text}'`, hint: 'seconds, 1 or more, or off' };
  const seconds = context.unsigned(word, { minimum: 1, maximum: SECONDS_MAX }, said);
  return seconds === undefined ? undefined : seconds * 1000;
}

function readPeer(words: Statement['words'], draft: InstanceDraft, context: Context): void {
  const { report } = context;
  const word = context.word({ words }, 0);
  const address = parseHostAddress(word.text);
  if (address === undefined) {
    const message = `Configuration error: VRRP instance[${draft.name}] malformed unicast peer address[${word.text}]. Skipping...`;
    report.mistake(word, message, 'an IPv4 or IPv6 address');
    return;
  }
  draft.family ??= address.family;
  if (address.family !== draft.family) {
    const message =
      `Configuration error: VRRP instance[${draft.name}] and unicast peer address[${word.text}] ` +
      'MUST be of the same family !!! Skipping...';
    report.mistake(word, message, `the instance is of IPv${draft.family}`);
    return;
  }
  const peer = { address: address.bytes, minTtl: 0, maxTtl: 255 };
  for (let at = 1; at < words.length; at += 2) {
    const [option, value] = [words[at]!, words[at + 1]];
    if (value === undefined) {
      report.mistake(option, `(${draft.name}) ${option.text} is missing a value`, `${option.text} 0-255`);
      break;
    }
    const ttl = context.unsigned(value, { minimum: 0, maximum: 255 });
    if (ttl === undefined) continue;
    if (option.text === 'min_ttl') peer.minTtl = ttl;
    else if (option.text === 'max_ttl') peer.maxTtl = ttl;
    else {
      const hint = context.nearest(option.text, ['min_ttl', 'max_ttl'], 'option');
      report.mistake(option, `(${draft.name}) unknown unicast_peer option ${option.text}`, hint);
      break;
    }
    draft.checkUnicastSource = true;
  }
  if (peer.minTtl > peer.maxTtl) {
    const message = `(${draft.name}) min_ttl ${peer.minTtl} > max_ttl ${peer.maxTtl} - all packets will be discarded`;
    report.mistake(word, message, 'min_ttl is the smaller one');
  }
  draft.unicastPeers.push(peer);
}

/** `native_ipv6` decides about the family, and can come too late. */
export const NATIVE_IPV6: Keyword<InstanceDraft> = works(
  'native_ipv6',
  '',
  'the instance is of IPv6, whatever its addresses',
  (line, draft, context) => {
    if (draft.family === 4) {
      const message = `(${draft.name}) Cannot specify native_ipv6 with IPv4 addresses`;
      context.report.mistake(line.words[0], message, 'the addresses before it are of IPv4');
      return;
    }
    draft.family = 6;
    draft.version = 3;
  },
);

export const AUTHENTICATION: readonly Keyword<InstanceDraft>[] = [
  works(
    'auth_type',
    'PASS',
    'how advertisements of version 2 are proved; AH is not implemented',
    (line, draft, context) => {
      const word = context.word(line, 1);
      draft.written.set('auth_type', word);
      if (word.text === 'PASS') draft.authenticationType = 1;
      else if (word.text === 'AH') {
        draft.authenticationType = 2;
        const hint = 'no peer that demands AH would take our advertisements; PASS is implemented';
        context.report.refuse(word, `(${draft.name}) auth_type AH is not implemented`, hint);
      } else context.report.mistake(word, `(${draft.name}) unknown authentication type '${word.text}'`, 'PASS');
    },
  ),
  works('auth_pass', 'PASSWORD', 'up to 8 characters, sent in clear', (line, draft, context) => {
    const word = context.word(line, 1);
    draft.written.set('auth_pass', word);
    if (Buffer.byteLength(word.text) > 8) {
      const hint = `only '${Buffer.from(word.text).subarray(0, 8).toString()}' is sent and compared`;
      context.report.mistake(word, 'Truncating auth_pass to 8 characters', hint);
    }
    draft.password = word.text;
  }),
];

export function openInstance(line: Statement, context: Context): void {
  const { drafts, report } = context;
  const [first, spot] = line.words;
  if (spot === undefined || line.words.length !== 2) {
    report.mistake(line.words[2] ?? first, 'vrrp_instance must have a name', 'vrrp_instance NAME { ... }');
    return;
  }
  if (drafts.instances.some((one) => one.name === spot.text)) {
    report.mistake(spot, `vrrp instance ${spot.text} already defined`, 'every instance has a name of its own');
    return;
  }
  const draft = new InstanceDraft(spot);
  draft.skipCheckAdvertAddresses = drafts.global.skipCheckAdvertAddresses;
  drafts.instances.push(draft);
  context.walk(line.body, draft);
  report.keyword = 'vrrp_instance';
  if (draft.unicastConfigured && draft.vmac !== undefined && !draft.vmacTransmitBase && draft.interface !== undefined) {
    const message = `(${draft.name}) unicast with use_vmac requires vmac_xmit_base - setting`;
    report.mistake(draft.written.get('use_vmac'), message, 'vmac_xmit_base');
    draft.vmacTransmitBase = true;
  }
  if (draft.unicastPeers.length === 0 && draft.unicastTtl !== undefined) {
    const message = `(${draft.name}): Cannot use unicast_ttl without unicast peers - resetting`;
    report.mistake(draft.written.get('unicast_ttl'), message, 'unicast_peer { ADDRESS }');
    draft.unicastTtl = undefined;
  }
}
