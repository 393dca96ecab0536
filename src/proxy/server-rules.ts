/** `use-server` rules, compiled: the server that a rule picks for a stream, past all balancing (manual section 4.2). */
import type { UseServerModel } from '../config/model.ts';
import { type Condition, compileCondition } from '../sample/condition.ts';
import type { CompileOptions } from '../sample/context.ts';
import type { Server } from './server.ts';
import type { Stream } from './stream.ts';

interface ServerRule {
  readonly condition: Condition;
  readonly server: Server;
}

export type ServerRules = readonly ServerRule[];

/** Null: there are none. */
export function compileServerRules(
  models: readonly UseServerModel[],
  servers: readonly Server[],
  options: CompileOptions,
): ServerRules | null {
  const rules: ServerRule[] = [];
  for (const model of models) {
    const server = servers.find((known) => known.name === model.server);
    if (server !== undefined) rules.push({ condition: compileCondition(model.condition, options), server });
  }
  return rules.length === 0 ? null : rules;
}

/** The server of the first rule that holds and whose server is up, even if it is being drained; null: balance. */
export function pickServer(rules: ServerRules, stream: Stream): Server | null {
  for (const { condition, server } of rules) {
    if (condition(stream) && server.running && !server.inMaintenance) return server;
  }
  return null;
}
