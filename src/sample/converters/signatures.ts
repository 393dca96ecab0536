/** `jwt_verify` (manual 7.3.1): whether the signature of a token in compact form is right (RFC 7515, RFC 7518). */
import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { isVariableName } from '../../config/variable-name.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import type { CompileOptions, SampleContext } from '../context.ts';
import type { Converter } from '../converter.ts';
import { BIN, SINT } from '../sample.ts';
import { decodeUrlBase64 } from './base64.ts';
import { variableText } from './operand.ts';

const WRONG = 0;
const RIGHT = 1;
const UNKNOWN_ALGORITHM = -1;
const UNMANAGED_ALGORITHM = -2;
const INVALID_TOKEN = -3;
const UNKNOWN_KEY = -5;

const ALGORITHM = /^(?:none|([HREP])S(256|384|512))$/;

function signatureOf(text: string): Buffer | undefined {
  const decoded = Buffer.allocUnsafe(text.length + 3);
  const length = decodeUrlBase64(Buffer.from(text, 'latin1'), 0, text.length, decoded);
  return length < 0 ? undefined : decoded.subarray(0, length);
}

function verifyToken(token: string, algorithm: string, key: string, keys: ReadonlyMap<string, KeyObject>): number {
  const found = ALGORITHM.exec(algorithm);
  if (found === null) return UNKNOWN_ALGORITHM;
  const parts = token.split('.');
  const [header = '', claims = '', signed = ''] = parts;
  if (algorithm === 'none') {
    if (parts.length !== 2 && parts.length !== 3) return INVALID_TOKEN;
    return signed === '' ? RIGHT : WRONG;
  }
  if (parts.length !== 3 || signed === '') return INVALID_TOKEN;
  const signature = signatureOf(signed);
  if (signature === undefined) return INVALID_TOKEN;
  const [, family, bits] = found;
  const digest = `sha${bits}`;
  const content = Buffer.from(`${header}.${claims}`, 'latin1');
  if (family === 'P') return UNMANAGED_ALGORITHM;
  if (family === 'H') {
    const expected = createHmac(digest, Buffer.from(key, 'latin1')).update(content).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected) ? RIGHT : WRONG;
  }
  const publicKey = keys.get(key);
  if (publicKey === undefined) return UNKNOWN_KEY;
  // An elliptic key under another name is taken as it is, with signatures as certificates have them.
  if (family === 'E' && publicKey.asymmetricKeyType !== 'ec') return WRONG;
  try {
    const parameters = { key: publicKey, dsaEncoding: family === 'E' ? ('ieee-p1363' as const) : ('der' as const) };
    return verify(digest, content, parameters, signature) ? RIGHT : WRONG;
  } catch {
    // The key is not one for such signatures, or the signature has no right form: it is not right.
    return WRONG;
  }
}

/** A constant, or what a variable holds; undefined when it holds nothing. */
function textOf(text: string, options: CompileOptions): (context: SampleContext) => string | undefined {
  if (!isVariableName(text)) return () => text;
  const variable = variableText(text, options);
  return (context) => variable(context)?.text();
}

const JWT_VERIFY: Converter = {
  input: BIN,
  output: SINT,
  make: (args, options) => {
    const algorithm = textOf(args[0] ?? '', options);
    const key = textOf(args[1] ?? '', options);
    const { publicKeys } = options.environment;
    // The configuration's reader has put the file's contents behind its name, if it could.
    const [, file = '', contents] = args;
    if (contents !== undefined) publicKeys.set(file, createPublicKey(Buffer.from(contents, 'latin1')));
    return (sample, context) => {
      const algorithmName = algorithm(context);
      const keyText = key(context);
      if (algorithmName === undefined || keyText === undefined) return false;
      const token = latin1Text(sample.bytes, sample.start, sample.end);
      return sample.setInteger(verifyToken(token, algorithmName, keyText, publicKeys));
    };
  },
};

export const SIGNATURE_CONVERTERS: readonly (readonly [string, Converter])[] = [['jwt_verify', JWT_VERIFY]];
