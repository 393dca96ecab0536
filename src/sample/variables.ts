/**
 * Variables (manual 2.8). A name becomes a slot when the configuration is compiled; a store is what one process, session,
 * transaction, request or response has put into its slots. Values are copies of samples. The limits of `tune.vars.*` count
 * as in HAProxy: what a store holds counts in those around it too.
 */
import { isVariableName, type VariableScope, variableNameProblem } from '../config/variable-name.ts';
import { METHOD_OTHER, METHOD_PATCH } from '../http/methods.ts';
import { ANY, BIN, BOOL, IPV6, METH, type Sample, SINT, STR } from './sample.ts';

/** What HAProxy counts for a variable besides its bytes. */
const ENTRY_SIZE = 80;
/** Memory of longer values is not kept for the next one. */
const KEPT_LENGTH = 1024;
const EMPTY = Buffer.alloc(0);

export type VariableCondition =
  | 'ifexists'
  | 'ifnotexists'
  | 'ifempty'
  | 'ifnotempty'
  | 'ifset'
  | 'ifnotset'
  | 'ifgt'
  | 'iflt';

/** Most bytes of each scope; 0 = no limit. */
export interface VariableLimits {
  readonly global: number;
  readonly process: number;
  readonly session: number;
  readonly transaction: number;
  readonly exchange: number;
}

class Variable {
  /** It was named in this scope before; `type` ANY: but it has no value. */
  exists = false;
  type = ANY;
  integer: number | bigint = 0;
  bytes: Buffer = EMPTY;
  length = 0;
  /** Unsetting leaves it in existence. */
  permanent = false;

  /** Bytes that count against the limits. */
  get size(): number {
    return counted(this.type, this.integer) ? this.length : 0;
  }

  keep(sample: Sample): void {
    const { length } = sample;
    this.type = sample.type;
    this.integer = sample.integer;
    this.length = 0;
    if (this.type !== STR && this.type !== BIN && this.type !== METH && this.type !== IPV6) return;
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(length);
    sample.bytes.copy(this.bytes, 0, sample.start, sample.end);
    this.length = length;
  }

  forget(): void {
    this.type = ANY;
    this.length = 0;
    if (this.bytes.length > KEPT_LENGTH) this.bytes = EMPTY;
  }
}

/** The variables of one scope of something that lives: a process, a client's session, a request. */
export class VariableStore {
  /** `req` until the response begins, then `res`: one store serves both. */
  scope: VariableScope;
  readonly #limit: number;
  readonly #outer: VariableStore | null;
  readonly #slots: (Variable | undefined)[] = [];
  #size = 0;
  #count = 0;

  constructor(scope: VariableScope, limit: number, outer: VariableStore | null) {
    this.scope = scope;
    this.#limit = limit;
    this.#outer = outer;
  }

  /** Makes a variable known without a value. False: there is no room. */
  create(slot: number, permanent: boolean): boolean {
    let variable = this.#slots[slot];
    if (variable?.exists) return true;
    if (!this.#reserve(ENTRY_SIZE)) return false;
    if (variable === undefined) {
      variable = new Variable();
      this.#slots[slot] = variable;
    }
    variable.exists = true;
    variable.permanent = permanent;
    this.#count++;
    return true;
  }

  /** Stores a copy of the sample if the conditions allow it. False: it was not stored. */
  set(slot: number, sample: Sample, conditions: ReadonlySet<VariableCondition> | null): boolean {
    const known = this.#slots[slot]?.exists ?? false;
    if (conditions?.has(known ? 'ifnotexists' : 'ifexists')) return false;
    if (!known && !this.create(slot, false)) return false;
    const variable = this.#slots[slot] as Variable;
    if (conditions !== null && !allowed(variable, sample, conditions)) return false;
    this.#account(-variable.size);
    variable.forget();
    if (counted(sample.type, sample.integer) && !this.#reserve(sample.length)) {
      variable.type = BOOL;
      variable.integer = 0;
      return false;
    }
    variable.keep(sample);
    return true;
  }

  /** Puts the value into the sample; it stays valid until the variable is set again. False: it has none. */
  read(slot: number, sample: Sample): boolean {
    const variable = this.#slots[slot];
    if (variable === undefined || variable.type === ANY) return false;
    sample.type = variable.type;
    sample.integer = variable.integer;
    sample.set(variable.bytes, 0, variable.length);
    return true;
  }

  unset(slot: number): void {
    const variable = this.#slots[slot];
    if (variable?.exists) this.#drop(variable, false);
  }

  /** Forgets all of them. */
  clear(): void {
    if (this.#count === 0) return;
    for (const variable of this.#slots) if (variable?.exists) this.#drop(variable, true);
  }

  #drop(variable: Variable, force: boolean): void {
    let { size } = variable;
    variable.forget();
    if (!variable.permanent || force) {
      variable.exists = false;
      this.#count--;
      size += ENTRY_SIZE;
    }
    this.#account(-size);
  }

  #reserve(size: number): boolean {
    for (let store: VariableStore | null = this; store !== null; store = store.#outer) {
      if (store.#limit > 0 && store.#size + size > store.#limit) return false;
    }
    this.#account(size);
    return true;
  }

  #account(size: number): void {
    for (let store: VariableStore | null = this; store !== null; store = store.#outer) store.#size += size;
  }
}

/** Whether the bytes of a value count: HAProxy keeps the methods it knows (PATCH is none) as numbers. */
function counted(type: number, integer: number | bigint): boolean {
  return type === STR || type === BIN || (type === METH && (integer === METHOD_OTHER || integer === METHOD_PATCH));
}

/** The conditions that look at values. As in HAProxy, comparisons hold when there is nothing to compare with. */
function allowed(variable: Variable, sample: Sample, conditions: ReadonlySet<VariableCondition>): boolean {
  const { type } = sample;
  const text = type === STR || type === BIN;
  if (conditions.has(variable.type === ANY ? 'ifset' : 'ifnotset')) return false;
  if (conditions.has('ifempty') && (text ? sample.length > 0 : type !== ANY)) return false;
  if (conditions.has('ifnotempty') && text && sample.length === 0) return false;
  if (type !== SINT || variable.type !== SINT) return true;
  if (conditions.has('ifgt') && !(variable.integer > sample.integer)) return false;
  return !(conditions.has('iflt') && !(variable.integer < sample.integer));
}

/** The variables that what is evaluated can reach besides those of the process; null: there is no such thing here. */
export interface VariableScopes {
  readonly session: VariableStore | null;
  readonly transaction: VariableStore | null;
  readonly exchange: VariableStore | null;
  readonly check: VariableStore | null;
}

/** Those of a client's session and of the request it makes at present. */
export class SessionVariables implements VariableScopes {
  readonly session: VariableStore;
  /** Null until a stream begins: rules on connections have only those of the session. */
  transaction: VariableStore | null = null;
  exchange: VariableStore | null = null;
  readonly check = null;
  readonly #names: VariableNames;

  constructor(names: VariableNames) {
    this.#names = names;
    this.session = new VariableStore('sess', names.limits.session, names.process);
  }

  /** A stream begins, with its request. */
  beginRequest(): void {
    if (this.transaction === null || this.exchange === null) {
      const { transaction, exchange } = this.#names.limits;
      this.transaction = new VariableStore('txn', transaction, this.session);
      this.exchange = new VariableStore('req', exchange, this.transaction);
      return;
    }
    this.exchange.clear();
    this.transaction.clear();
    this.exchange.scope = 'req';
  }

  /** The request is on its way to a server, or answered here: its own variables are gone, those of a response begin. */
  beginResponse(): void {
    if (this.exchange === null || this.exchange.scope === 'res') return;
    this.exchange.clear();
    this.exchange.scope = 'res';
  }

  /** The session ends: what it held counts no more. */
  end(): void {
    this.exchange?.clear();
    this.transaction?.clear();
    this.session.clear();
  }
}

const NO_LIMITS: VariableLimits = { global: 0, process: 0, session: 0, transaction: 0, exchange: 0 };

/** Every name of a configuration, by scope; and the variables of the process. */
export class VariableNames {
  readonly limits: VariableLimits;
  readonly process: VariableStore;
  readonly #slots: Record<VariableScope, Map<string, number>> = {
    proc: new Map(),
    sess: new Map(),
    txn: new Map(),
    req: new Map(),
    res: new Map(),
    check: new Map(),
  };

  constructor(limits: VariableLimits = NO_LIMITS) {
    this.limits = limits;
    const both = [limits.global, limits.process].filter((limit) => limit > 0);
    this.process = new VariableStore('proc', both.length === 0 ? 0 : Math.min(...both), null);
  }

  /** Streams need stores: the configuration names variables of sessions or requests. */
  get concernStreams(): boolean {
    const { sess, txn, req, res } = this.#slots;
    return sess.size + txn.size + req.size + res.size > 0;
  }

  /** The slot of a name with its scope ("txn.host"); throws what is wrong with it. Naming a process variable creates it. */
  resolve(name: string): { readonly scope: VariableScope; readonly slot: number } {
    const problem = variableNameProblem(name);
    if (problem !== undefined) throw new Error(problem);
    const dot = name.indexOf('.');
    const scope = name.slice(0, dot) as VariableScope;
    const slots = this.#slots[scope];
    const own = name.slice(dot + 1);
    let slot = slots.get(own);
    if (slot === undefined) {
      slot = slots.size;
      slots.set(own, slot);
    }
    if (scope === 'proc') this.process.create(slot, true);
    return { scope, slot };
  }

  /** The slot of a process variable that was named before. */
  findProcess(name: string): number | undefined {
    return isVariableName(name) && name.startsWith('proc.') ? this.#slots.proc.get(name.slice(5)) : undefined;
  }
}
