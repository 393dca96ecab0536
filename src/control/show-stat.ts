/** `show stat`: the counters of everything, as CSV, typed lines or JSON (management manual 9.1 to 9.3). */

import type { ProxyRuntime } from '../proxy/proxy-runtime.ts';
import { STOPPED } from '../proxy/server.ts';
import { type CommandAnswer, type CommandContext, failure, LEVEL_OPERATOR } from './command.ts';
import { BACKEND_TAGS, CORE_COLUMNS, STAT_COLUMNS } from './stat-columns.ts';
import { csvValue, type Field, field, jsonValue, typedValue } from './stat-field.ts';
import {
  backendRow,
  frontendRow,
  listenerRow,
  type RowOptions,
  type StatValues,
  serverRow,
  TYPE_BACKEND,
  TYPE_FRONTEND,
  TYPE_LISTENER,
  TYPE_SERVER,
} from './stat-rows.ts';

interface Selection extends RowOptions {
  /** -1: all. */
  readonly proxyId: number;
  /** One bit a type. */
  readonly types: number;
  /** Server or listener; -1: all. */
  readonly objectId: number;
  readonly hideMaintenance: boolean;
  readonly hideDown: boolean;
}

const ALL_TYPES = -1;
const TYPE_LETTERS = ['F', 'B', 'S', 'L'];
const TYPE_NAMES = ['Frontend', 'Backend', 'Server', 'Listener'];

/** As `atoi` reads it. */
function integer(text: string): number {
  return Number.parseInt(text, 10) || 0;
}

function collectRows(runtime: ProxyRuntime, selection: Selection): readonly StatValues[] {
  const rows: StatValues[] = [];
  runtime.countRunningBytes();
  const wants = (type: number): boolean => (selection.types & (1 << type)) !== 0;
  const selected = (id: number): boolean => selection.objectId === -1 || selection.objectId === id;
  for (const proxy of runtime.proxies) {
    if (proxy.model.disabled || (selection.proxyId !== -1 && proxy.id !== selection.proxyId)) {
      continue;
    }
    if (proxy.model.frontend && wants(TYPE_FRONTEND)) {
      rows.push(frontendRow(proxy, selection));
    }
    if (proxy.model.options.socketStats && wants(TYPE_LISTENER)) {
      for (const listener of proxy.listeners) {
        if (selected(listener.id)) {
          rows.push(listenerRow(listener, selection));
        }
      }
    }
    if (wants(TYPE_SERVER)) {
      for (const server of proxy.servers) {
        const hidden =
          (selection.hideMaintenance && server.inMaintenance) ||
          (selection.hideDown &&
            (server.inMaintenance || (server.operation === STOPPED && (server.check?.health.health ?? 0) === 0)));
        if (selected(server.id) && !hidden) {
          rows.push(serverRow(server, selection));
        }
      }
    }
    if (proxy.model.backend && wants(TYPE_BACKEND)) {
      rows.push(backendRow(proxy, selection));
    }
  }
  return rows;
}

function csv(rows: readonly StatValues[]): string {
  const names = STAT_COLUMNS.map((column) => column.name);
  const lines = [`# ${[...names.slice(0, CORE_COLUMNS), '-', ...names.slice(CORE_COLUMNS)].join(',')},\n`];
  for (const row of rows) {
    const values = names.map((name) => (row[name] === undefined ? '' : csvValue(row[name])));
    lines.push(`${[...values.slice(0, CORE_COLUMNS), '-', ...values.slice(CORE_COLUMNS)].join(',')},\n`);
  }
  return lines.join('');
}

/** The columns that apply to a row, with their positions. */
function fieldsOf(row: StatValues): readonly { position: number; name: string; field: Field }[] {
  return STAT_COLUMNS.flatMap(({ name, tags, type }, position) => {
    const value = row[name];
    const meaning = row['type'] === TYPE_BACKEND ? (BACKEND_TAGS[name] ?? tags) : tags;
    return value === undefined ? [] : [{ position, name, field: field(meaning, type, value) }];
  });
}

function typed(rows: readonly StatValues[]): string {
  const lines: string[] = [];
  for (const row of rows) {
    const prefix = `${TYPE_LETTERS[row['type'] as number]}.${row['iid']}.${row['sid']}`;
    for (const { position, name, field: shown } of fieldsOf(row)) {
      lines.push(`${prefix}.${position}.${name}.1:${typedValue(shown)}\n`);
    }
  }
  return lines.join('');
}

function json(rows: readonly StatValues[]): string {
  const objects = rows.map((row) => {
    const head = `"objType":"${TYPE_NAMES[row['type'] as number]}","proxyId":${row['iid']},"id":${row['sid']}`;
    const fields = fieldsOf(row).map(
      ({ position, name, field: shown }) =>
        `{${head},"field":{"pos":${position},"name":"${name}"},${jsonValue(shown)}}`,
    );
    return `[${fields.join(',')}]`;
  });
  return `[${objects.join(',')}]\n`;
}

export function showStat({ runtime, session, words }: CommandContext): CommandAnswer {
  let rest = words.slice(2);
  if (rest[0] === 'domain') {
    if (rest[1] === 'resolvers') {
      return failure("'show stat domain resolvers' is not implemented yet.\n");
    }
    if (rest[1] !== 'proxy') {
      return failure('Invalid statistics domain.\n');
    }
    rest = rest.slice(2);
  }
  let selection = { proxyId: -1, types: ALL_TYPES, objectId: -1 };
  const [proxy, types, objectId] = rest;
  if (proxy !== undefined && types !== undefined && objectId !== undefined) {
    const id = runtime.proxies.find((candidate) => candidate.name === proxy)?.id ?? integer(proxy);
    if (id === 0) {
      return failure('No such proxy.\n');
    }
    selection = { proxyId: id, types: integer(types), objectId: integer(objectId) };
    rest = rest.slice(3);
  }
  const options = new Set(rest);
  const rows = collectRows(runtime, {
    ...selection,
    hideMaintenance: options.has('no-maint'),
    hideDown: options.has('up'),
    counted: options.has('no-maint') || options.has('up'),
    legends: session.level >= LEVEL_OPERATOR,
    nowMs: runtime.reactor.nowMs,
  });
  const format = rest.findLast((word) => word === 'typed' || word === 'json');
  return format === 'typed' ? typed(rows) : format === 'json' ? json(rows) : csv(rows);
}
