/**
 * One executable: Node with our code in it (a "single executable application"). The other files travel as assets, which
 * Node mounts as a read-only virtual directory: code, pages and native modules are found by relative paths, as in the tree.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, ROOT } from './packages.ts';
import { type Architecture, strippedNode } from './stripped-node.ts';

const PAGES = 'web-ui/dist';

/** Paths in the virtual directory, and the files they are. */
type Assets = Readonly<Record<string, string>>;

export interface Code {
  readonly folder: string;
  readonly names: readonly string[];
}

/** `require('@koromix/koffi-linux-x64')` finds the `.node` file of that name, without the package around it. */
function nativeModules(architecture: Architecture): Assets {
  const koffi = `@koromix/koffi-linux-${architecture}`;
  const terminal = `@lydell/node-pty-linux-${architecture}`;
  return {
    [`node_modules/${koffi}.node`]: join(packageFolder(koffi), `linux_${architecture}/koffi.node`),
    [`node_modules/${terminal}/pty.node`]: join(packageFolder(terminal), 'pty.node'),
  };
}

function pages(): Assets {
  const names = readdirSync(join(ROOT, PAGES), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(ROOT, PAGES, name)).isFile());
  return Object.fromEntries(files.sort().map((name) => [`${PAGES}/${name}`, join(ROOT, PAGES, name)]));
}

/** Writes `output`, whole or not at all. Throws with a reason. */
export function writeExecutable(architecture: Architecture, code: Code, output: string): void {
  const { folder, names } = code;
  const work = mkdtempSync(`${output}.`);
  try {
    const fresh = join(work, 'mahalo');
    const configuration = {
      main: join(folder, 'main.mjs'),
      mainFormat: 'module',
      executable: strippedNode(architecture),
      output: fresh,
      disableExperimentalSEAWarning: true,
      useVfs: true,
      // Those of the caller (NODE_OPTIONS) must not change a proxy.
      execArgv: readFileSync(join(ROOT, 'scripts/node-options'), 'utf8').trim().split(/\s+/),
      execArgvExtension: 'none',
      assets: {
        ...Object.fromEntries(names.filter((name) => name !== 'main.mjs').map((name) => [name, join(folder, name)])),
        ...pages(),
        ...nativeModules(architecture),
      },
    };
    const file = join(work, 'configuration.json');
    writeFileSync(file, JSON.stringify(configuration, undefined, 2));
    execFileSync(process.execPath, ['--build-sea', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(fresh, output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
