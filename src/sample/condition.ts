/**
 * Conditions (manual 7.2) compiled to functions: alternatives of terms of ACLs. An ACL whose sample does not exist is
 * false, so its negation holds, as in HAProxy.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { AclModel, ConditionModel, TermModel } from '../config/model.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import type { SampleContext } from './context.ts';
import { compileFetch, compileText, type Direction, KNOWN_METHODS, type TextFetch } from './fetches.ts';
import { NetworkSet } from './networks.ts';
import { type BytesMatcher, compileBytesMatcher, compileRanges } from './patterns.ts';
import { Span } from './span.ts';

export type Condition = (context: SampleContext) => boolean;

const span = new Span();

/** Compiles a condition; throws an Error on what is not implemented. */
export function compileCondition(model: ConditionModel, direction: Direction = 'request'): Condition {
  const alternatives = model.alternatives.map((terms) => all(terms.map((term) => compileTerm(term, direction))));
  const holds = any(alternatives);
  return model.unless ? (context) => !holds(context) : holds;
}

/** Compiles one ACL line. */
export function compileAcl(acl: AclModel, direction: Direction = 'request'): Condition {
  const fetch = compileFetch(acl.expression, direction);
  if (acl.expression.converters.length > 0) return compileConverted(acl, direction);
  if (acl.match === 'found') return compileFound(acl, direction);
  switch (fetch.type) {
    case 'text':
      if (acl.expression.fetch === 'method') return compileMethod(acl, fetch);
      if (acl.match === 'int' || acl.match === 'bool') return textCondition(fetch, integerTextMatcher(acl));
      if (acl.match === 'ip') return textCondition(fetch, addressTextMatcher(acl.patterns));
      return textCondition(fetch, compileBytesMatcher(acl));
    case 'address': {
      if (acl.match !== 'ip') {
        const matches = compileBytesMatcher(acl);
        return (context) => {
          const address = fetch.read(context);
          return address !== null && matchesText(matches, address.host);
        };
      }
      const networks = networkSet(acl.patterns);
      return (context) => {
        const address = fetch.read(context);
        return address !== null && networks.has(address);
      };
    }
    default: {
      const read = fetch.read;
      if (acl.match === 'bool') return (context) => read(context) > 0 || read(context) < 0;
      if (acl.match === 'int') {
        const matches = compileRanges(acl.patterns);
        return (context) => matches(read(context));
      }
      const matches = compileBytesMatcher(acl);
      return (context) => {
        const value = read(context);
        return !Number.isNaN(value) && matchesText(matches, String(value));
      };
    }
  }
}

function compileTerm(term: TermModel, direction: Direction): Condition {
  const holds = any(term.acls.map((acl) => compileAcl(acl, direction)));
  return term.negated ? (context) => !holds(context) : holds;
}

function any(conditions: readonly Condition[]): Condition {
  const [first, second] = conditions;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  if (conditions.length === 2) return (context) => first(context) || second(context);
  return (context) => {
    for (const condition of conditions) if (condition(context)) return true;
    return false;
  };
}

function all(conditions: readonly Condition[]): Condition {
  const [first, second] = conditions;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (conditions.length === 2) return (context) => first(context) && second(context);
  return (context) => {
    for (const condition of conditions) if (!condition(context)) return false;
    return true;
  };
}

/** Any of the sample's values matches. */
function textCondition(fetch: TextFetch, matches: BytesMatcher): Condition {
  return (context) => {
    for (let found = fetch.first(context, span); found; found = fetch.next(context, span)) {
      if (matches(span.bytes, span.start, span.end)) return true;
    }
    return false;
  };
}

function compileFound(acl: AclModel, direction: Direction): Condition {
  const fetch = compileFetch(acl.expression, direction);
  if (fetch.type === 'text') return (context) => fetch.first(context, span);
  if (fetch.type === 'address') return (context) => fetch.read(context) !== null;
  return (context) => !Number.isNaN(fetch.read(context));
}

/** Behind converters a sample is text; only single values are converted, like everywhere outside of plain headers. */
function compileConverted(acl: AclModel, direction: Direction): Condition {
  const plain = compileFetch(acl.expression, direction);
  if (plain.type !== 'text') {
    const read = compileText(acl.expression, direction);
    const matches = compileBytesMatcher(acl);
    return (context) => matchesText(matches, read(context));
  }
  const names = acl.expression.converters.map((converter) => converter.name);
  for (const name of names) {
    if (name !== 'lower' && name !== 'upper') throw new Error(`'${name}' is not implemented yet`);
  }
  const last = names.at(-1);
  const matches = acl.match === 'found' ? () => true : compileBytesMatcher(acl);
  return textCondition(plain, (bytes, start, end) => {
    const text = latin1Text(bytes, start, end);
    const converted = last === 'lower' ? asciiLower(text) : asciiUpper(text);
    return matchesText(matches, converted);
  });
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function asciiUpper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** Methods HAProxy knows are compared as such, whatever `-i` says; others as text. */
function compileMethod(acl: AclModel, fetch: TextFetch): Condition {
  if (acl.match !== 'str') return textCondition(fetch, compileBytesMatcher(acl));
  const known = acl.patterns.filter((pattern) => KNOWN_METHODS.has(pattern));
  const others = acl.patterns.filter((pattern) => !KNOWN_METHODS.has(pattern));
  const isKnown = compileBytesMatcher({ match: 'str', ignoreCase: false, patterns: [...KNOWN_METHODS] });
  const matchesKnown = compileBytesMatcher({ match: 'str', ignoreCase: false, patterns: known });
  const matchesOther = compileBytesMatcher({ match: 'str', ignoreCase: acl.ignoreCase, patterns: others });
  return textCondition(fetch, (bytes, start, end) => {
    if (matchesKnown(bytes, start, end)) return true;
    return others.length > 0 && matchesOther(bytes, start, end) && !isKnown(bytes, start, end);
  });
}

function integerTextMatcher(acl: AclModel): BytesMatcher {
  const matches = acl.match === 'bool' ? (value: number) => value !== 0 : compileRanges(acl.patterns);
  return (bytes, start, end) => {
    const text = latin1Text(bytes, start, end);
    return /^[+-]?\d+$/.test(text) && matches(Number(text));
  };
}

function addressTextMatcher(patterns: readonly string[]): BytesMatcher {
  const networks = networkSet(patterns);
  return (bytes, start, end) => {
    const text = latin1Text(bytes, start, end);
    if (isIPv4(text)) return networks.has(SocketAddress.ipv4(text, 0));
    return isIPv6(text) && !text.includes('%') && networks.has(SocketAddress.ipv6(text, 0));
  };
}

function networkSet(patterns: readonly string[]): NetworkSet {
  const networks = new NetworkSet();
  for (const pattern of patterns) networks.add(pattern);
  return networks;
}

function matchesText(matches: BytesMatcher, text: string): boolean {
  const bytes = Buffer.from(text, 'latin1');
  return matches(bytes, 0, bytes.length);
}
