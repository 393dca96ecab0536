/** Lines of `virtual_ipaddress` and its kin: an address and what `ip address add` takes (vrrp_ipaddress.c). */

import type { AddressModel } from '../model.ts';
import { parseAddress } from './addresses.ts';
import type { Context } from './context.ts';
import { placeOf } from './drafts.ts';
import { UNSIGNED_MAX } from './numbers.ts';
import type { ValueLine } from './statements.ts';
import type { Word } from './words.ts';

/** IFNAMSIZ less the closing NUL. */
export const LONGEST_NAME = 15;
const FOREVER = UNSIGNED_MAX;

export interface Network {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
  readonly prefixLength: number;
}

/** `ADDRESS[/LENGTH]`; complains about what is no address. */
export function parseNetwork(word: Word, context: Context, withLength = true): Network | undefined {
  const { text } = word;
  const slash = withLength ? text.indexOf('/') : -1;
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const most = text.includes(':') ? 128 : 32;
  let prefixLength = most;
  if (slash >= 0) {
    const written = text.slice(slash + 1);
    const complaint = `Invalid address prefix len ${written} for address ${text} - using ${most}`;
    const part = { ...word, text: written, column: word.column + slash + 1 };
    prefixLength = context.unsigned(part, { minimum: 0, maximum: most, lenient: true }, { complaint }) ?? most;
  }
  if (address === undefined) {
    const hint = /^[\d.]+$/.test(text) ? 'four numbers from 0 to 255' : 'an IPv4 or IPv6 address, /LENGTH after it';
    context.report.mistake(word, `VRRP parsed invalid IP ${text}. skipping IP...`, hint);
    return undefined;
  }
  return { ...address, prefixLength };
}

const OPTIONS =
  'dev, scope, brd, label, peer, home, -nodad, mngtmpaddr, noprefixroute, autojoin, no_track, preferred_lft';

class AddressReader {
  readonly #words: readonly Word[];
  readonly #context: Context;
  readonly #isStatic: boolean;
  readonly #address: Network;
  interfaceName = '';
  scope = 0;
  label = '';
  peer: Network | undefined;
  broadcast: Uint8Array | '-' | '+' | undefined;
  preferredLifetimeS: number | undefined;
  trackGroup = '';
  readonly flags = new Set<string>();

  constructor(words: readonly Word[], address: Network, context: Context, isStatic: boolean) {
    this.#words = words;
    this.#address = address;
    this.#context = context;
    this.#isStatic = isStatic;
  }

  /** false: the address is left out. */
  read(): boolean {
    const [first] = this.#words;
    for (let at = 1; at < this.#words.length; at++) {
      const word = this.#words[at]!;
      const takes = this.#taking(word.text);
      if (takes === undefined) {
        if (!this.#flag(word)) return false;
        continue;
      }
      const value = this.#words[++at];
      if (value === undefined) {
        this.#context.report.mistake(
          word,
          `No ${word.text} parameter specified for ${first?.text}`,
          `${word.text} VALUE`,
        );
        return false;
      }
      if (!takes(value)) return false;
    }
    return true;
  }

  #flag(word: Word): boolean {
    const { text } = word;
    if (['home', '-nodad', 'mngtmpaddr', 'noprefixroute', 'autojoin', 'no_track'].includes(text)) {
      this.flags.add(text);
    } else if (text === 'use_vmac' && !this.#isStatic) {
      const hint = 'use_vmac for all addresses of the instance is: write it in the instance';
      this.#context.report.refuse(word, 'use_vmac of a single address is not implemented', hint);
    } else {
      const message = `Unknown configuration entry '${text}' for ip address - ignoring`;
      this.#context.report.mistake(word, message, this.#context.nearest(text, OPTIONS.split(', '), 'option'));
    }
    return true;
  }

  #taking(name: string): ((value: Word) => boolean) | undefined {
    switch (name) {
      case 'dev':
        return (value) => this.#device(value);
      case 'scope':
        return (value) => this.#scope(value);
      case 'broadcast':
      case 'brd':
        return (value) => this.#broadcast(value);
      case 'label':
        return (value) => this.#label(value);
      case 'peer':
        return (value) => this.#peer(value);
      case 'preferred_lft':
        return (value) => this.#preferred(value);
      case 'track_group':
        return this.#isStatic ? (value) => this.#trackGroup(value) : undefined;
      default:
        return undefined;
    }
  }

  get #text(): string {
    return this.#words[0]?.text ?? '';
  }

  #device(value: Word): boolean {
    if (this.interfaceName !== '') {
      const message = `Cannot specify ipaddress device more than once for ${this.#text}`;
      this.#context.report.mistake(value, message, `dev ${this.interfaceName} stands before it`);
      return false;
    }
    const message = `WARNING - interface ${value.text} for ip address ${this.#text} doesn't exist`;
    if (this.#context.interface(value, message) === undefined) return false;
    this.interfaceName = value.text;
    return true;
  }

  #scope(value: Word): boolean {
    const scope = this.#context.routing.find('scopes', value.text);
    if (scope !== undefined) this.scope = scope;
    else {
      const message = `Invalid scope '${value.text}' specified for ${this.#text} - ignoring`;
      this.#context.report.mistake(value, message, this.#context.routing.namesOf('scopes').join(', '));
    }
    return true;
  }

  #broadcast(value: Word): boolean {
    const { text } = value;
    if (this.#address.family === 6) {
      const message = `VRRP is trying to assign a broadcast ${text} to the IPv6 address ${this.#text} - skipping VIP...`;
      this.#context.report.mistake(value, message, 'IPv6 has no broadcast');
      return false;
    }
    if (text === '-' || text === '+') this.broadcast = text;
    else {
      const address = parseAddress(text);
      if (address?.family !== 4) {
        const message = `VRRP is trying to assign invalid broadcast ${text}. skipping VIP...`;
        this.#context.report.mistake(value, message, 'an IPv4 address, + (host bits set) or - (host bits clear)');
        return false;
      }
      this.broadcast = address.bytes;
    }
    return true;
  }

  #label(value: Word): boolean {
    if (value.text.length > LONGEST_NAME) {
      const message = `Address label ${value.text} is longer than maximum length ${LONGEST_NAME} - removing address`;
      this.#context.report.mistake(value, message, 'a label is INTERFACE:WORD');
      return false;
    }
    this.label = value.text;
    return true;
  }

  #peer(value: Word): boolean {
    const { report } = this.#context;
    if (this.peer !== undefined) {
      report.mistake(value, `Peer ${value.text} - another peer has already been specified`, 'the first one counts');
      return true;
    }
    const peer = parseNetwork(value, this.#context, false);
    if (peer === undefined) return true;
    if (peer.family !== this.#address.family) {
      report.mistake(value, `Peer address ${value.text} does not match address family`, 'both IPv4 or both IPv6');
      return true;
    }
    if (this.#address.prefixLength !== (peer.family === 4 ? 32 : 128)) {
      const message = 'Cannot specify address prefix when specifying peer address - ignoring';
      report.mistake(this.#words[0] ?? value, message, `without /${this.#address.prefixLength}`);
    }
    this.peer = peer;
    return true;
  }

  #preferred(value: Word): boolean {
    if (value.text === 'forever') this.preferredLifetimeS = FOREVER;
    else {
      const complaint = `preferred_lft ${value.text} is invalid`;
      const range = { minimum: 0, maximum: UNSIGNED_MAX, lenient: true };
      const said = { complaint, hint: 'seconds, or forever' };
      this.preferredLifetimeS = this.#context.unsigned(value, range, said) ?? this.preferredLifetimeS;
    }
    return true;
  }

  #trackGroup(value: Word): boolean {
    const names = this.#context.drafts.trackGroups.map((group) => group.name);
    if (names.includes(value.text)) this.trackGroup = value.text;
    else {
      const hint = this.#context.nearest(value.text, names, 'track_group');
      this.#context.report.mistake(value, `track_group ${value.text} not found`, hint);
    }
    return true;
  }
}

/** undefined: the address is left out; why was told. */
export function readAddressLine(line: ValueLine, context: Context, isStatic: boolean): AddressModel | undefined {
  const first = context.word(line, 0);
  const { report, drafts } = context;
  const address = parseNetwork(first, context);
  if (address === undefined) return undefined;
  const read = new AddressReader(line.words, address, context, isStatic);
  if (!read.read()) return undefined;
  const prefixLength = read.peer?.prefixLength ?? address.prefixLength;
  let broadcast: AddressModel['broadcast'];
  if (read.broadcast !== undefined && read.peer !== undefined) {
    const message = 'Cannot specify broadcast and peer addresses - ignoring broadcast address';
    report.mistake(first, message, 'one of brd and peer');
  } else if (read.broadcast instanceof Uint8Array) broadcast = read.broadcast;
  else if (read.broadcast !== undefined) {
    if (prefixLength <= 30) broadcast = read.broadcast === '+' ? 'derived' : 'none';
    else {
      const message = `Address prefix length ${prefixLength} too long for broadcast`;
      report.mistake(first, message, 'a network of more than two addresses, as 10.0.0.1/24');
    }
  }
  let interfaceName = read.interfaceName;
  if (isStatic && interfaceName === '') {
    interfaceName = drafts.global.defaultInterface;
    const complaint = `Static address ${first.text} requires either an interface or default interface must exist`;
    const spot = { ...first, text: interfaceName };
    if (context.interface(spot, complaint) === undefined) return undefined;
  }
  let { scope, label } = read;
  if (address.family === 6) {
    if (scope !== 0) {
      const message = `Cannot specify scope for IPv6 addresses (${first.text}) - ignoring scope`;
      report.mistake(first, message, 'the kernel derives it from the address');
      scope = 0;
    }
    if (label !== '') {
      const message = `Cannot specify label for IPv6 addresses (${first.text}) - ignoring label`;
      report.mistake(first, message, 'labels are for IPv4');
      label = '';
    }
  }
  return {
    place: placeOf(first),
    family: address.family,
    address: address.bytes,
    prefixLength,
    peer: read.peer?.bytes,
    interfaceName,
    broadcast,
    label,
    scope,
    home: read.flags.has('home'),
    noDad: read.flags.has('-nodad'),
    managetempaddr: read.flags.has('mngtmpaddr'),
    noPrefixRoute: read.flags.has('noprefixroute'),
    autojoin: read.flags.has('autojoin'),
    preferredLifetimeS: read.preferredLifetimeS,
    noTrack: read.flags.has('no_track'),
    trackGroup: read.trackGroup,
    text: line.words.map((word) => word.text).join(' '),
  };
}
