/**
 * The code as a few files: one chunk for what is imported when it is asked for (a role, the machinery of a serving proxy,
 * a terminal), and chunks for what those share. So each role reads and compiles only its own, as it does in the tree.
 * They are ES modules in the executable's virtual directory; `import()` among them works as it does among files.
 */

import { join } from 'node:path';
import { build } from 'esbuild';
import { builtins } from './builtins.ts';
import { ROOT } from './packages.ts';

/** Packages in the older module format ask for Node's own modules by require(). */
const REQUIRE = "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

/**
 * Writes the bundle. Nothing in it depends on an architecture.
 * @param folder where to; it is made
 * @returns names in that folder; `main.mjs` is what starts
 */
export async function bundle(folder: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    // Names stay as they are, for the last words of a role. All of it is ASCII: V8 then keeps a byte a character.
    minifyWhitespace: true,
    charset: 'ascii',
    legalComments: 'none',
    banner: { js: REQUIRE },
    plugins: [builtins],
    metafile: true,
    logLevel: 'warning',
  });
  const top = join(folder, '/');
  return Object.keys(metafile.outputs).map((path) => join(ROOT, path).slice(top.length));
}
