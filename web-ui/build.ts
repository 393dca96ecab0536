/**
 * `make web-ui`: the pages of web-ui/src as files that `mahalo admin` hands out as they are (web-ui/dist): hashed names,
 * brotli and gzip beside each. Ends with a report of sizes, and fails when a first load is larger than MOST_FIRST_LOAD.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { build, type Metafile, type Plugin, transform } from 'esbuild';

/** Bytes, compressed: HTML, code and styles of the page that is opened first. */
const MOST_FIRST_LOAD = 250 * 1024;
/** What a visit begins with. */
const FIRST_PAGES = ['src/pages/entrance/entrance.tsx', 'src/pages/overview/routes.tsx'];
/** Every browser that knows constructed style sheets, <dialog> and top-level await. */
const TARGETS = ['es2022', 'chrome109', 'firefox115', 'safari16.4'];

const here = import.meta.dirname;
const output = join(here, 'dist');
const fresh = `${output}.new`;

/** `import './page.css'` in a page: the styles come with the page's code and need no inline <style>. */
const adoptedStyles: Plugin = {
  name: 'adopted-styles',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: TARGETS });
      return {
        contents: `const sheet = new CSSStyleSheet();
sheet.replaceSync(${JSON.stringify(code)});
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];`,
        loader: 'js',
      };
    });
  },
};

const common = { bundle: true, minify: true, legalComments: 'none', target: TARGETS, write: true } as const;

/** Code: one chunk an area, and what areas share. */
async function buildCode(): Promise<Metafile> {
  const { metafile } = await build({
    ...common,
    entryPoints: [join(here, 'src/main.tsx')],
    outdir: join(fresh, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    absWorkingDir: here,
    plugins: [adoptedStyles],
  });
  return metafile;
}

/** The styles of every page, linked from index.html so that nothing is drawn without them. */
async function buildStyles(): Promise<string> {
  const { metafile } = await build({
    ...common,
    entryPoints: [join(here, 'src/design/main.css')],
    outdir: join(fresh, 'assets'),
    entryNames: '[name]-[hash]',
    metafile: true,
    absWorkingDir: here,
  });
  return basename(Object.keys(metafile.outputs)[0] ?? '');
}

/** `chunk` and all it imports before it runs, as paths of the metafile. */
function closure(metafile: Metafile, chunk: string, seen = new Set<string>()): Set<string> {
  if (seen.has(chunk)) return seen;
  seen.add(chunk);
  for (const { path, kind } of metafile.outputs[chunk]?.imports ?? []) {
    if (kind === 'import-statement') closure(metafile, path, seen);
  }
  return seen;
}

function outputOf(metafile: Metafile, source: string): string | undefined {
  return Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint === source);
}

async function compress(name: string): Promise<number> {
  const content = await readFile(join(fresh, 'assets', name));
  const quality = { params: { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY } };
  const brotli = brotliCompressSync(content, quality);
  await writeFile(join(fresh, 'assets', `${name}.br`), brotli);
  await writeFile(join(fresh, 'assets', `${name}.gz`), gzipSync(content, { level: 9 }));
  return brotli.length;
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1).padStart(7)} KB`;

async function main(): Promise<boolean> {
  await rm(fresh, { recursive: true, force: true });
  await mkdir(join(fresh, 'assets'), { recursive: true });
  const metafile = await buildCode();
  const styles = await buildStyles();
  const mainChunk = outputOf(metafile, 'src/main.tsx') ?? '';
  const first = closure(metafile, mainChunk);
  const head = [
    `<link rel="stylesheet" href="/assets/${styles}" />`,
    `<script type="module" src="/assets/${basename(mainChunk)}"></script>`,
    ...[...first].slice(1).map((path) => `<link rel="modulepreload" href="/assets/${basename(path)}" />`),
  ];
  const template = await readFile(join(here, 'index.html'), 'utf8');
  const html = template.replace('{{head}}', () => head.join('\n    '));
  await writeFile(join(fresh, 'index.html'), html);

  const sizes = new Map<string, number>();
  for (const path of Object.keys(metafile.outputs)) sizes.set(path, await compress(basename(path)));
  const shell = html.length + (await compress(styles)) + sum(sizes, first);
  console.log(`${kilobytes(shell)}  html, styles and what every page needs (brotli)`);
  let small = true;
  const areas = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  for (const source of areas.filter((one) => one.startsWith('src/pages/')).sort()) {
    const chunks = closure(metafile, outputOf(metafile, source) ?? '');
    const added = sum(sizes, chunks.difference(first));
    const isFirst = FIRST_PAGES.includes(source);
    console.log(`${kilobytes(added)}  ${source}${isFirst ? `; first load ${kilobytes(shell + added).trim()}` : ''}`);
    if (isFirst && shell + added > MOST_FIRST_LOAD) {
      console.error(`the first load with ${source} is larger than ${kilobytes(MOST_FIRST_LOAD).trim()}`);
      small = false;
    }
  }
  if (!small) return false;
  // Who asks in between sees the old pages or the new ones. The digest tells one build from another.
  await writeFile(join(fresh, 'build.txt'), `${createHash('sha256').update(html).digest('hex')}\n`);
  await rm(output, { recursive: true, force: true });
  await rename(fresh, output);
  return true;
}

function sum(sizes: ReadonlyMap<string, number>, paths: ReadonlySet<string>): number {
  return [...paths].reduce((bytes, path) => bytes + (sizes.get(path) ?? 0), 0);
}

process.exitCode = (await main()) ? 0 : 1;
