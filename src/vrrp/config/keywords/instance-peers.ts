/** Where advertisements of an instance come from and go to: source, group, unicast peers. */

import { isLinkLocalMulticast, isMulticast, parseHostAddress } from '../addresses.ts';
import type { Context } from '../context.ts';
import type { InstanceDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import type { Statement } from '../statements.ts';
import { flag, mark } from './instance-words.ts';

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

export const PEERS: readonly Keyword<InstanceDraft>[] = [
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
];
