/** Runs what a router needs: dnsmasq beside us, nftables' rules in the kernel; or neither. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Companions } from '../companions.ts';
import { dnsmasqText, NFT_NONE, nftText, type RouterFacts } from './router-services.ts';

export interface RouterOptions {
  /** For configurations and leases; there already. */
  readonly directory: string;
  readonly companions: Companions;
  tell(text: string): void;
}

const DNSMASQ = 'dnsmasq';

export class Router {
  readonly #options: RouterOptions;
  readonly #configuration: string;
  /** The rules that are in the kernel, also for the next of us. */
  readonly #rules: string;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#configuration = join(options.directory, 'dnsmasq.conf');
    this.#rules = join(options.directory, 'rules.nft');
  }

  get leaseFile(): string {
    return join(this.#options.directory, 'dnsmasq.leases');
  }

  /** Undefined: this unit is no router. */
  async use(facts: RouterFacts | undefined): Promise<void> {
    await this.#filter(facts === undefined ? undefined : nftText(facts));
    const text = facts === undefined ? undefined : dnsmasqText(facts);
    const { companions } = this.#options;
    if (text === undefined || text !== readText(this.#configuration)) {
      await companions.stop(DNSMASQ);
      rmSync(this.#configuration, { force: true });
    }
    if (text === undefined) return;
    writeFileSync(this.#configuration, text, { mode: 0o644 });
    companions.start(DNSMASQ, ['dnsmasq', `--conf-file=${this.#configuration}`, '--user=root', '--pid-file=']);
  }

  async #filter(text: string | undefined): Promise<void> {
    if (text === undefined && !existsSync(this.#rules)) return;
    const why = await runNft(text ?? NFT_NONE);
    if (why !== undefined) this.#options.tell(`nft: ${why}`);
    else if (text === undefined) rmSync(this.#rules, { force: true });
    else writeFileSync(this.#rules, text, { mode: 0o644 });
  }
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** All or nothing; undefined: done, else why not. */
function runNft(text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile('nft', ['-f', '-'], (error, _out, said) =>
      resolve(error === null ? undefined : said.trim() || error.message),
    );
    // When it cannot be started that is told above.
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
  });
}
