/** Converters of text: cases, trimming, parts, joining, replacing, preferences, URLs, JSON. */
import { type ExpressionTopic, onRequest, requestOf } from '../case.ts';

const simple = [
  'str(aBc-Zz09),lower',
  'str(aBc-Zz09),upper',
  'bin(c3a4c384),upper,hex',
  'str(),length',
  'str(abc),length',
  'bin(610062),length',
  'bin(610d0a62),cut_crlf',
  'bin(610a0d),cut_crlf',
  'bin(0d61),cut_crlf,length',
  'str(abc),cut_crlf',
  'str(xxabcxx),ltrim(x)',
  'str(xxabcxx),rtrim(x)',
  'str(xyabc),ltrim("yx")',
  'str(xxxx),ltrim(x),length',
  'str(xxxx),rtrim(x),length',
  'str(abc),ltrim()',
  'str(a),language',
  'str(abc),rtrim()',
  'str("  ab  "),ltrim(" "),rtrim(" ")',
];

const HOSTS = ['www.Example.COM', 'host:80', '127.0.0.1:8080', '[::1]', '[::1]:443', '[2001:DB8::1]:', 'host:', ':80'];
const MORE_HOSTS = ['a]:1', 'x:y:z', '', '1234', 'a:1:2', 'host:99999999999', '::1', 'host:8x'];
const hosts = [...HOSTS, ...MORE_HOSTS].flatMap((host) => [`str("${host}"),host_only`, `str("${host}"),port_only`]);

const PART_INPUTS = ['a,b,c,d', ',,a,,b,', 'abc', '', ',', 'a;b,c'];
const PART_ARGUMENTS = ['1,","', '2,","', '-1,","', '-2,","', '5,","', '-9,","', '2,",",2', '1,",",0', '-1,",",2'];
const MORE_ARGUMENTS = ['1,";,"', '3,",",-1', '-3,",",0', '2,"ab",5'];
const parts = ['field', 'word'].flatMap((name) =>
  PART_INPUTS.flatMap((input) =>
    [...PART_ARGUMENTS, ...MORE_ARGUMENTS].map((args) => `str("${input}"),${name}(${args})`),
  ),
);

const joining = [
  'str(a),concat(b)',
  'str(a),concat()',
  'str(a),concat',
  'str(a),concat(b,txn.text,c)',
  'str(a),concat(,txn.number)',
  'str(a),concat(<,txn.none,>)',
  'str(a),concat(,,c)',
  'str(a),concat(,txn.address)',
  'str(a),concat("-",txn.bytes)',
  'str(a),concat("-",txn.method)',
  'str(a),add_item(",",txn.text)',
  'str(),add_item(",",txn.text)',
  'str(a),add_item(",",txn.none)',
  'str(a),add_item(",",txn.none,x)',
  'str(a),add_item(",",,x)',
  'str(a),add_item(",",txn.empty)',
  'str(a),add_item(",",txn.number,"!")',
  'str(text),strcmp(txn.text)',
  'str(texT),strcmp(txn.text)',
  'str(tex),strcmp(txn.text)',
  'str(texts),strcmp(txn.text)',
  'str(zebra),strcmp(txn.text)',
  'str(zebra),strcmp(txn.none)',
  'str(12),strcmp(txn.number)',
  'bin(ff),strcmp(txn.text)',
  'str(text),secure_memcmp(txn.text)',
  'str(texT),secure_memcmp(txn.text)',
  'str(tex),secure_memcmp(txn.text)',
  'str(tex),secure_memcmp(txn.none)',
  'str(),secure_memcmp(txn.empty)',
  'bin(000000000000000c),secure_memcmp(txn.number)',
];

const REPLACEMENTS = [
  'regsub(b,X)',
  'regsub(b,X,g)',
  'regsub(B,X,gi)',
  'regsub(B,X)',
  "regsub('x*',-,g)",
  "regsub('x*',-)",
  "regsub('b*',-,g)",
  "regsub('^a',X,g)",
  "regsub('$',X,g)",
  "regsub('(.)(.)','\\2\\1',g)",
  "regsub('(.)(z)?','<\\1\\2>',g)",
  "regsub('b','\\x41\\\\')",
  "regsub('b','\\0\\0',g)",
  "regsub('b|$','-',g)",
  "regsub('(?=b)','-',g)",
  "regsub('c','',g)",
  "regsub('\\bb','X',g)",
  "regsub('[bc]','\\x2f',g)",
];
const replacing = REPLACEMENTS.flatMap((converter) =>
  ['abcb', 'bab', 'b', ''].map((text) => `str(${text}),${converter}`),
);

const LANGUAGES = ['fr;en', 'en;fr', 'fr-ch;de', 'es', 'en-gb', 'da;sv;no', 'fr;en,xx', 'es,default', 'es,'];
const ACCEPTS = [
  'fr-ch, fr;q=0.9, en;q=0.8',
  'en ; q = 0.5 , fr;q=0.501',
  'da, en-gb;q=0.8',
  'fr;q=0,en;q=0.',
  '*',
  ';q=1,en',
];
const preferences = ACCEPTS.flatMap((accept) =>
  onRequest(
    requestOf('GET /', ['Host: a', `Accept-Language: ${accept}`]),
    LANGUAGES.map((languages) => `req.fhdr(accept-language),language(${languages})`),
  ),
);

const ENCODED = ['a%20b+c', 'a+b?c+d', '%', '%4', '%4g', '%zz', '%41%42', 'a%00b', '%e4%F6', '', '%25'];
const urls = ENCODED.flatMap((text) =>
  ['url_dec', 'url_dec(0)', 'url_dec(1)'].map((name) => `str("${text}"),${name},hex`),
);
const encoding = [
  'str("a b/c?d=e&f~g_h.i-j%"),url_enc()',
  'bin(00ff7f20),url_enc(query)',
  'str(),url_enc()',
  'str(ä),url_enc',
];

const TYPES = ['', 'ascii', 'utf8', 'utf8s', 'utf8p', 'utf8ps'];
const JSON_TEXTS = [
  'str("a\\"b/c")',
  'bin(5c080c0d0a09)',
  'bin(001f7f80ff)',
  'bin(c3a4)',
  'bin(c3)',
  'bin(c080)',
  'bin(eda080)',
  'bin(efbfbe)',
  'bin(f09f9880)',
  'bin(e282ac41)',
  'bin(f8888080804142)',
  'bin(fc848080808041)',
  'bin(e28241)',
  'bin(fe41)',
  'str()',
];
const json = JSON_TEXTS.flatMap((text) => TYPES.map((type) => `${text},json(${type})`));

const refused = [
  'str(a),field(0,x)',
  'str(a),field(1,"")',
  'str(a),word(1)',
  'str(a),field(x,y)',
  'str(a),concat(a,b.c)',
  'str(a),concat(a,txn.b c)',
  'str(a),add_item(",")',
  'str(a),add_item(",",,)',
  'str(a),strcmp()',
  'str(a),strcmp(abc)',
  'str(a),secure_memcmp(abc)',
  'str(a),regsub(a)',
  'str(a),regsub(a,b,x)',
  "str(a),regsub('(',b)",
  'str(a),url_enc(path)',
  'str(a),json(utf16)',
  'str(a),upper(x)',
  'str(a),ltrim(a,b)',
];

export const CONVERTERS_TEXT: ExpressionTopic = {
  name: 'converters of text',
  lines: [
    'http-request set-var(txn.text) str(text)',
    'http-request set-var(txn.number) int(12)',
    'http-request set-var(txn.address) src',
    'http-request set-var(txn.bytes) bin(616200)',
    'http-request set-var(txn.method) method',
    'http-request set-var(txn.empty) str()',
  ],
  cases: [
    ...[...simple, ...hosts, ...parts, ...joining, ...replacing, ...urls, ...encoding, ...json].map((expression) => ({
      expression,
    })),
    ...preferences,
    ...refused.map((expression) => ({ expression, refused: true })),
  ],
};
