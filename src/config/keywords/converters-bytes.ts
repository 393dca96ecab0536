/** Converters of bytes: encodings, hashes, cryptography (manual 7.3.1). */

import { getHashes } from 'node:crypto';
import { isVariableName } from '../variable-name.ts';
import { type ConverterEntry, converter } from './converter.ts';
import { validateVariable } from './converters-text.ts';

function validateChunks([separator = '', size = '0', truncate = '0']: readonly string[], digits: boolean) {
  if (digits && (BigInt(size) <= 0n || BigInt(size) > 8n)) return `chunk_size out of [1..8] range (${size})`;
  if (!digits && BigInt(size) <= 0n && (separator !== '' || truncate !== '0')) {
    return `chunk_size needs to be positive (${size})`;
  }
  return truncate === '0' || truncate === '1' ? undefined : `Unsupported truncate value (${truncate})`;
}

const CHUNKS = { arguments: ['string', 'integer', 'integer'], least: 1, since: '2.5' } as const;
const AVALANCHE = { arguments: ['integer'] } as const;

function validateSha2([bits]: readonly string[]): string | undefined {
  if (bits === undefined || ['224', '256', '384', '512'].includes(bits)) return undefined;
  return `Unsupported number of bits: '${bits}'`;
}

/**
 * Those that OpenSSL knows by name; the last ones only by name, so that there never is a result. Keccak is newer than
 * HAProxy 2.6.
 */
function knownDigests(): ReadonlySet<string> {
  const known = getHashes().map((name) => name.toLowerCase());
  const onlyByName = ['md4', 'whirlpool', 'md4withrsaencryption', 'rsa-md4', 'blake2b512', 'blake2s256'];
  return new Set([...known.filter((name) => !name.startsWith('keccak')), ...onlyByName]);
}

function validateDigest([name = '']: readonly string[]): string | undefined {
  if (knownDigests().has(name.toLowerCase())) return undefined;
  return 'algorithm must be a valid OpenSSL message digest name.';
}

/** A variable's name, or base64. */
function validateSecret(text: string): string | undefined {
  if (text === '' || isVariableName(text)) return undefined;
  if (text.length % 4 === 0 && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    return undefined;
  }
  return 'argument needs to be base64 encoded, and can either be a string or a variable';
}

function validateHmac(values: readonly string[]): string | undefined {
  const problem = validateSecret(values[1] ?? '');
  return validateDigest(values) ?? (problem === undefined ? undefined : `failed to parse key : ${problem}`);
}

function validateAes([bits = '', ...secrets]: readonly string[]): string | undefined {
  if (!['128', '192', '256'].includes(bits)) return 'key size must be 128, 192 or 256 (bits).';
  for (const [index, name] of ['nonce', 'key', 'aead_tag'].entries()) {
    const problem = validateSecret(secrets[index] ?? '');
    if (problem !== undefined) return `failed to parse ${name} : ${problem}`;
  }
  return undefined;
}

export const BYTE_CONVERTERS: readonly ConverterEntry[] = [
  converter('base64', 'bin => str', 'Encodes as base64.'),
  converter('b64dec', 'str => bin', 'Decodes base64.', { since: '1.6' }),
  converter('ub64enc', 'bin => str', 'Encodes as base64 for URLs, without padding.', { since: '2.4' }),
  converter('ub64dec', 'str => bin', 'Decodes base64 for URLs.', { since: '2.4' }),
  converter('hex', 'bin => str', 'Two hexadecimal digits a byte.'),
  converter('hex2i', 'str => sint', 'The number that hexadecimal digits stand for.', { since: '1.8' }),
  converter('be2dec(<separator>,<chunk_size>,[<truncate>])', 'bin => str', 'Decimal numbers of so many bytes each.', {
    ...CHUNKS,
    validate: (values) => validateChunks(values, true),
  }),
  converter('be2hex([<separator>],[<chunk_size>],[<truncate>])', 'bin => str', 'Hexadecimal digits in groups.', {
    ...CHUNKS,
    validate: (values) => validateChunks(values, false),
  }),
  converter('bytes(<offset>[,<length>])', 'bin => bin', 'Bytes from an offset on.', {
    arguments: ['integer', 'integer'],
    least: 1,
  }),
  converter('crc32([<avalanche>])', 'bin => sint', 'A 32-bit checksum as of Ethernet and gzip.', AVALANCHE),
  converter('crc32c([<avalanche>])', 'bin => sint', 'A 32-bit checksum as of SCTP.', { ...AVALANCHE, since: '1.9' }),
  converter('djb2([<avalanche>])', 'bin => sint', 'A 32-bit hash.', AVALANCHE),
  converter('sdbm([<avalanche>])', 'bin => sint', 'A 32-bit hash.', AVALANCHE),
  converter('wt6([<avalanche>])', 'bin => sint', 'A 32-bit hash.', AVALANCHE),
  converter('xxh32([<seed>])', 'bin => sint', 'A 32-bit hash.', AVALANCHE),
  converter('xxh64([<seed>])', 'bin => sint', 'A 64-bit hash.', AVALANCHE),
  converter('xxh3([<seed>])', 'bin => sint', 'A 64-bit hash, the fastest.', { ...AVALANCHE, since: '2.4' }),
  converter('sha1', 'bin => bin', 'The SHA-1 digest, 20 bytes.', { since: '1.8' }),
  converter('sha2([<bits>])', 'bin => bin', 'A digest of the SHA-2 family, of 256 bits if not said.', {
    arguments: ['integer'],
    validate: validateSha2,
    since: '2.1',
  }),
  converter('digest(<algorithm>)', 'bin => bin', 'A digest that OpenSSL knows by name.', {
    arguments: ['string'],
    least: 1,
    validate: validateDigest,
    since: '2.2',
  }),
  converter('hmac(<algorithm>,<key>)', 'bin => bin', 'A message authentication code; the key is base64.', {
    arguments: ['string', 'string'],
    least: 2,
    validate: validateHmac,
    since: '2.2',
  }),
  converter('aes_gcm_dec(<bits>,<nonce>,<key>,<aead_tag>)', 'bin => bin', 'Decrypts AES-GCM; the rest is base64.', {
    arguments: ['integer', 'string', 'string', 'string'],
    least: 4,
    validate: validateAes,
    since: '2.1',
  }),
  converter('secure_memcmp(<var>)', 'bin => bool', 'Whether a variable is equal, in constant time.', {
    arguments: ['string'],
    least: 1,
    validate: validateVariable,
    since: '2.2',
  }),
];
