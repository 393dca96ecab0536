/** Update bundles for tests: the image's slot as another version, healthy or not, signed by whom. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHead } from '../../firmware/bundle/bundle-bytes.ts';
import { readSigningKey } from '../../firmware/bundle/signing-key.ts';
import { SIGNING_KEY } from '../../firmware/emulator/run/image.ts';

const BUILDER = join(import.meta.dirname, '../../firmware/emulator/image/main.ts');
const BUILD_MS = 600_000;
/** What starts right after the kernel, and starts the machine anew before anybody could call it healthy. */
const NEVER_HEALTHY = '::sysinit:/bin/sh -c "echo this build is never healthy; reboot -f"\n';

export interface Build {
  readonly version: string;
  /** It boots, and starts anew at once. */
  readonly neverHealthy?: boolean;
}

export class Bundles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The squashfs of a slot. */
  #slot({ version, neverHealthy = false }: Build): Buffer {
    const slot = join(this.#directory, `${version}.squashfs`);
    const words = ['--version', version, '--slot', slot];
    if (neverHealthy) {
      const etc = join(this.#directory, `${version}-etc`);
      mkdirSync(etc);
      writeFileSync(join(etc, 'inittab'), NEVER_HEALTHY);
      words.push('--etc', etc);
    }
    const { status, stderr } = spawnSync(process.execPath, [BUILDER, ...words], {
      encoding: 'utf8',
      timeout: BUILD_MS,
    });
    if (status !== 0) throw new Error(`no slot of version ${version}: ${stderr}`);
    return readFileSync(slot);
  }

  /** @param key whose signature it carries; the one that the image trusts */
  make(build: Build, key: KeyObject = readSigningKey(SIGNING_KEY)): string {
    const slot = this.#slot(build);
    const file = join(this.#directory, `${build.version}.update`);
    const facts = { version: build.version, build: `test of ${build.version}`, boards: ['qemu-virt'] };
    writeFileSync(file, Buffer.concat([bundleHead(slot, facts, key), slot]));
    return file;
  }

  /** One bit of the payload is another one, near its end. */
  flipped(bundle: string): string {
    const bytes = readFileSync(bundle);
    const at = bytes.length - 100_000;
    bytes[at] = bytes[at]! ^ 1;
    const file = `${bundle}.flipped`;
    writeFileSync(file, bytes);
    return file;
  }

  /** Signed by somebody nobody knows. */
  static strangersKey(): KeyObject {
    return generateKeyPairSync('ed25519').privateKey;
  }
}
