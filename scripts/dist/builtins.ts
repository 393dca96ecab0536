/**
 * Node's own modules as an esbuild plugin: `import { x } from 'node:http'` takes x out of the module object. A real import
 * of the engine reads every property of that object, getters too: those of node:http load an HTTP client and WebSockets
 * (60 ms and 4 MB at the start of a role that has no use for them), those of node:util load node:crypto.
 */

import type { Plugin } from 'esbuild';

/** Behind getters, cheap, and imported by us. The build fails on any other one. */
const WANTED = new Set(['node:net BlockList']);

/** What can be imported by name: everything but what a getter makes when it is asked for. */
function exportedNames(path: string, module: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(module)).flatMap(([name, { get }]) =>
    (get === undefined || WANTED.has(`${path} ${name}`)) && /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default'
      ? [name]
      : [],
  );
}

export const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    // require() of older packages asks for the module object as it is.
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' || kind === 'dynamic-import' ? { path, namespace: 'builtins' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtins' }, ({ path }) => {
      const module = process.getBuiltinModule(path);
      if (module === undefined) return { errors: [{ text: `Node has no module ${path}` }] };
      const names = exportedNames(path, module);
      const contents = `const module = process.getBuiltinModule(${JSON.stringify(path)});
${names.map((name) => `const own_${name} = module.${name};`).join('\n')}
export { ${names.map((name) => `own_${name} as ${name}`).join(', ')} };
export default module;`;
      return { contents, loader: 'js' };
    });
  },
};
