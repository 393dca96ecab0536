/** The fields of the model, read from its source: `ServerModel.weight`, `ProxyModel.timeouts.client`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['model.ts', 'model-checks.ts', 'model-rules.ts'];

/** What matters of TypeScript here: declarations, fields, and braces to know what is in what. */
const TOKEN = /export (?:interface|type) (\w+)|readonly (\w+)\??:|[{};]/g;

export function modelFields(): readonly string[] {
  const directory = join(import.meta.dirname, '../../src/config');
  const text = SOURCES.map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, '');
  const found = new Set<string>();
  const path: string[] = [];
  let pending = '';
  let declaration = '';
  const settle = (): void => {
    if (pending !== '') found.add([...path, pending].join('.'));
    pending = '';
  };
  for (const [token, declared, field] of text.matchAll(TOKEN)) {
    if (declared !== undefined) declaration = declared;
    else if (field !== undefined) pending = field;
    else if (token === '{') {
      // Of a field that holds an object, its fields count.
      path.push(path.length === 0 ? declaration : pending);
      pending = '';
    } else {
      settle();
      if (token === '}') path.pop();
    }
  }
  return [...found];
}
