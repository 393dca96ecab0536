/**
 * The kernel's modules we use, with those they need, and the two indexes BusyBox's modprobe reads: what `depmod` would
 * write, out of what each module says about itself.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from './run-program.ts';

interface Module {
  readonly name: string;
  /** Below lib/modules/<version>. */
  readonly path: string;
  readonly needs: readonly string[];
  readonly aliases: readonly string[];
}

/** Copies the modules `wanted` and all they need into `target` (a folder lib/modules/<version>). */
export function copyModules(source: string, target: string, wanted: readonly string[]): void {
  const paths = new Map<string, string>();
  for (const path of run('find', ['kernel', '-name', '*.ko'], { directory: source }).trim().split('\n')) {
    paths.set(moduleName(basename(path, '.ko')), path);
  }
  const builtIn = new Set(
    readFileSync(join(source, 'modules.builtin'), 'utf8')
      .split('\n')
      .map((path) => moduleName(basename(path, '.ko'))),
  );
  const chosen = new Map<string, Module>();
  const choose = (name: string): void => {
    if (chosen.has(name) || builtIn.has(name)) return;
    const path = paths.get(name);
    if (path === undefined) throw new Error(`this kernel has no module ${name}`);
    const module = readModule(name, path, readFileSync(join(source, path)));
    chosen.set(name, module);
    for (const needed of module.needs) choose(needed);
  };
  for (const name of wanted) choose(moduleName(name));
  for (const { path } of chosen.values()) {
    mkdirSync(join(target, dirname(path)), { recursive: true });
    copyFileSync(join(source, path), join(target, path));
  }
  const modules = [...chosen.values()];
  const line = (module: Module): string => `${module.path}: ${allNeeds(module, chosen).join(' ')}`.trimEnd();
  writeFileSync(join(target, 'modules.dep'), `${modules.map(line).join('\n')}\n`);
  const aliases = modules.flatMap(({ name, aliases }) => aliases.map((alias) => `alias ${alias} ${name}\n`));
  writeFileSync(join(target, 'modules.alias'), aliases.join(''));
}

/** "-" and "_" are one to the kernel. */
function moduleName(name: string): string {
  return name.replaceAll('-', '_');
}

/** What a module says about itself stands in it as `key=value`, each ended by a NUL (section .modinfo). */
function readModule(name: string, path: string, bytes: Buffer): Module {
  const texts = bytes.toString('latin1').split('\0');
  const values = (key: string): string[] =>
    texts.filter((text) => text.startsWith(`${key}=`)).map((text) => text.slice(key.length + 1));
  const needs = values('depends').flatMap((value) => (value === '' ? [] : value.split(',').map(moduleName)));
  return { name, path, needs, aliases: values('alias') };
}

/** Nearest first, as modules.dep has them: modprobe loads them from the last to the first. */
function allNeeds(module: Module, chosen: ReadonlyMap<string, Module>): string[] {
  const found: string[] = [];
  const add = (name: string): void => {
    const needed = chosen.get(name);
    if (needed === undefined) return;
    // Moved behind whoever needs it, so that it is loaded before.
    if (found.includes(needed.path)) found.splice(found.indexOf(needed.path), 1);
    found.push(needed.path);
    for (const deeper of needed.needs) add(deeper);
  };
  for (const name of module.needs) add(name);
  return found;
}
