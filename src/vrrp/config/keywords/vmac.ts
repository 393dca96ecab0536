/** `use_vmac` and what goes with it: an interface with the MAC address that RFC 5798 gives a virtual router. */

import type { Context } from '../context.ts';
import type { InstanceDraft, VmacDraft } from '../drafts.ts';
import { ignored, type Keyword, refused, works } from '../keyword.ts';
import type { Statement } from '../statements.ts';
import type { Word } from '../words.ts';

const LONGEST_INTERFACE = 15;

/** Six bytes, or five and the VRID as the sixth; undefined: told. */
function readMac(word: Word, context: Context): { readonly mac: Uint8Array; readonly withVrid: boolean } | undefined {
  const { text } = word;
  const { report } = context;
  const parts = text.replace(/:$/, '').split(':');
  const withVrid = parts.length === 5;
  if (/[^0-9A-Fa-f:]/.test(text)) {
    report.mistake(word, `VMAC invalid MAC address ${text}`, 'six bytes in hexadecimal, as 02:00:5e:00:01:33');
    return undefined;
  }
  if ((parts.length !== 6 && !withVrid) || parts.some((part) => part === '' || part.length > 2)) {
    report.mistake(word, `VMAC invalid MAC address ${text} - ignored`, 'six bytes; with five the sixth is the VRID');
    return undefined;
  }
  const mac = Uint8Array.from([...parts.map((part) => Number.parseInt(part, 16)), 0].slice(0, 6));
  if ((mac[0]! & 1) !== 0) {
    report.mistake(word, `VMAC MAC address is multicast ${text} - ignoring`, 'the first byte of an interface is even');
    return undefined;
  }
  const standard = mac[0] === 0 && mac[1] === 0 && mac[2] === 0x5e && mac[3] === 0;
  if (standard && (mac[4] === 1 || mac[4] === 2)) {
    const message = `VMAC MAC address not allowed to be RFC5798 address (${text}) - ignoring`;
    report.mistake(word, message, 'use_vmac without an address has it');
    return undefined;
  }
  return { mac, withVrid };
}

function readName(word: Word, draft: InstanceDraft, context: Context): string | undefined {
  const { text } = word;
  const valid =
    text !== '' && text.length <= LONGEST_INTERFACE && text !== '.' && text !== '..' && !/[/:\s]/.test(text);
  if (!valid) {
    const message = `VMAC interface name '${text}' too long or invalid characters - ignoring`;
    context.report.mistake(word, message, `at most ${LONGEST_INTERFACE} characters, none of them / or :`);
    return undefined;
  }
  const other = context.drafts.instances.find((one) => one.vmac?.interfaceName === text);
  if (other === undefined) return text;
  const message = `(${draft.name}) VRRP instance ${other.name} is already using ${text} - ignoring name`;
  context.report.mistake(word, message, 'every instance has an interface of its own');
  return undefined;
}

function readVmac(line: Statement, draft: InstanceDraft, context: Context): void {
  const [first] = line.words;
  if (first !== undefined) draft.written.set('use_vmac', first);
  const vmac: VmacDraft = draft.vmac ?? { interfaceName: '', mac: undefined, macEndsWithVrid: false };
  draft.vmac = vmac;
  for (const word of line.words.slice(1, 3)) {
    if (word.text.includes(':')) {
      if (vmac.mac !== undefined) {
        context.report.mistake(word, 'VMAC interface address already specified', 'the first one counts');
        continue;
      }
      const read = readMac(word, context);
      if (read === undefined) continue;
      vmac.mac = read.mac;
      vmac.macEndsWithVrid = read.withVrid;
    } else if (vmac.interfaceName !== '') {
      context.report.mistake(word, 'VMAC interface name already specified', 'the first one counts');
    } else vmac.interfaceName = readName(word, draft, context) ?? '';
  }
}

export const VMAC: readonly Keyword<InstanceDraft>[] = [
  works('use_vmac', '[NAME] [MAC]', 'an interface with the MAC address 00:00:5e:00:01:VRID (IPv6: 02)', readVmac, {
    initially: 'named vrrp.VRID',
  }),
  works('vmac_xmit_base', '', 'advertisements leave by the parent interface', (line, draft) => {
    const [first] = line.words;
    if (first !== undefined) draft.written.set('vmac_xmit_base', first);
    draft.vmacTransmitBase = true;
  }),
];

export const LATER_INTERFACES: readonly Keyword[] = [
  refused(
    'use_vmac_addr',
    '',
    'a VMAC for addresses on other interfaces, too',
    'without it these addresses would move with another MAC address than keepalived gives them',
  ),
  refused('use_ipvlan', '[NAME] [ADDRESS] [bridge|private|vepa]', 'an IPVLAN interface', 'use_vmac is implemented'),
  refused('vrf', 'NAME', 'the VRF of an instance without an interface', 'instances have an interface'),
  ignored(
    'linkbeat_use_polling',
    '',
    'asks the driver for the carrier',
    'the kernel tells every change of the carrier',
  ),
  ignored(
    'garp_extra_if',
    '[all] SECONDS',
    'announcements on other interfaces of the addresses',
    'garp_master_refresh announces on all interfaces that have addresses',
  ),
  ignored('vmac_garp_intvl', '[all] SECONDS', 'former name of garp_extra_if', 'see garp_master_refresh'),
  ignored('smtp_alert', '[on|off]', 'mails about changes', 'notify scripts and FIFOs tell the same'),
  ignored('lvs_sync_daemon_interface', 'NAME', 'IPVS synchronisation', 'virtual_server is not implemented'),
];
