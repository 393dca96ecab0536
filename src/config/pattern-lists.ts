/**
 * The lists of patterns while the configuration is read. A file is one list, however many ACLs and maps name it; each
 * `acl` line has a list of its own for what it says itself. HAProxy numbers them all for its runtime API.
 */
import { latin1Text } from '../http/latin1-text.ts';
import type { HostNames } from './address.ts';
import type { Place } from './model.ts';
import type { PatternReferenceModel, PatternUseModel } from './model-rules.ts';
import { readPatternLines } from './pattern-file.ts';
import { checkPattern, checkValue, resolveNetwork } from './patterns.ts';
import type { ParserPorts } from './statement.ts';

type Failure = { readonly error: string };

type Draft = {
  -readonly [Name in keyof Omit<
    PatternReferenceModel,
    'id' | 'resolved' | 'uses' | 'patterns'
  >]: PatternReferenceModel[Name];
} & {
  id: number | undefined;
  patterns: string[];
  readonly resolved: Map<string, string>;
  readonly uses: PatternUseModel[];
  /** How each use indexes and parses: uses that agree in that are one to HAProxy. */
  readonly useKeys: Set<string>;
};

/** A file named by an ACL or a map. */
export interface FileRequest {
  readonly file: string;
  readonly use: PatternUseModel;
  /** Host names are not resolved. */
  readonly noDns: boolean;
  /** Lines are keys and values. */
  readonly withValues: boolean;
  readonly for: 'acl' | 'map';
  /** It counts as a map in the runtime API. */
  readonly asMap: boolean;
}

/** What a line must tell when it loads patterns. */
export interface LoadingLine {
  readonly place: Place;
  readonly ports: Pick<ParserPorts, 'readFile' | 'hostNames'>;
}

export class PatternLists {
  readonly #drafts: Draft[] = [];

  isTaken(id: number): boolean {
    return this.#drafts.some((draft) => draft.id === id);
  }

  /** The position of the file's list, read and checked for this use. */
  load(request: FileRequest, line: LoadingLine): { readonly reference: number } | Failure {
    const { file, withValues } = request;
    const user = `by ${request.for === 'map' || request.asMap ? 'map' : 'acl'} at file '${line.place.file}' line ${line.place.line}`;
    let reference = this.#drafts.findIndex((draft) => draft.file === file);
    let draft = this.#drafts[reference];
    if (draft === undefined) {
      const read = line.ports.readFile(file);
      draft = newDraft(file, `pattern loaded from file '${file}' used ${user}`);
      draft.hasValues = withValues;
      reference = this.#drafts.push(draft) - 1;
      // HAProxy complains once: from then on the file is known, with nothing in it.
      if ('error' in read) return { error: `failed to open pattern file <${file}>` };
      draft.bytes = read.bytes;
    } else if (draft.hasValues !== withValues) {
      const [now, then] = draft.hasValues ? ['two', 'one'] : ['one', 'two'];
      return {
        error: `The file "${file}" is already used as ${now} column file and cannot be used by as ${then} column file.`,
      };
    } else draft.description += `, ${user}`;
    draft.acl ||= request.for === 'acl';
    draft.map ||= request.for === 'map' || request.asMap;
    const refusal = addUse(draft, request, line.ports.hostNames);
    return refusal === undefined ? { reference } : { error: refusal };
  }

  /** The list of an `acl` line's own patterns; they are checked one by one. */
  addLine(
    line: { readonly keyword: string; readonly place: Place; readonly id: number | undefined },
    patterns: readonly string[],
    use: PatternUseModel,
    noDns: boolean,
    hostNames: HostNames,
  ): { readonly reference: number } | Failure {
    const { keyword, place, id } = line;
    const draft = newDraft(undefined, `acl '${keyword}' file '${place.file}' line ${place.line}`);
    draft.acl = true;
    draft.id = id;
    draft.patterns.push(...patterns);
    draft.uses.push(use);
    for (const pattern of patterns) {
      const refusal = checkResolved(pattern, use, noDns, hostNames, draft.resolved);
      if (refusal !== undefined) return { error: refusal };
    }
    return { reference: this.#drafts.push(draft) - 1 };
  }

  /** With ids for those that have none: the lowest that are free, in the order of appearance. */
  freeze(): readonly PatternReferenceModel[] {
    const taken = new Set(this.#drafts.map((draft) => draft.id));
    let next = 0;
    return this.#drafts.map(({ useKeys: _keys, resolved, id, ...draft }) => {
      if (id === undefined) while (taken.has(next)) next++;
      return {
        ...draft,
        id: id ?? next++,
        resolved: [...resolved].map(([name, address]) => ({ name, address })),
      };
    });
  }
}

function newDraft(file: string | undefined, description: string): Draft {
  return {
    id: undefined,
    file,
    description,
    acl: false,
    map: false,
    hasValues: false,
    bytes: undefined,
    patterns: [],
    resolved: new Map(),
    uses: [],
    useKeys: new Set(),
  };
}

/** Ways to match that HAProxy indexes and parses alike. */
const KINDS: Readonly<Record<string, string>> = {
  found: 'nothing',
  bool: 'nothing',
  int: 'number',
  len: 'number',
  sub: 'text list',
  dir: 'text list',
  dom: 'text list',
  end: 'text list',
};

/** Checks all entries for a use that is new; why one does not fit. */
function addUse(draft: Draft, { file, use, noDns }: FileRequest, hostNames: HostNames): string | undefined {
  const key = [KINDS[use.match] ?? use.match, use.ignoreCase, noDns, use.value].join(' ');
  if (draft.useKeys.has(key)) return undefined;
  draft.useKeys.add(key);
  draft.uses.push(use);
  const free = use.value === 'none' || use.value === 'str';
  if (draft.bytes === undefined || (free && NEVER_WRONG.has(use.match))) return undefined;
  const bytes = Buffer.from(draft.bytes.buffer, draft.bytes.byteOffset, draft.bytes.byteLength);
  let fault: string | undefined;
  readPatternLines(bytes, draft.hasValues, (keyStart, keyEnd, valueStart, valueEnd, line) => {
    if (fault !== undefined) return;
    const value = valueStart < 0 ? '' : latin1Text(bytes, valueStart, valueEnd);
    const refusal =
      (free ? undefined : checkValue(value, use.value)) ??
      checkResolved(latin1Text(bytes, keyStart, keyEnd), use, noDns, hostNames, draft.resolved);
    if (refusal !== undefined) fault = `${refusal} at line ${line} of file '${file}'`;
  });
  if (fault !== undefined) {
    // Whoever comes next with the same wish is told the same.
    draft.useKeys.delete(key);
    draft.uses.pop();
  }
  return fault;
}

const NEVER_WRONG: ReadonlySet<string> = new Set(['found', 'bool', 'str', 'sub', 'dir', 'dom', 'beg', 'end']);

function checkResolved(
  pattern: string,
  use: PatternUseModel,
  noDns: boolean,
  hostNames: HostNames,
  resolved: Map<string, string>,
): string | undefined {
  const refusal = checkPattern(pattern, use);
  if (refusal === undefined || use.match !== 'ip' || noDns) return refusal;
  const network = resolveNetwork(pattern, hostNames);
  if (network === undefined) return refusal;
  resolved.set(pattern, network);
  return undefined;
}
