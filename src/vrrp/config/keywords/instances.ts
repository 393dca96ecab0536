/** `vrrp_instance NAME { ... }`: a virtual router. */

import { readAddressLine } from '../address-lines.ts';
import type { Context } from '../context.ts';
import { InstanceDraft } from '../drafts.ts';
import { type Keyword, shownOnly, works } from '../keyword.ts';
import { UNSIGNED_MAX } from '../numbers.ts';
import { readRouteLine } from '../route-lines.ts';
import { readRuleLine } from '../rule-lines.ts';
import type { Statement } from '../statements.ts';
import { flag, mark, readLifetime } from './instance-words.ts';

const LONGEST_INTERFACE = 15;

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
  shownOnly(
    'debug',
    '0-4',
    'how much is logged of this instance',
    'keepalived 2.2.7 itself only shows it in keepalived.data, and so does Mahalo',
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
