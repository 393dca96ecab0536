/** `use-server` rules, compiled: the server that a rule picks for a stream, past all balancing (manual section 4.2). */
import type { UseServerModel } from '../config/model-rules.ts';
import { type Condition, compileCondition } from '../sample/condition.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileName } from './backend-rules.ts';
import type { Server } from './server.ts';
import type { Stream } from './stream.ts';

interface ServerRule {
  readonly condition: Condition;
  /** Null: `name` makes it out, for each stream. */
  readonly server: Server | null;
  readonly name: ((stream: Stream) => string) | null;
}

export interface ServerRules {
  readonly rules: readonly ServerRule[];
  readonly byName: ReadonlyMap<string, Server>;
}

/** Null: there are none. */
export function compileServerRules(
  models: readonly UseServerModel[],
  servers: readonly Server[],
  options: CompileOptions,
): ServerRules | null {
  const rules: ServerRule[] = [];
  const byName = new Map(servers.map((server) => [server.name, server]));
  for (const model of models) {
    const condition = compileCondition(model.condition, options);
    if (model.format !== undefined) rules.push({ condition, server: null, name: compileName(model.format, options) });
    else rules.push({ condition, server: byName.get(model.server) ?? null, name: null });
  }
  return rules.length === 0 ? null : { rules, byName };
}

/** The server of the first rule that holds and whose server is up, even if it is being drained; null: balance. */
export function pickServer({ rules, byName }: ServerRules, stream: Stream): Server | null {
  for (const { condition, server: known, name } of rules) {
    if (!condition(stream)) continue;
    const server = name === null ? known : byName.get(name(stream));
    // A name that is no server's ends the rules, as in HAProxy.
    if (server === undefined || server === null) return null;
    if (server.running && !server.inMaintenance) return server;
  }
  return null;
}
