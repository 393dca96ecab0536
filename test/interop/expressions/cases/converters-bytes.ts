/** Converters of bytes: encodings, hashes, digests, decryption. */
import type { ExpressionTopic } from '../case.ts';

/** Lengths on both sides of the steps in which hashes read their input. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 200, 240, 241, 300];

function bytesOf(length: number): string {
  return Array.from({ length }, (_, i) => ((i * 37 + 201) & 255).toString(16).padStart(2, '0')).join('');
}

/** haproxy takes no empty `bin()`. */
function input(length: number): string {
  return length === 0 ? 'str()' : `bin(${bytesOf(length)})`;
}

const inputs = LENGTHS.map(input);
const few = [0, 1, 16, 40, 130, 1100].map(input);

const HASHES = ['sdbm', 'djb2', 'wt6', 'crc32', 'crc32c', 'xxh32', 'xxh64', 'xxh3'];
const hashes = [
  ...HASHES.flatMap((hash) => inputs.map((input) => `${input},${hash}`)),
  ...HASHES.flatMap((hash) => few.flatMap((input) => [`${input},${hash}(1)`, `${input},${hash}(0)`])),
  ...['xxh32', 'xxh64', 'xxh3'].flatMap((hash) =>
    few.flatMap((input) => [`${input},${hash}(-77777777777)`, `${input},${hash}(4294967295)`]),
  ),
  ...HASHES.map((hash) => `str(HAProxy),${hash}`),
  ...HASHES.map((hash) => `int(5),${hash}`),
];

const DIGESTS = [
  'sha1',
  'sha2',
  'sha2(224)',
  'sha2(384)',
  'sha2(512)',
  'digest(md5)',
  'digest(SHA256)',
  'digest(sha3-256)',
];
const MORE_DIGESTS = ['digest(RSA-SHA1)', 'digest(md4)', 'digest(blake2b512)', 'digest(ripemd160)', 'digest(sm3)'];
const ODD_DIGESTS = [
  'md5-sha1',
  'rmd160',
  'ripemd',
  'ssl3-md5',
  'shake128',
  'SHA512-224',
  'whirlpool',
  'RSA-SHA3-256',
].map((name) => `digest(${name})`);
const MACS = ['hmac(sha256,a2V5)', 'hmac(md5,"")', 'hmac(sha1,txn.key)', 'hmac(sha1,txn.bad)', 'hmac(sha1,txn.none)'];
const digests = [...DIGESTS, ...MORE_DIGESTS, ...ODD_DIGESTS, ...MACS].flatMap((digest) =>
  few.slice(0, 4).map((input) => `${input},${digest},hex`),
);

const encoding = ['base64', 'ub64enc', 'hex'].flatMap((name) =>
  [...few, 'bin(fb)', 'bin(fbff)', 'bin(fbffbf)', 'bin(0000)'].map((input) => `${input},${name}`),
);

const BASE64 = ['', 'TQ==', 'TWE=', 'TWFu', 'TWF', 'TQ', 'TQ=', '====', 'T===', 'TQ==TQ==', 'TQ=a', '+/+/', '-_-_'];
const MORE_BASE64 = ['TW F', 'TWF*', '=TWF', 'T=', 'TWFuTQ', 'TWFuT', 'TWFu\\n'];
const decoding = [...BASE64, ...MORE_BASE64].flatMap((text) => [
  `str("${text}"),b64dec,hex`,
  `str("${text}"),ub64dec,hex`,
]);

const hexadecimal = [
  '',
  '0',
  'ff',
  'FF',
  '7fffffffffffffff',
  'ffffffffffffffff',
  '123456789abcdef01',
  'fg',
  '0x1',
  '-1',
].map((digits) => `str("${digits}"),hex2i`);

const GROUPS = ['"-",1', '"-",2', '"",3', '":",8', '"--",5,1', '"",2,1', '",",3,0'];
const grouped = [
  ...['be2dec', 'be2hex'].flatMap((name) =>
    GROUPS.flatMap((args) =>
      ['str()', 'bin(ff)', 'bin(000102030405060708090aff)'].map((input) => `${input},${name}(${args})`),
    ),
  ),
  'bin(01020304),be2hex()',
  'bin(01020304),be2hex("",0)',
  'bin(01020304),be2hex(,-5)',
  'bin(01020304),be2hex',
  'bin(0102030405060708090a0b),be2hex(".",9)',
];

const ranges = ['0', '1', '2,2', '3,0', '3,', '10', '4', '0,100', '-1', '1,-1', '9999999999'].flatMap((args) => [
  `bin(01020304),bytes(${args}),hex`,
  `str(abcd),bytes(${args}),length`,
]);

// AES-128 and AES-256 of "secret" with the key and nonce below; tags as made by OpenSSL.
const decryption = [
  'bin(0388dace60b6),aes_gcm_dec(128,AAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAAAA==,AAAAAAAAAAAAAAAAAAAAAA==),hex',
  'str(),aes_gcm_dec(128,AAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAAAA==,WOL8zvp+MGE2fx1XpOdFWg==),length',
  'bin(0388dace60b6a392f328c2b971b2fe78),aes_gcm_dec(128,AAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAAAA==,q25H1CzsE731OmeyEle93w==),hex',
  'bin(0388dace60b6a392f328c2b971b2fe78),aes_gcm_dec(128,txn.nonce,txn.aes,txn.tag),hex',
  'bin(0388dace60b6a392f328c2b971b2fe78),aes_gcm_dec(128,txn.nonce,txn.none,txn.tag),hex',
  'bin(0388dace60b6a392f328c2b971b2fe79),aes_gcm_dec(128,txn.nonce,txn.aes,txn.tag),hex',
];

const refused = [
  'bin(00),sha2(128)',
  'bin(00),digest(nonsense)',
  'bin(00),hmac(sha1)',
  'bin(00),hmac(sha1,abc)',
  'bin(00),hmac(sha1,"ab=c")',
  'bin(00),hmac(nonsense,a2V5)',
  'bin(00),aes_gcm_dec(64,a,b,c)',
  'bin(00),aes_gcm_dec(128,a,b,c)',
  'bin(00),aes_gcm_dec(128,AAAA,b,c)',
  'bin(00),aes_gcm_dec(128,AAAA,AAAA,c)',
  'bin(00),be2dec()',
  'bin(00),be2dec("",9)',
  'bin(00),be2dec("",1,2)',
  'bin(00),be2hex(":")',
  'bin(00),be2hex("",0,1)',
  'bin(00),be2hex("",1,7)',
  'bin(00),bytes',
  'bin(00),bytes(x)',
  'bin(00),crc32(x)',
  'bin(00),hex(1)',
];

export const CONVERTERS_BYTES: ExpressionTopic = {
  name: 'converters of bytes',
  lines: [
    'http-request set-var(txn.key) str(a2V5)',
    'http-request set-var(txn.bad) str(a2V)',
    'http-request set-var(txn.nonce) str(AAAAAAAAAAAAAAAA)',
    'http-request set-var(txn.aes) str(AAAAAAAAAAAAAAAAAAAAAA==)',
    'http-request set-var(txn.tag) str(q25H1CzsE731OmeyEle93w==)',
  ],
  cases: [
    ...[...hashes, ...digests, ...encoding, ...decoding, ...hexadecimal, ...grouped, ...ranges, ...decryption].map(
      (expression) => ({ expression }),
    ),
    ...refused.map((expression) => ({ expression, refused: true })),
  ],
};
