/** Keywords of the side that faces clients (manual 4.2): `bind`, `use_backend`, `maxconn`, ... */

import { parseCondition, warnAboutConflicts } from '../acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { EVERYWHERE, FRONTENDS, type ProxyKeyword, proxyKeyword, REAL_FRONTENDS } from '../keyword.ts';
import type { AddressModel } from '../model.ts';
import type { ConditionModel } from '../model-rules.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { readTargetName } from '../target-name.ts';
import { applyBindOptions, newBindSettings } from './bind-options.ts';
import { pointMask } from './check-points.ts';
import { warnAboutMonitorOrder } from './rule-order.ts';

/** The comma-separated addresses of a `bind` or `stats socket` line. */
export function readListenAddresses(
  statement: Statement,
  index: number,
  pathPrefix: string,
): readonly AddressModel[] | { readonly error: string } {
  const addresses: AddressModel[] = [];
  for (const text of statement.word(index).split(',')) {
    if (text === '') continue;
    const result = statement.address(
      text,
      { port: 'mandatory', portRange: true, descriptor: true, stream: true, datagram: false },
      pathPrefix,
    );
    if ('error' in result) return result;
    addresses.push(result.parsed.address);
  }
  return addresses;
}

function countSockets(addresses: readonly AddressModel[]): number {
  return addresses.reduce((count, address) => count + ('port' in address ? address.portEnd - address.port + 1 : 1), 0);
}

function parseBind(statement: Statement, proxy: ProxyDraft): void {
  const text = statement.word(1);
  if (text === '') {
    statement.alert("'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.");
    return;
  }
  const { unixBind } = statement.state.draft.global;
  const addresses = readListenAddresses(statement, 1, unixBind.prefix);
  if ('error' in addresses) {
    statement.alert(`'bind' : ${addresses.error}`, 'spaced', 1);
    return;
  }
  const settings = newBindSettings();
  settings.mode = unixBind.mode;
  settings.uid = unixBind.uid;
  settings.gid = unixBind.gid;
  const idTaken = (id: number): string | undefined => {
    const other = proxy.binds.find((bind) => bind.id === id);
    return other === undefined ? undefined : `${other.place.file}:${other.place.line} ('bind ${other.text}')`;
  };
  const where = `'bind ${text}' in section '${statement.section}'`;
  applyBindOptions(
    { statement, purpose: 'frontend', settings, sockets: countSockets(addresses), idTaken },
    2,
    (problem) => {
      if (problem.kind === 'unknown') {
        const question = problem.best === undefined ? '.' : `; did you mean '${problem.best}' maybe ?`;
        const message = `${where}: unknown keyword '${problem.word}'${question}`;
        statement.alert(message, 'spaced', problem.index, problem.best);
      } else if (problem.kind === 'later') {
        statement.alert(`${where} : '${problem.word}' is not implemented yet`, 'spaced', problem.index);
      } else statement.alert(`${where} : ${problem.message}`, 'spaced', problem.index);
    },
  );
  const { level: _level, ...bind } = settings;
  proxy.binds.push({ place: statement.place, text, addresses, ...bind });
}

const USE_BACKEND = pointMask('frontend use-backend rule');

function parseUseBackend(statement: Statement, proxy: ProxyDraft): void {
  const backend = statement.word(1);
  if (backend === '') {
    statement.alert("'use_backend' expects a backend name.");
    return;
  }
  const next = statement.word(2);
  let condition: ConditionModel | undefined;
  if (next === 'if' || next === 'unless') {
    const parsed = parseCondition(statement.from(2), proxy, statement);
    if ('error' in parsed) {
      statement.alert(`error detected while parsing switching rule : ${parsed.error}.`, 'spaced', 2);
      return;
    }
    warnAboutConflicts(parsed, USE_BACKEND, statement);
    condition = parsed;
  } else if (next !== '') {
    statement.alert(
      `unexpected keyword '${next}' after switching rule, only 'if' and 'unless' are allowed.`,
      'spaced',
      2,
    );
    return;
  }
  const target = readTargetName(backend, proxy.mode === 'http');
  if ('error' in target) {
    statement.alert(`failed to parse use_backend rule '${backend}' : ${target.error}.`, 'capital', 1);
    return;
  }
  const { name, format } = target;
  proxy.useBackends.push({ place: statement.place, backend: name, format, condition });
}

function parseMonitor(statement: Statement, proxy: ProxyDraft): void {
  if (statement.word(1) !== 'fail') {
    statement.alert("'monitor' only supports 'fail'.", 'spaced', 1);
    return;
  }
  const next = statement.word(2);
  if (next !== 'if' && next !== 'unless') {
    statement.alert("'monitor fail' requires either 'if' or 'unless' followed by a condition.", 'spaced', 2);
    return;
  }
  warnAboutMonitorOrder(statement, proxy);
  const condition = parseCondition(statement.from(2), proxy, statement);
  if ('error' in condition) {
    statement.alert(`error detected while parsing a 'monitor fail' condition : ${condition.error}.`, 'spaced', 2);
    return;
  }
  proxy.monitorFail.push(condition);
}

/** A keyword with one number, read as leniently as HAProxy does. */
export function numberParser(set: (proxy: ProxyDraft, value: number) => void): ProxyKeyword['parse'] {
  return (statement, proxy) => {
    if (statement.word(1) === '') {
      statement.alert(`'${statement.keyword}' expects an integer argument.`);
      return;
    }
    set(proxy, readInt32(statement.word(1)));
    statement.tooMany(1);
  };
}

export const FRONTEND_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'bind',
    sections: REAL_FRONTENDS,
    grammar: 'bind [<address>]:<port range>[, ...] [<option>...] | bind <path>[, ...] [<option>...]',
    help: 'Where the frontend listens.',
    parse: parseBind,
  }),
  proxyKeyword({
    name: 'default_backend',
    sections: FRONTENDS,
    grammar: 'default_backend <backend>',
    help: 'The backend for what no `use_backend` rule takes.',
    parse(statement, proxy) {
      if (statement.word(1) === '') {
        statement.alert("'default_backend' expects a backend name.");
        return;
      }
      proxy.defaultBackend = statement.word(1);
      statement.tooMany(1);
    },
  }),
  proxyKeyword({
    name: 'use_backend',
    sections: REAL_FRONTENDS,
    grammar: 'use_backend <backend> [{if | unless} <condition>]',
    help: 'Sends what meets the condition to a backend; the first rule that holds wins.',
    parse: parseUseBackend,
  }),
  proxyKeyword({
    name: 'maxconn',
    sections: FRONTENDS,
    grammar: 'maxconn <number>',
    help: 'Client connections at most; more wait in the kernel.',
    initially: 'the global maxconn',
    capabilityHint: " Maybe you want 'fullconn' instead ?",
    parse: numberParser((proxy, value) => {
      proxy.maxconn = value;
    }),
  }),
  proxyKeyword({
    name: 'backlog',
    sections: FRONTENDS,
    grammar: 'backlog <number>',
    help: 'Connections the kernel may hold before they are accepted.',
    initially: 'maxconn',
    parse: numberParser((proxy, value) => {
      proxy.backlog = value;
    }),
  }),
  proxyKeyword({
    name: 'monitor-uri',
    sections: FRONTENDS,
    grammar: 'monitor-uri <uri>',
    help: 'Requests for this URI are answered with 200 at once, for the health checks of others.',
    parse(statement, proxy) {
      if (statement.tooMany(1)) return;
      if (statement.word(1) === '') statement.alert("'monitor-uri' expects an URI.");
      else proxy.monitorUri = statement.word(1);
    },
  }),
  proxyKeyword({
    name: 'monitor',
    sections: REAL_FRONTENDS,
    grammar: 'monitor fail {if | unless} <condition>',
    help: 'Answers the monitor URI with 503 while the condition holds.',
    parse: parseMonitor,
  }),
  proxyKeyword({
    name: 'monitor-net',
    sections: EVERYWHERE,
    grammar: 'monitor-net <network>',
    help: 'Gone since 2.3.',
    implemented: false,
    parse(statement) {
      statement.alert(
        "'monitor-net' doesn't exist anymore. Please use 'http-request return status 200 if { src " +
          `${statement.word(1)} }' instead.`,
      );
    },
  }),
];
