/** Which frontend leads to which backend, read from the text that runs: what `show stat` does not say. */

import { readDocument, type Section, wordTexts } from '../text/document.ts';
import { hasServers } from '../text/references.ts';

export interface Edge {
  readonly frontend: string;
  readonly backend: string;
}

export interface Topology {
  readonly edges: readonly Edge[];
  /** By frontend: where it listens, as its `bind` lines say. */
  readonly binds: ReadonlyMap<string, readonly string[]>;
  /** Frontends that choose a backend by a name computed for each request: they may lead to more. */
  readonly computed: ReadonlySet<string>;
}

export const NO_TOPOLOGY: Topology = { edges: [], binds: new Map(), computed: new Set() };

interface Targets {
  readonly names: Set<string>;
  computed: boolean;
}

/** The names a `use_backend` word can mean: itself, or what its map answers when it has nothing. */
function addTarget(word: string, targets: Targets): void {
  if (!word.includes('%[')) {
    targets.names.add(word);
    return;
  }
  targets.computed = true;
  for (const match of word.matchAll(/map[a-z_]*\([^,()]+,([^,()]+)\)/g)) targets.names.add(match[1] ?? '');
}

function defaultBackendOf(section: Section | undefined): string | undefined {
  return section?.lines.map(wordTexts).findLast(([keyword]) => keyword === 'default_backend')?.[1];
}

/** The defaults section a proxy starts from: the one it names, or the last one before it. */
function defaultsOf(sections: readonly Section[], index: number): Section | undefined {
  const [opening = []] = sections[index]?.lines.map(wordTexts) ?? [];
  const from = opening.indexOf('from');
  const before = sections.slice(0, index).filter(({ keyword }) => keyword === 'defaults');
  return from < 0 ? before.at(-1) : before.findLast(({ name }) => name === opening[from + 1]);
}

export function topologyOf(text: string): Topology {
  const { sections } = readDocument(text);
  const backends = new Set(sections.filter(({ keyword }) => hasServers(keyword)).map(({ name }) => name));
  const edges: Edge[] = [];
  const binds = new Map<string, readonly string[]>();
  const computed = new Set<string>();
  for (const [index, section] of sections.entries()) {
    const { keyword, name: frontend } = section;
    if (keyword !== 'frontend' && keyword !== 'listen') continue;
    const lines = section.lines.map(wordTexts);
    const targets: Targets = { names: new Set(), computed: false };
    for (const [word, first] of lines) if (word === 'use_backend' && first !== undefined) addTarget(first, targets);
    const usual = defaultBackendOf(section) ?? defaultBackendOf(defaultsOf(sections, index));
    if (usual !== undefined) targets.names.add(usual);
    // A listen section is its own backend, unless it has no servers of its own.
    if (keyword === 'listen' && (usual === undefined || lines.some(([word]) => word === 'server'))) {
      targets.names.add(frontend);
    }
    if (targets.computed) computed.add(frontend);
    binds.set(
      frontend,
      lines.flatMap(([word, address]) => (word === 'bind' && address !== undefined ? [address] : [])),
    );
    for (const backend of targets.names) if (backends.has(backend)) edges.push({ frontend, backend });
  }
  return { edges, binds, computed };
}
