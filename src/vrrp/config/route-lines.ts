/** Lines of `virtual_routes` and `static_routes`, in the grammar of `ip route` (vrrp_iproute.c, alloc_route). */

import type { NextHopModel, RouteModel } from '../model.ts';
import type { Context } from './context.ts';
import { placeOf } from './drafts.ts';
import { LeftOut, LineCursor, type Prefix } from './line-cursor.ts';
import { UNSIGNED_MAX } from './numbers.ts';
import { number } from './routing-names.ts';
import type { ValueLine } from './statements.ts';
import type { Word } from './words.ts';

const MAIN_TABLE = 254;
const RTN_UNICAST = 1;
/** RTPROT_KEEPALIVED, by which a tracked route is known. */
const OUR_PROTOCOL = 18;
const MIXED = 'Cannot mix IPv4 and IPv6 addresses for route';

/** Metrics with a number behind them; where `lock` may stand before it. */
const METRICS: Readonly<Record<string, { readonly maximum: number; readonly lock: boolean }>> = {
  hoplimit: { maximum: 255, lock: false },
  advmss: { maximum: UNSIGNED_MAX, lock: true },
  reordering: { maximum: UNSIGNED_MAX, lock: true },
  window: { maximum: UNSIGNED_MAX, lock: false },
  cwnd: { maximum: UNSIGNED_MAX, lock: true },
  ssthresh: { maximum: UNSIGNED_MAX, lock: true },
  initcwnd: { maximum: UNSIGNED_MAX, lock: false },
  initrwnd: { maximum: UNSIGNED_MAX, lock: false },
  quickack: { maximum: 1, lock: false },
  fastopen_no_cookie: { maximum: 1, lock: false },
};

const OPTIONS =
  'inet inet6 to via src dev oif table metric scope protocol tos mtu onlink no_track nexthop prohibit unreachable blackhole'.split(
    ' ',
  );

const TIMES = /^(rtt|rttvar|rto_min)$/;

class RouteReader {
  readonly #cursor: LineCursor;
  readonly #isStatic: boolean;
  #destination: Prefix | undefined;
  #targetWord: Word | undefined;
  #source: Uint8Array | undefined;
  #via: Uint8Array | undefined;
  #interfaceName = '';
  #table = MAIN_TABLE;
  #metric: number | undefined;
  #scope: number | undefined;
  #protocol: number | undefined;
  #type = RTN_UNICAST;
  #tos = 0;
  #mtu: number | undefined;
  #onlink = false;
  #noTrack = false;
  #trackGroup = '';
  #nextHops: NextHopModel[] = [];

  constructor(cursor: LineCursor, isStatic: boolean) {
    this.#cursor = cursor;
    this.#isStatic = isStatic;
  }

  read(): RouteModel {
    const cursor = this.#cursor;
    for (let word = cursor.take(); word !== undefined; word = cursor.take()) this.#option(word);
    const destination = this.#destination;
    if (destination === undefined) {
      return cursor.fail(cursor.first, 'Route must have a destination', 'a network, or default');
    }
    this.#track();
    const family = cursor.family ?? 4;
    return {
      place: placeOf(cursor.first),
      family,
      destination: destination.bytes,
      prefixLength: destination.length,
      source: this.#source,
      via: this.#via,
      interfaceName: this.#interfaceName,
      table: this.#table,
      metric: this.#metric,
      scope: this.#scope,
      protocol: this.#protocol,
      type: this.#type,
      tos: this.#tos,
      mtu: this.#mtu,
      onlink: this.#onlink,
      nextHops: this.#nextHops,
      noTrack: this.#noTrack,
      trackGroup: this.#trackGroup,
      text: cursor.text,
    };
  }

  /** A route is watched by its interface, and known by its protocol. */
  #track(): void {
    if (this.#noTrack) return;
    const cursor = this.#cursor;
    if (this.#protocol !== undefined && this.#protocol !== OUR_PROTOCOL) {
      const message = `Route cannot be tracked if protocol is not RTPROT_KEEPALIVED(${OUR_PROTOCOL}), resetting protocol`;
      cursor.mistake(cursor.first, message, 'without protocol, or with no_track');
    }
    this.#protocol = undefined;
    if (this.#interfaceName !== '') return;
    const target = this.#targetWord ?? cursor.first;
    const message = `Warning - cannot track route ${target.text} with no interface specified, not tracking`;
    cursor.mistake(target, message, 'dev NAME, or no_track');
    this.#noTrack = true;
  }

  #option(word: Word): void {
    const cursor = this.#cursor;
    const { text } = word;
    switch (text) {
      case 'inet':
      case 'inet6': {
        const family = text === 'inet' ? 4 : 6;
        cursor.agree(family, word, `${text} specified for IPv${family === 4 ? 6 : 4} route`);
        return;
      }
      case 'src': {
        const { family, bytes, word: at } = cursor.address((value) => `invalid route src address ${value}`);
        cursor.agree(family, at, MIXED);
        this.#source = bytes;
        return;
      }
      case 'gw':
        cursor.mistake(word, '"gw" for routes is deprecated. Please use "via"', 'via');
        this.#via = this.#gateway();
        return;
      case 'via':
        this.#via = this.#gateway();
        return;
      case 'tos':
      case 'dsfield':
        this.#tos = cursor.named('services', (value) => `TOS value ${value} is invalid`);
        return;
      case 'table':
        this.#table = cursor.named('tables', (value) => `Routing table ${value} not found for route`);
        return;
      case 'protocol':
        this.#protocol = cursor.named('protocols', (value) => `Protocol ${value} not found or invalid for route`);
        return;
      case 'scope':
        this.#scope = cursor.named('scopes', (value) => `Scope ${value} not found or invalid for route`);
        return;
      case 'metric':
      case 'priority':
      case 'preference':
        this.#metric = cursor.number(UNSIGNED_MAX, (value) => `Invalid metric ${value} specified for route`);
        return;
      case 'dev':
      case 'oif':
        this.#interfaceName = this.#device();
        return;
      case 'mtu':
        cursor.skip('lock');
        this.#mtu = cursor.number(UNSIGNED_MAX, (value) => `Invalid MTU ${value} specified for route`);
        return;
      case 'onlink':
        this.#onlink = true;
        return;
      case 'no_track':
        this.#noTrack = true;
        return;
      case 'nexthop':
        this.#hops(word);
        return;
      case 'or':
        this.#or(word);
        return;
      case 'track_group':
        if (this.#isStatic) this.#group(cursor.need());
        else this.#target(word);
        return;
      default:
        if (!this.#later(word)) this.#target(word);
    }
  }

  #device(): string {
    return this.#cursor.device((name) => `WARNING - interface ${name} for VROUTE nexthop doesn't exist`);
  }

  #gateway(): Uint8Array {
    const cursor = this.#cursor;
    const told = cursor.peek();
    if (told?.text === 'inet' || told?.text === 'inet6') {
      cursor.take();
      cursor.agree(told.text === 'inet' ? 4 : 6, told, MIXED);
    }
    const { family, bytes, word } = cursor.address((value) => `invalid route via address ${value}`);
    cursor.agree(family, word, MIXED);
    return bytes;
  }

  /** Options that keepalived hands to the kernel and Mahalo does not; true: it was one. */
  #later(word: Word): boolean {
    const cursor = this.#cursor;
    const { text } = word;
    const metric = METRICS[text];
    if (metric !== undefined) {
      if (metric.lock) cursor.skip('lock');
      cursor.number(metric.maximum, (value) => `Invalid ${text} value ${value} specified for route`);
      cursor.without(word, `${text} of a route`);
    } else if (TIMES.test(text)) {
      cursor.skip('lock');
      const value = cursor.need();
      if (!/^\s*\d+(\.\d*)?(m?s(ecs?)?)?$/i.test(value.text)) {
        cursor.fail(value, `Invalid ${text} ${value.text} for route`, 'a number of s or ms');
      }
      cursor.without(word, `${text} of a route`);
    } else if (text === 'congctl' || text === 'features' || text === 'ttl-propagate') {
      if (text === 'congctl') cursor.skip('lock');
      const value = cursor.need();
      if (text === 'features' && value.text !== 'ecn')
        cursor.mistake(value, `feature ${value.text} not supported`, 'ecn');
      if (text === 'ttl-propagate' && !['enabled', 'disabled'].includes(value.text)) {
        cursor.mistake(value, `ttl-propagate value ${value.text} not recognised`, 'enabled or disabled');
      }
      cursor.without(word, `${text} of a route`);
    } else if (text === 'expires' || text === 'pref' || text === 'realms') this.#familyOption(word);
    else if (text === 'add' || text === 'append') cursor.without(word, `${text} of a route`);
    else if (text === 'prepend') return true;
    else if (text === 'from') {
      const source = cursor.prefix(cursor.need());
      if (source === undefined) throw new LeftOut();
      if (source.family !== 6) cursor.fail(word, 'route from address only supported with IPv6', 'leave it out');
      cursor.refuse(word, 'from of a route');
    } else if (text === 'encap' || text === 'vrf' || text === 'as') cursor.refuse(word, `${text} of a route`);
    else return false;
    return true;
  }

  /** Options of one family that only shade a route. */
  #familyOption(word: Word): void {
    const cursor = this.#cursor;
    const { text } = word;
    const family = text === 'realms' ? 4 : 6;
    if (cursor.family !== undefined && cursor.family !== family) {
      cursor.fail(
        word,
        `${text} ${text === 'realms' ? 'are' : 'is'} only valid for IPv${family}`,
        `the line is of IPv${cursor.family}`,
      );
    }
    cursor.family = family;
    const value = cursor.need();
    const fits =
      text === 'pref'
        ? ['low', 'medium', 'high'].includes(value.text) || /^\d{1,3}$/.test(value.text)
        : text === 'expires'
          ? /^\d+$/.test(value.text)
          : value.text.split('/').every((part) => cursor.context.routing.find('realms', part) !== undefined);
    if (!fits) cursor.fail(value, `Invalid ${text} ${value.text} for route`, 'as in ip route');
    cursor.without(word, `${text} of a route`);
  }

  #target(word: Word): void {
    const cursor = this.#cursor;
    let at = word.text === 'to' ? cursor.need() : word;
    const type = routeType(at.text, cursor.context);
    if (type !== undefined && at === word) {
      this.#type = type;
      at = cursor.need();
    }
    if (!/[.:]/.test(at.text) && !['default', 'any', 'all', 'default6'].includes(at.text)) {
      cursor.fail(at, `unknown route keyword ${at.text}`, cursor.context.nearest(at.text, OPTIONS, 'option'));
    }
    const destination = cursor.prefix(at);
    if (destination === undefined) throw new LeftOut();
    this.#targetWord = at;
    cursor.agree(destination.family, at, `${MIXED} (${at.text})`);
    this.#destination = destination;
  }

  #or(word: Word): void {
    const cursor = this.#cursor;
    cursor.mistake(
      word,
      '"or" for routes is deprecated. Please use "nexthop"',
      'nexthop via ADDRESS nexthop via ADDRESS',
    );
    const { bytes } = cursor.address((value) => `Invalid "or" address ${value}`);
    if (this.#nextHops.length > 0) {
      cursor.mistake(word, '"or" route already specified - ignoring subsequent', 'nexthop');
      return;
    }
    const hop = { interfaceName: '', weight: 1, onlink: false };
    this.#nextHops = [
      { ...hop, via: this.#via },
      { ...hop, via: bytes },
    ];
    this.#via = undefined;
  }

  #hops(first: Word): void {
    const cursor = this.#cursor;
    if (this.#nextHops.length > 0) {
      cursor.fail(first, 'Cannot specify nexthops with "or" route', 'all of them with nexthop');
    }
    for (let word: Word | undefined = first; word?.text === 'nexthop'; word = cursor.take()) {
      this.#nextHops.push(this.#hop());
    }
    if (cursor.peek() !== undefined) {
      const rest = cursor.peek()!;
      cursor.fail(rest, `Route has trailing nonsense after nexthops - ${rest.text}`, 'nexthops stand at the end');
    }
  }

  #hop(): NextHopModel {
    const cursor = this.#cursor;
    const hop: { -readonly [Key in keyof NextHopModel]: NextHopModel[Key] } = {
      via: undefined,
      interfaceName: '',
      weight: 1,
      onlink: false,
    };
    for (let word = cursor.peek(); word !== undefined && word.text !== 'nexthop'; word = cursor.peek()) {
      cursor.take();
      if (word.text === 'via') hop.via = this.#gateway();
      else if (word.text === 'dev') hop.interfaceName = this.#device();
      else if (word.text === 'onlink') hop.onlink = true;
      else if (word.text === 'weight') {
        hop.weight = cursor.number(256, (value) => `Invalid weight ${value} specified for route`);
        if (hop.weight === 0) cursor.fail(word, 'Invalid weight 0 specified for route', 'from 1 to 256');
      } else if (word.text === 'encap' || word.text === 'realms' || word.text === 'as') {
        cursor.refuse(word, `${word.text} of a next hop`);
      } else {
        const message = `Route has trailing nonsense after nexthops - ${word.text}`;
        cursor.fail(word, message, 'via, dev, weight, onlink');
      }
    }
    return hop;
  }

  #group(word: Word): void {
    const names = this.#cursor.context.drafts.trackGroups.map((group) => group.name);
    if (names.includes(word.text)) this.#trackGroup = word.text;
    else {
      const hint = this.#cursor.context.nearest(word.text, names, 'track_group');
      this.#cursor.mistake(word, `track_group ${word.text} not found`, hint);
    }
  }
}

function routeType(text: string, context: Context): number | undefined {
  const named = context.routing.routeType(text);
  if (named !== undefined) return named;
  const value = number(text);
  return value !== undefined && value <= 255 ? value : undefined;
}

/** undefined: the route is left out; why was told. */
export function readRouteLine(line: ValueLine, context: Context, isStatic: boolean): RouteModel | undefined {
  try {
    return new RouteReader(new LineCursor(line, context), isStatic).read();
  } catch (error) {
    if (error instanceof LeftOut) return undefined;
    throw error;
  }
}
