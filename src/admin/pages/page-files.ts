/**
 * The pages of the web interface as web-ui/build.ts left them. What may be asked for is the list made here at the start:
 * no name of a request ever becomes a path.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** As in Accept-Encoding, the smaller one first; and how the file beside the plain one ends. */
const ENCODINGS = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

export interface PageFile {
  readonly type: string;
  /** As in Content-Encoding; undefined: as it is. */
  readonly encoding: string | undefined;
  readonly content: Buffer;
}

export class PageFiles {
  readonly #directory: string;
  readonly #names: ReadonlySet<string>;
  readonly #index: string;

  constructor(directory: string) {
    this.#directory = join(directory, 'assets');
    this.#names = new Set(readdirSync(this.#directory));
    this.#index = readFileSync(join(directory, 'index.html'), 'utf8');
  }

  /** The page, with a nonce for the `<style>` elements of packages (web-ui/src/application/style-nonce.ts). */
  index(nonce: string): string {
    return this.#index.replace('{{nonce}}', nonce);
  }

  /**
   * @param accepted Accept-Encoding of the request
   * @returns undefined: there is no such file, or not any more (the pages were built anew; the next start knows the new ones)
   * @throws what else reading it throws
   */
  async find(name: string, accepted: string): Promise<PageFile | undefined> {
    const type = TYPES[extname(name)];
    if (type === undefined || !this.#names.has(name)) return undefined;
    const words = accepted.split(',').map((one) => one.trim().toLowerCase());
    const encoding = ENCODINGS.find((one) => words.some((word) => word === one.name || isWanted(word, one.name)));
    const ending = encoding !== undefined && this.#names.has(`${name}${encoding.ending}`) ? encoding.ending : '';
    const content = await readFile(join(this.#directory, `${name}${ending}`)).catch(missing);
    if (content === undefined) return undefined;
    return { type, encoding: ending === '' ? undefined : encoding?.name, content };
  }
}

/** `gzip;q=0.5`, but not `gzip;q=0`. */
function isWanted(word: string, name: string): boolean {
  const quality = new RegExp(`^${name}\\s*;\\s*q=([0-9.]+)$`).exec(word)?.[1];
  return quality !== undefined && Number(quality) > 0;
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Undefined: the pages were not built; the API serves without them. */
export function openPageFiles(directory: string): PageFiles | undefined {
  try {
    return new PageFiles(directory);
  } catch (error) {
    return missing(error as NodeJS.ErrnoException);
  }
}
