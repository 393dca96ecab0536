/** `aes_gcm_dec` (manual 7.3.1): AES in Galois/counter mode, with a nonce, a key and a tag that are base64 or variables. */
import { createDecipheriv } from 'node:crypto';
import type { Converter } from '../converter.ts';
import { BIN, takeScratch } from '../sample.ts';
import { compileSecret } from './hashing.ts';

/** Undefined when it does not decrypt: a wrong tag, or sizes that the cipher does not know. */
function decrypt(bits: string, secrets: readonly Buffer[], input: Buffer): Buffer | undefined {
  const [nonce, key, tag] = secrets as readonly [Buffer, Buffer, Buffer];
  const size = Number(bits) / 8;
  if (key.length < size) return undefined;
  try {
    const options = { authTagLength: tag.length };
    const cipher = createDecipheriv(`aes-${bits}-gcm` as 'aes-128-gcm', key.subarray(0, size), nonce, options);
    cipher.setAuthTag(tag);
    return Buffer.concat([cipher.update(input), cipher.final()]);
  } catch {
    // OpenSSL says no more than that it failed; to HAProxy there is no sample then.
    return undefined;
  }
}

const AES_GCM_DEC: Converter = {
  input: BIN,
  output: BIN,
  make: (args, options) => {
    const [bits = '', ...texts] = args;
    const readers = texts.map((text) => compileSecret(text, options));
    return (sample, context) => {
      const secrets: Buffer[] = [];
      for (const read of readers) {
        const secret = read(context);
        if (secret === undefined) return false;
        secrets.push(secret);
      }
      const output = decrypt(bits, secrets, sample.bytes.subarray(sample.start, sample.end));
      if (output === undefined) return false;
      const piece = takeScratch(output.length);
      output.copy(piece);
      return sample.setBytes(BIN, piece, 0, output.length);
    };
  },
};

export const DECRYPTION_CONVERTERS: readonly (readonly [string, Converter])[] = [['aes_gcm_dec', AES_GCM_DEC]];
