/** Makes an update bundle out of a slot's squashfs, and the key pair it is signed with when there is none. */

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bundleHead } from './bundle-bytes.ts';
import { makeKeyIfAbsent, publicText, readSigningKey } from './signing-key.ts';

const USAGE = `Usage: make-bundle.ts --key FILE --payload FILE --version TEXT --build TEXT --board NAME... --out FILE
       make-bundle.ts --key FILE --public-key FILE

  --key FILE         Ed25519 private key (PKCS 8, PEM); made when it is not there: a key for development
  --payload FILE     the squashfs of a slot
  --version TEXT     of the product
  --build TEXT       of this very build
  --board NAME       a board it runs on: an id, or a name of a device tree (again for more)
  --out FILE         the bundle: mahalo-<version>-<board family>.update
  --public-key FILE  write the public half there: it belongs into /usr/share/mahalo/keys of an image
`;

const OPTIONS = {
  key: { type: 'string' },
  payload: { type: 'string' },
  version: { type: 'string' },
  build: { type: 'string' },
  board: { type: 'string', multiple: true },
  out: { type: 'string' },
  'public-key': { type: 'string' },
} as const;

function main(): void {
  const { values } = parseArgs({ options: OPTIONS });
  const { key: keyPath, payload, version, build, board: boards, out, 'public-key': publicKey } = values;
  if (keyPath === undefined) throw new Error('--key is missing');
  if (makeKeyIfAbsent(keyPath)) process.stderr.write(`${keyPath}: a new key, for development only\n`);
  const key = readSigningKey(keyPath);
  if (publicKey !== undefined) writeFileSync(publicKey, publicText(key));
  if (payload === undefined && publicKey !== undefined) return;
  if (!payload || !version || !build || !boards || !out) throw new Error('something is missing');
  const bytes = readFileSync(payload);
  writeFileSync(out, Buffer.concat([bundleHead(bytes, { version, build, boards }, key), bytes]));
  process.stdout.write(`${out}: version ${version}, build ${build}, for ${boards.join(', ')}, ${bytes.length} bytes\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`make-bundle: ${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 1;
}
