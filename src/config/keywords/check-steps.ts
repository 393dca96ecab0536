/** The lines of `http-check` and `tcp-check` that connect and send (manual 4.2), read into rules. */

import { type CheckRule, mayConnect, type NumberedRule } from '../check-rules.ts';
import { parseExpression } from '../expression.ts';
import { parseFormat } from '../format.ts';
import type { AddressModel } from '../model.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { pointMask } from './check-points.ts';

export type Failure = { readonly error: string };
type Header = { readonly name: string; readonly value: string };

/** Where the expressions of checks are evaluated. */
export const IN_CHECKS = pointMask('backend tcp-check rule');

/** What is wrong with an expression, or how many words it takes. */
export function checkExpression(statement: Statement, at: number): number | Failure {
  const parsed = parseExpression(statement.word(at), false, statement.from(at + 1));
  if ('error' in parsed) return parsed;
  if ((parsed.fetch.places & IN_CHECKS) === 0) {
    const sources = `extracts information from '${parsed.fetch.source}', none of which is available here`;
    return { error: `fetch method '${statement.word(at)}' ${sources}` };
  }
  return 1 + parsed.wordCount;
}

/**
 * Formatted strings of checks: constants are taken, `%%` being one percent sign. What would have to be evaluated is
 * refused.
 */
export function constantText(text: string, subject: string): { readonly text: string } | Failure {
  const format = parseFormat(text, { where: IN_CHECKS, http: true, use: 'text', response: false });
  if ('error' in format) return { error: `'${text}' invalid log-format string (${format.error})` };
  return /%(?!%)/.test(text.replaceAll('%%', ''))
    ? { error: `log-format in '${subject}' is not implemented yet` }
    : { text: text.replaceAll('%%', '%') };
}

const LATER_PROTOCOLS = ['h1', 'h2', 'fcgi', 'none'];

/** What is wrong with the value of an option of `connect` that is not implemented, said before that. */
function connectComplaint(word: string, value: string, http: boolean): string {
  const later = `'${word}' is not implemented yet`;
  switch (word) {
    case 'sni':
      return value === '' ? "'sni' expects a string as argument." : later;
    case 'alpn':
      return value === '' ? "'alpn' : missing the comma-delimited ALPN protocol suite" : later;
    case 'proto':
      if (value === '') return "'proto' expects a MUX protocol as argument.";
      if (!LATER_PROTOCOLS.includes(value)) return `'proto' : unknown MUX protocol '${value}'.`;
      return http || value === 'none' ? later : `'proto' : invalid MUX protocol '${value}' for tcp-check`;
    default:
      return later;
  }
}

export function readConnect(
  statement: Statement,
  at: number,
  rules: readonly NumberedRule[],
  http: boolean,
): CheckRule | Failure {
  if (!mayConnect(rules)) {
    return {
      error:
        "first step MUST also be a 'connect', optionally preceded by a 'set-var', an 'unset-var' or a 'comment', when " +
        "there is a 'connect' step in the tcp-check ruleset",
    };
  }
  let address: AddressModel | undefined;
  let port: number | undefined;
  let comment = '';
  const flags = { asServer: false, sendProxy: false, linger: false };
  for (let index = at + 1; statement.word(index) !== ''; index++) {
    const word = statement.word(index);
    const value = statement.word(index + 1);
    switch (word) {
      case 'default':
        flags.asServer = true;
        break;
      case 'send-proxy':
        flags.sendProxy = true;
        break;
      case 'linger':
        flags.linger = true;
        break;
      case 'comment':
        if (value === '') return { error: "'comment' expects a string as argument." };
        comment = value;
        index++;
        break;
      case 'addr': {
        if (value === '') return { error: "'addr' expects <ipv4|ipv6> as argument." };
        const parsed = statement.address(value, { port: 'optional', stream: true, datagram: false, connect: true });
        if ('error' in parsed) return { error: `'addr' : ${parsed.error}.` };
        address = parsed.parsed.address;
        index++;
        break;
      }
      case 'port': {
        if (value === '') return { error: "'port' expects a port number or a sample expression as argument." };
        if (!/^\d+$/.test(value)) {
          const read = checkExpression(statement, index + 1);
          if (typeof read !== 'number')
            return { error: `error detected while parsing port expression : ${read.error}` };
          return { error: "'port' with a sample expression is not implemented yet" };
        }
        port = readInt32(value);
        if (port < 1 || port > 65_535) {
          return {
            error: `expects a valid TCP port (from range 1 to 65535) or a sample expression, got ${value}.`,
          };
        }
        index++;
        break;
      }
      case 'ssl':
      case 'sni':
      case 'alpn':
      case 'proto':
      case 'via-socks4':
        return { error: connectComplaint(word, value, http) };
      default:
        return {
          error:
            "expects 'comment', 'port', 'addr', 'send-proxy', 'ssl', 'sni', 'alpn' or 'via-socks4', 'linger', 'default' " +
            `but got '${word}' as argument.`,
        };
    }
  }
  return { kind: 'connect', implicit: false, ...flags, address, port, comment };
}

const HEXADECIMAL = /^(?:[0-9a-fA-F]{2})*$/;

/** Hexadecimal digits as the bytes they say, one character each. */
export function readBinary(text: string): { readonly text: string } | Failure {
  if (text.length % 2 === 1) return { error: 'an even number of hex digit is expected' };
  if (!HEXADECIMAL.test(text)) {
    return { error: `an hex digit is expected (found '${/[^0-9a-fA-F]/.exec(text)?.[0]}')` };
  }
  return { text: Buffer.from(text, 'hex').toString('latin1') };
}

/** `send`, `send-lf`, `send-binary`, `send-binary-lf` of tcp-check. */
export function readTcpSend(statement: Statement, at: number): CheckRule | Failure {
  const name = statement.word(at);
  const data = statement.word(at + 1);
  if (data === '') {
    return { error: `'${name === 'send-binary' ? 'binary string' : 'string'}' expects a ${name} as argument` };
  }
  let comment = '';
  for (let index = at + 2; statement.word(index) !== ''; index += 2) {
    if (statement.word(index) !== 'comment') {
      return { error: `expects 'comment' but got '${statement.word(index)}' as argument.` };
    }
    if (statement.word(index + 1) === '') return { error: "'comment' expects a string as argument." };
    comment = statement.word(index + 1);
  }
  let bytes: { readonly text: string } | Failure = { text: data };
  if (name.endsWith('-lf')) bytes = constantText(data, name);
  if (!('error' in bytes) && name.startsWith('send-binary')) {
    bytes = readBinary(bytes.text);
    if ('error' in bytes) return { error: `'${data}' invalid binary string (${bytes.error}).\n` };
  }
  if ('error' in bytes) return bytes;
  return { kind: 'send', bytes: Buffer.from(bytes.text, 'latin1'), comment };
}

/** `http-check send`. */
export function readRequest(statement: Statement, at: number): CheckRule | Failure {
  const given: { meth?: string; uri?: string; ver?: string; body?: string } = {};
  const headers: Header[] = [];
  let comment = '';
  for (let index = at + 1; statement.word(index) !== ''; index++) {
    const word = statement.word(index);
    const value = statement.word(index + 1);
    if (word === 'hdr') {
      const text = statement.word(index + 2);
      if (value === '' || text === '') return { error: "'hdr' expects <name> and <value> as arguments" };
      const known = headers.find(({ name }) => name.toLowerCase() === 'host');
      if (value.toLowerCase() === 'host' && known !== undefined) {
        return { error: `'${value}' header already defined (previous value is '${known.value}')` };
      }
      const constant = constantText(text, 'hdr');
      if ('error' in constant) return constant;
      // The length of the body is for the check itself to say.
      if (!/^(?:content-length|transfer-encoding)$/i.test(value)) headers.push({ name: value, value: constant.text });
      index += 2;
      continue;
    }
    const name = word.replace(/-lf$/, '');
    const formatted = word === 'uri-lf' || word === 'body-lf';
    if (!['comment', 'meth', 'uri', 'ver', 'body'].includes(formatted ? name : word)) {
      return {
        error:
          "expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf' but got " +
          `'${word}' as argument.`,
      };
    }
    if (value === '') return { error: `'${word}' expects a string as argument.` };
    const text = formatted ? constantText(value, word) : { text: value };
    if ('error' in text) return text;
    if (name === 'comment') comment = text.text;
    else given[name as keyof typeof given] = text.text;
    index++;
  }
  const { meth: method, uri, ver: version, body } = given;
  return { kind: 'request', method, uri, version, headers, body, comment, implied: false };
}
