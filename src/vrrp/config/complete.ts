/**
 * What keepalived looks at when all is read (vrrp.c, vrrp_complete_instance): what does not go together is mended and
 * told, or the configuration cannot be run. Works on the drafts; freeze.ts makes the model of them.
 */

import { addressText, isLinkLocal } from './addresses.ts';
import type { Context } from './context.ts';
import type { InstanceDraft } from './drafts.ts';
import type { Word } from './words.ts';

export const OWNER = 255;
const DEFAULT_PRIORITY = 100;
const DOWN_TIMER_ADVERTS = 3;
/** Ethernet, IP and VRRP headers; version 2 has 8 bytes of authentication at the end. */
const HEADERS_4 = 14 + 20 + 8;
const HEADERS_6 = 14 + 40 + 8;
const AUTHENTICATION_LENGTH = 8;
const MOST_ADDRESSES = 255;

export function isUnicast(draft: InstanceDraft): boolean {
  return draft.unicastConfigured && draft.unicastPeers.length > 0;
}

class Completion {
  readonly #draft: InstanceDraft;
  readonly #context: Context;

  constructor(draft: InstanceDraft, context: Context) {
    this.#draft = draft;
    this.#context = context;
  }

  /** Where a keyword stands, or the name of the instance. */
  #at(keyword: string): Word {
    return this.#draft.written.get(keyword) ?? this.#draft.spot;
  }

  #mistake(keyword: string, message: string, hint?: string): void {
    this.#context.report.keyword = keyword;
    this.#context.report.mistake(this.#at(keyword), `(${this.#draft.name}) ${message}`, hint);
  }

  #fatal(keyword: string, message: string, hint?: string): false {
    this.#context.report.keyword = keyword;
    this.#context.report.fatal(this.#at(keyword), `(${this.#draft.name})${message}`, hint);
    return false;
  }

  /** false: keepalived does not run. */
  run(): boolean {
    this.#version();
    if (!this.#hasAddresses()) return false;
    this.#priorityAndState();
    this.#authentication();
    this.#peers();
    this.#vmac();
    this.#firstAddress();
    this.#tooManyAddresses();
    this.#preemption();
    this.#strictness();
    this.#interval();
    if (this.#draft.sourceAddress === undefined) this.#draft.trackSourceAddress = false;
    return true;
  }

  get #strict(): boolean {
    return this.#draft.strict === true;
  }

  #version(): void {
    const draft = this.#draft;
    const { global } = this.#context.drafts;
    draft.strict ??= global.strict;
    if (draft.family === 6 && draft.version === 2 && draft.strict) {
      this.#mistake('version', 'cannot use IPv6 with VRRP version 2; setting version 3', 'version 3');
      draft.version = 3;
    }
    if (draft.family === 6 && draft.version === 0) draft.version = 3;
    draft.family ??= 4;
    if (draft.version === 0) draft.version = global.version;
  }

  #hasAddresses(): boolean {
    const draft = this.#draft;
    if (draft.addresses.length > 0) return true;
    const hint = 'virtual_ipaddress { ADDRESS }';
    if (draft.version === 3 || this.#strict) {
      return this.#fatal('virtual_ipaddress', ' No VIP specified; at least one is required', hint);
    }
    this.#mistake('virtual_ipaddress', 'No VIP specified; at least one is sensible', hint);
    return true;
  }

  #priorityAndState(): void {
    const draft = this.#draft;
    if (draft.priority === 0) draft.priority = draft.state === 'MASTER' ? OWNER : DEFAULT_PRIORITY;
    const owner = draft.priority === OWNER;
    if (draft.state === 'INIT') draft.state = owner ? 'MASTER' : 'BACKUP';
    else if (this.#strict && (draft.state === 'MASTER') !== owner) {
      this.#mistake('state', 'State MASTER must match being address owner', 'state MASTER goes with priority 255');
      draft.state = owner ? 'MASTER' : 'BACKUP';
    }
  }

  #authentication(): void {
    const draft = this.#draft;
    if (draft.authenticationType === 0) return;
    if (this.#strict)
      this.#mistake('auth_type', 'Strict mode does not support authentication. Ignoring.', 'leave it out');
    else if (draft.version === 3) {
      const hint = 'only version 2 has it; leave it out';
      this.#mistake('auth_type', 'VRRP version 3 does not support authentication. Ignoring.', hint);
    } else if (draft.password === '') {
      this.#mistake('auth_type', 'Authentication specified but no password given. Ignoring', 'auth_pass PASSWORD');
    } else return;
    draft.authenticationType = 0;
  }

  #peers(): void {
    const draft = this.#draft;
    const { interface: link } = draft;
    if (draft.unicastConfigured && draft.unicastPeers.length === 0) {
      const word = [
        'unicast_peer',
        'unicast_src_ip',
        'unicast_fault_no_peer',
        'check_unicast_src',
        'old_unicast_checksum',
      ].find((name) => draft.written.has(name));
      if (draft.unicastFaultNoPeer) {
        const message = `(${draft.name}) Cannot use unicast without any peers - going to fault state`;
        this.#context.report.warn(this.#at(word ?? ''), message, 'unicast_peer { ADDRESS }');
      } else {
        const message =
          'A unicast keyword has been specified without any unicast peers. Defaulting to multicast. ' +
          'This usage is deprecated - please update your configuration.';
        this.#mistake(word ?? '', message, 'unicast_peer { ADDRESS }, or mcast_src_ip for multicast');
      }
    }
    if (link !== undefined && !link.multicast && !isUnicast(draft)) {
      const message = `interface ${link.name} does not support multicast, specify unicast peers - disabling`;
      this.#mistake('interface', message, 'unicast_peer { ADDRESS }');
      draft.faults.push(`interface ${link.name} does not support multicast`);
    }
    if (isUnicast(draft) && draft.multicastGroup !== undefined) {
      const hint = 'peers are told one by one';
      this.#mistake('mcast_dst_ip', 'multicast destination specified with unicast - ignoring', hint);
      draft.multicastGroup = undefined;
    }
  }

  #vmac(): void {
    const draft = this.#draft;
    const { vmac } = draft;
    if (vmac === undefined) {
      if (draft.vmacTransmitBase) {
        this.#mistake('vmac_xmit_base', 'vmac_xmit_base is only valid with a vmac', 'use_vmac');
        draft.vmacTransmitBase = false;
      }
      return;
    }
    if (this.#strict && vmac.mac !== undefined) {
      this.#mistake('use_vmac', 'cannot specify MAC address with strict mode - clearing', 'use_vmac [NAME]');
      vmac.mac = undefined;
    }
    if (draft.interface?.ethernet === false) {
      this.#mistake('use_vmac', 'vmacs are only supported on Ethernet type interfaces', 'leave use_vmac out');
      draft.faults.push('vmacs are only supported on Ethernet type interfaces');
    }
    if (this.#strict && draft.vmacTransmitBase) {
      this.#mistake('vmac_xmit_base', 'xmit_base is incompatible with strict mode - resetting', 'leave it out');
      draft.vmacTransmitBase = false;
    }
    if (draft.promoteSecondaries) {
      const message = 'promote_secondaries is automatically set for vmacs - ignoring';
      this.#mistake('promote_secondaries', message, 'leave it out');
      draft.promoteSecondaries = false;
    }
  }

  #firstAddress(): void {
    const draft = this.#draft;
    const [first] = draft.addresses;
    if (draft.family !== 6 || isUnicast(draft) || first === undefined || isLinkLocal(first.address)) return;
    const hint = 'an address of fe80::/10 first, the others after it';
    if (this.#strict) {
      this.#context.report.mistake(first.place, `(${draft.name}) the first IPv6 VIP address must be link local`, hint);
    } else
      this.#context.report.warn(first.place, `(${draft.name}) the first IPv6 VIP address should be link local`, hint);
  }

  /** keepalived subtracts the Ethernet header from the MTU, too: with 1500 bytes 362 addresses, and never more than 255. */
  #tooManyAddresses(): void {
    const draft = this.#draft;
    const mtu = draft.interface?.mtu ?? 1500;
    const room =
      draft.family === 6
        ? Math.floor((mtu - HEADERS_6) / 16)
        : Math.floor((mtu - HEADERS_4 - (draft.version === 2 ? AUTHENTICATION_LENGTH : 0)) / 4);
    const most = Math.min(Math.max(room, 0), MOST_ADDRESSES);
    const excess = draft.addresses[most];
    if (excess === undefined) return;
    const message =
      `(${draft.name}) Number of VIPs (${draft.addresses.length}) exceeds maximum/space available in packet ` +
      `(max ${most} addresses) - excess moved to eVIPs`;
    const hint = `from ${addressText(excess.address)} on they are not advertised`;
    this.#context.report.mistake(excess.place, message, hint);
    draft.excludedAddresses.push(...draft.addresses.splice(most));
  }

  #preemption(): void {
    const draft = this.#draft;
    if (draft.priority === OWNER && draft.nopreempt) {
      const message = 'nopreempt is incompatible with priority 255. resetting nopreempt';
      this.#mistake('nopreempt', message, 'the owner of the addresses always takes them');
      draft.nopreempt = false;
    }
    if (draft.state === 'MASTER') {
      if (draft.nopreempt) {
        const message = 'Warning - nopreempt will not work with initial state MASTER - clearing';
        this.#mistake('nopreempt', message, 'state BACKUP');
        draft.nopreempt = false;
      }
      if (draft.preemptDelayMs > 0) {
        const message = 'Warning - preempt delay will not work with initial state MASTER - clearing';
        this.#mistake('preempt_delay', message, 'state BACKUP');
        draft.preemptDelayMs = 0;
      }
    }
    if (draft.preemptDelayMs > 0 && this.#strict) {
      this.#mistake('preempt_delay', 'preempt_delay is incompatible with strict mode - resetting', 'leave it out');
      draft.preemptDelayMs = 0;
    }
    if (draft.preemptDelayMs > 0 && draft.nopreempt) {
      const message = 'preempt_delay is incompatible with nopreempt mode - resetting';
      this.#mistake('preempt_delay', message, 'one of the two');
      draft.preemptDelayMs = 0;
    }
    draft.downTimerAdverts ??= this.#context.drafts.global.downTimerAdverts;
    if (draft.downTimerAdverts !== DOWN_TIMER_ADVERTS && this.#strict) {
      const message = 'down_timer_adverts is incompatible with strict mode - resetting';
      this.#mistake('down_timer_adverts', message, 'RFC 5798 has 3');
      draft.downTimerAdverts = DOWN_TIMER_ADVERTS;
    }
  }

  #strictness(): void {
    const draft = this.#draft;
    const { global } = this.#context.drafts;
    const { announce } = draft;
    const owner = draft.priority === OWNER;
    draft.accept ??= owner || !this.#strict;
    if (draft.accept && !owner && this.#strict && draft.version === 2) {
      const message = 'warning - accept mode for VRRP version 2 does not comply with RFC3768 - resetting';
      this.#mistake('accept', message, 'leave accept out');
      draft.accept = false;
    }
    if (!this.#strict) {
      announce.lowerPriorityRepeat ??= global.announce.lowerPriorityRepeat;
      announce.lowerPriorityDelayMs ??= global.announce.lowerPriorityDelayMs;
      draft.lowerPriorityNoAdvert ??= global.lowerPriorityNoAdvert;
      draft.higherPrioritySendAdvert ??= global.higherPrioritySendAdvert ?? true;
      return;
    }
    if ((announce.lowerPriorityRepeat ?? 0) !== 0) {
      this.#mistake('garp_lower_prio_repeat', 'Strict mode requires no repeat garps. resetting', '0');
    }
    if ((announce.lowerPriorityDelayMs ?? 0) !== 0) {
      this.#mistake('garp_lower_prio_delay', 'Strict mode requires no repeat garp delay. resetting', '0');
    }
    if (draft.lowerPriorityNoAdvert === false) {
      this.#mistake('lower_prio_no_advert', 'Strict mode requires no lower priority advert. resetting', 'on');
    }
    if (draft.higherPrioritySendAdvert === true) {
      const message = 'strict mode requires higher_prio_send_advert to be clear. resetting';
      this.#mistake('higher_prio_send_advert', message, 'off');
    }
    announce.lowerPriorityRepeat = 0;
    announce.lowerPriorityDelayMs = 0;
    draft.lowerPriorityNoAdvert = true;
    draft.higherPrioritySendAdvert = false;
  }

  /** Microseconds; whole seconds in version 2, hundredths in version 3. */
  #interval(): void {
    const draft = this.#draft;
    if (draft.advertInterval === 0) draft.advertInterval = 1_000_000;
    const [unit, most, title] =
      draft.version === 2 ? [1_000_000, 255_000_000, 'VRRPv2'] : [10_000, 40_950_000, 'VRRPv3'];
    const text = (draft.advertInterval / 1e6).toFixed(draft.advertInterval % unit === 0 ? 2 : 6);
    if (draft.advertInterval >= most + unit) {
      const limits =
        draft.version === 2 ? 'Must be less than 256s. Setting to 255s' : 'Must be less than 40.96s. Setting to 40.95s';
      const message = `${title} advertisement interval ${(draft.advertInterval / 1e6).toFixed(2)}s is out of range. ${limits}`;
      this.#mistake('advert_int', message, draft.version === 2 ? 'from 1 to 255' : 'from 0.01 to 40.95');
      draft.advertInterval = most;
    } else if (draft.advertInterval % unit !== 0) {
      const rule = draft.version === 2 ? 'must be an integer. rounding' : 'must be in units of 10ms - rounding';
      const hint = draft.version === 2 ? 'whole seconds, or version 3' : 'at most two places';
      this.#mistake('advert_int', `${title} advertisement interval ${text}s ${rule}`, hint);
      draft.advertInterval = Math.max(unit, Math.floor((draft.advertInterval + unit / 2) / unit) * unit);
    }
  }
}

/** false: keepalived does not run. */
export function completeInstance(draft: InstanceDraft, context: Context): boolean {
  return new Completion(draft, context).run();
}
