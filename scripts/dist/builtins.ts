/**
 * Node's own modules as an esbuild plugin: `import { x } from 'node:http'` takes x out of the module object, and nothing
 * else. A real import of the engine reads every property of that object, getters too: those of node:http load an HTTP
 * client and WebSockets (60 ms and 4 MB at the start of a role that has no use for them), those of node:util load crypto.
 */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { ROOT } from './packages.ts';

/** Large, and of no use to most that import its functions and classes: loaded by the first call of one. */
const LOADED_LATER = new Set(['node:crypto']);

/** Names by module, as our sources import them. Packages take modules whole but for koffi; the build fails on another. */
function importedNames(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map([['node:module', new Set(['createRequire'])]]);
  for (const file of globSync('src/**/*.ts', { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, list = '', module = ''] of text.matchAll(/^import \{([^}]*)\} from '(node:[^']+)';$/gm)) {
      const names = found.getOrInsert(module, new Set());
      for (const word of list.split(',')) {
        const name = /^\s*(?!type\s+\w)(\w+)/.exec(word)?.[1];
        if (name !== undefined) names.add(name);
      }
    }
  }
  return found;
}

function oneName(module: string, name: string): string {
  const taken = `process.getBuiltinModule('${module}').${name}`;
  return LOADED_LATER.has(module)
    ? `export function ${name}(...given) { return new.target ? new (${taken})(...given) : ${taken}(...given); }`
    : `export const ${name} = ${taken};`;
}

export const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    const names = importedNames();
    const namespace = 'builtins';
    // import() gives, and require() of older packages takes, the module object as it is.
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace, sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace }, ({ path }) => {
      const whole = LOADED_LATER.has(path) ? '' : `export default process.getBuiltinModule('${path}');\n`;
      return { contents: whole + [...(names.get(path) ?? [])].map((name) => oneName(path, name)).join('\n') };
    });
  },
};
