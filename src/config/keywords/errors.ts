/**
 * Responses of one's own in place of the built-in error messages (manual 4.2 `errorfile`, `errorloc`, `errorfiles`,
 * `http-error`; 3.8 `http-errors`).
 */

import type { ErrorSectionDraft, ProxyDraft } from '../draft.ts';
import { parseFormat } from '../format.ts';
import { EVERYWHERE, type KeywordEntry, type ProxyKeyword, proxyKeyword, type StatementKeyword } from '../keyword.ts';
import type { ErrorResponseModel } from '../model.ts';
import type { ReplyModel } from '../model-rules.ts';
import { readInteger } from '../numbers.ts';
import { ERROR_STATUSES, readErrorFile, readReply } from '../reply.ts';
import type { Statement } from '../statement.ts';
import { CHECK_POINTS, pointMask } from './check-points.ts';

/** All that a request or a response can tell. */
const WHOLE_EXCHANGE = pointMask(...CHECK_POINTS.filter((point) => /frontend|backend|server source/.test(point)));

function readStatus(statement: Statement, what: string, colon = ' :'): number | undefined {
  if (statement.word(1) === '' || statement.word(2) === '') {
    statement.alert(`${statement.keyword}${colon} expects <status_code> and <${what}> as arguments.`);
    return undefined;
  }
  const status = readInteger(statement.word(1));
  if (ERROR_STATUSES.has(status)) return status;
  statement.alert(`${statement.keyword} : status code '${status}' not handled.`, 'spaced', 1);
  return undefined;
}

function message(status: number, bytes: Uint8Array): ErrorResponseModel {
  const reply: ReplyModel = { status, payload: { kind: 'message', bytes }, contentType: undefined, headers: [] };
  return { status, reply };
}

/** The response of an `errorfile` line; undefined when there is something wrong with it. */
function readErrorFileLine(statement: Statement, colon = ' :'): ErrorResponseModel | undefined {
  const status = readStatus(statement, 'file', colon);
  if (status === undefined) return undefined;
  const file = readErrorFile(statement, statement.word(2));
  if ('error' in file) {
    statement.alert(`errorfile : ${file.error}`, 'spaced', 2);
    return undefined;
  }
  return message(status, file.bytes);
}

function parseErrorFile(statement: Statement, proxy: ProxyDraft): void {
  const response = readErrorFileLine(statement);
  if (response !== undefined) proxy.errorRules.push(response);
}

function parseErrorLocation(statement: Statement, proxy: ProxyDraft): void {
  const status = readStatus(statement, 'url');
  if (status === undefined) return;
  const reason = statement.keyword === 'errorloc303' ? '303 See Other' : '302 Found';
  const text =
    `HTTP/1.1 ${reason}\r\nCache-Control: no-cache\r\nContent-length: 0\r\n` + `Location: ${statement.word(2)}\r\n\r\n`;
  proxy.errorRules.push(message(status, Buffer.from(text, 'latin1')));
}

function parseErrorFiles(statement: Statement, proxy: ProxyDraft): void {
  const section = statement.word(1);
  if (section === '') {
    statement.alert('errorfiles : expects <name> as argument.');
    return;
  }
  const statuses = statement.from(2).map(readInteger);
  const unknown = statuses.findIndex((status) => !ERROR_STATUSES.has(status));
  if (unknown >= 0) {
    statement.alert(`errorfiles : status code '${statuses[unknown]}' not handled.`, 'spaced', 2 + unknown);
    return;
  }
  proxy.errorRules.push({
    place: statement.place,
    section,
    statuses: statuses.length === 0 ? undefined : statuses,
  });
}

function parseHttpError(statement: Statement, proxy: ProxyDraft): void {
  const read = readReply(statement, 1, {
    defaultStatus: 0,
    format: (text) => parseFormat(text, { where: WHOLE_EXCHANGE, http: proxy.mode === 'http', use: 'header' }),
  });
  if ('error' in read) {
    statement.alert(`http-error : ${read.error}`);
    return;
  }
  const { reply, next } = read;
  const extra = statement.word(next);
  if (reply.status === 0) statement.alert('http-error : expects at least a <status> as arguments.');
  else if (!ERROR_STATUSES.has(reply.status)) {
    statement.alert(`http-error: status code '${reply.status}' not handled.`);
  } else if (extra !== '') statement.alert(`http-error : unknown keyword '${extra}'.`, 'spaced', next);
  else if (reply.payload.kind === 'section') {
    proxy.errorRules.push({ place: statement.place, section: reply.payload.section, statuses: [reply.status] });
  } else proxy.errorRules.push({ status: reply.status, reply });
}

function errorLocation(name: string, code: number): ProxyKeyword {
  return proxyKeyword({
    name,
    sections: EVERYWHERE,
    grammar: `${name} <status> <url>`,
    help: `Answers with a ${code} redirection in place of this error.`,
    parse: parseErrorLocation,
  });
}

export const ERROR_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'errorfile',
    sections: EVERYWHERE,
    grammar: 'errorfile <status> <file>',
    help: 'Answers with the bytes of a file in place of this error.',
    parse: parseErrorFile,
  }),
  errorLocation('errorloc', 302),
  errorLocation('errorloc302', 302),
  errorLocation('errorloc303', 303),
  proxyKeyword({
    name: 'errorfiles',
    sections: EVERYWHERE,
    since: '2.2',
    grammar: 'errorfiles <name> [<status>...]',
    help: 'Answers with the error files of an `http-errors` section, all or those of the given statuses.',
    parse: parseErrorFiles,
  }),
  proxyKeyword({
    name: 'http-error',
    sections: EVERYWHERE,
    since: '2.2',
    grammar:
      'http-error status <code> [content-type <type>] [{ default-errorfiles | errorfile <file> | errorfiles <name> | ' +
      'file <file> | lf-file <file> | string <text> | lf-string <format> }] [hdr <name> <format>]*',
    help: 'Answers with a response of its own in place of this error.',
    parse: parseHttpError,
  }),
];

export const ERROR_SECTION: KeywordEntry = {
  kind: 'section',
  name: 'http-errors',
  sections: [],
  grammar: 'http-errors <name>',
  help: 'A set of error files that proxies and rules use by its name.',
  initially: '',
  since: '2.2',
  manual: '3.8',
  implemented: true,
};

/** The lines of an `http-errors` section. */
export const ERROR_SECTION_KEYWORDS: readonly StatementKeyword<ErrorSectionDraft>[] = [
  {
    kind: 'proxy',
    name: 'errorfile',
    sections: ['http-errors'],
    grammar: 'errorfile <status> <file>',
    help: 'The response for this status.',
    initially: '',
    since: '2.2',
    manual: '3.8',
    implemented: true,
    parse(statement, section) {
      const response = readErrorFileLine(statement, ':');
      if (response !== undefined) section.files.set(response.status, response.reply);
    },
  },
];
