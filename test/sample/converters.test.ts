/** Converters by known values. That they are haproxy's too is tested side by side in `test/interop/expressions`. */
import t from 'tap';
import { evaluate, textOf, withVariables } from './evaluate.ts';
import { options } from './records.ts';

const LONG = 'x'.repeat(16_000);

const VALUES: Readonly<Record<string, string | null>> = {
  // Numbers
  'int(9223372036854775807),add(1)': '9223372036854775807',
  'int(-9223372036854775808),sub(1)': '-9223372036854775808',
  'int(-9223372036854775808),mul(-1)': '9223372036854775807',
  'int(-9223372036854775808),neg': '9223372036854775807',
  'int(-9223372036854775808),div(-1)': '9223372036854775807',
  'int(7),div(0)': '9223372036854775807',
  'int(-7),div(2)': '-3',
  'int(-7),mod(2)': '-1',
  'int(7),mod(0)': '0',
  'int(-1),and(255)': '255',
  'int(4294967296),or(1)': '4294967297',
  'int(5),xor(-1)': '-6',
  'int(0),cpl': '-1',
  'int(-3),odd': '1',
  'int(1),htonl,hex': '00000001',
  'always_true,iif(yes,no)': 'yes',
  // Dates: RFC 9110 section 5.6.7 has the first one.
  'int(784111777),http_date': 'Sun, 06 Nov 1994 08:49:37 GMT',
  'int(784111777),utime("%Y-%m-%dT%H:%M:%SZ %j %U %G-W%V-%u")': '1994-11-06T08:49:37Z 310 45 1994-W44-7',
  'int(0),utime("%-d %_d %05d %^a")': '1  1 00001 THU',
  // Addresses
  'ipv4(10.11.12.13),ipmask(16)': '10.11.0.0',
  'ipv6(2001:db8::1),ipmask(16,32)': '2001:db8::',
  // Text
  'str(Ab),upper': 'AB',
  'str("a,b,,d"),field(-2,",")': '',
  'str("a,b,,d"),word(-2,",")': 'b',
  'str("a,b"),field(3,",")': null,
  'str("a,b"),word(3,",")': '',
  'str(HOST:80),host_only': 'host',
  'str([::1]:80),port_only': '80',
  'str(aXbX),regsub(x,-,gi)': 'a-b-',
  "str(abc),regsub('(a)(b)','\\2\\1')": 'bac',
  'str("en;q=0.5,fr"),language(fr;en)': 'fr',
  'str("a%20b+c"),url_dec(1)': 'a b c',
  'str("a b/c"),url_enc()': 'a%20b%2Fc',
  'str("say \\"hi\\""),json()': 'say \\"hi\\"',
  // RFC 4648 section 10.
  'str(foobar),base64': 'Zm9vYmFy',
  'str(Zm9vYg==),b64dec': 'foob',
  'str(foob),ub64enc': 'Zm9vYg',
  'str(Zm9vYg),ub64dec': 'foob',
  'bin(00ff),hex': '00FF',
  'str(ff),hex2i': '255',
  'bin(000102),be2dec(".",1)': '0.1.2',
  'bin(000102),be2hex(":",2,1)': '0001',
  'str(abcdef),bytes(1,3)': 'bcd',
  // Hashes of "123456789": the check values of the CRC catalogue; the xxHash repository's sanity checks for nothing.
  'str(123456789),crc32': String(0xcbf43926),
  'str(123456789),crc32c': String(0xe3069283),
  'str(),xxh32': String(0x02cc5d05),
  'str(),xxh64': String(BigInt.asIntN(64, 0xef46db3751d8e999n)),
  'str(),xxh3': String(BigInt.asIntN(64, 0x2d06800538d394c2n)),
  // FIPS 180-4 examples, RFC 2202 test case 2.
  'str(abc),sha1,hex': 'A9993E364706816ABA3E25717850C26C9CD0D89D',
  'str(abc),sha2,hex': 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD',
  'str("what do ya want for nothing?"),hmac(md5,SmVmZQ==),hex': '750C783E6AB0B503EAA86E310A5DB738',
  // The GCM specification's test case 2.
  'bin(0388dace60b6a392f328c2b971b2fe78),aes_gcm_dec(128,AAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAAAA==,q25H1CzsE731OmeyEle93w==),hex':
    '00000000000000000000000000000000',
  'bin(0388dace60b6a392f328c2b971b2fe79),aes_gcm_dec(128,AAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAAAA==,q25H1CzsE731OmeyEle93w==),hex':
    null,
  // Messages
  'str(\'{"a":[1,{"b":2.50}]}\'),json_query("$.a[1].b")': '2.5',
  'str(\'{"a":"x"}\'),json_query("$.a")': 'x',
  'str(\'{"a":null}\'),json_query("$.a")': null,
  // The encoding guide's examples: 150, "testing", and a message that holds the first.
  'bin(089601),protobuf(1,uint32)': '150',
  'bin(120774657374696e67),protobuf(2)': 'testing',
  'bin(1a03089601),protobuf(3.1,int32)': '150',
  'bin(0000000003089601),ungrpc(1,int32)': '150',
  // What grows past a buffer of 16 kB is cut, or there is none.
  [`str(${LONG}),hex,length`]: '16384',
  [`str(${LONG}),base64`]: null,
  [`str(${LONG}),concat(${'y'.repeat(1000)}),length`]: '16383',
  [`str(${LONG}),json(),length`]: '16000',
  [`str(${'/'.repeat(16_000)}),json()`]: null,
  [`str(${'/'.repeat(16_000)}),url_enc(),length`]: '16380',
  [`str(${LONG}),regsub(x,yy,g),length`]: '16384',
};

t.test('values are the known ones', async (t) => {
  for (const [expression, value] of Object.entries(VALUES))
    t.equal(textOf(expression), value, expression.slice(0, 120));
});

t.test('arguments may be variables', async (t) => {
  const given = options();
  const where = withVariables(given, ['txn.n=int(5)', 'txn.s=str(text)', 'txn.k=str(SmVmZQ==)']);
  const value = (text: string): string | null => textOf(text, given, where);
  t.equal(value('int(2),add(txn.n)'), '7');
  t.equal(value('int(2),add(txn.none)'), null);
  t.equal(value('str(a),concat(<,txn.s,>)'), 'a<text>');
  t.equal(value('str(a),add_item(",",txn.n)'), 'a,5');
  t.equal(value('str(text),strcmp(txn.s)'), '0');
  t.equal(value('str(tex),strcmp(txn.s)'), '-1');
  t.equal(value('str(text),secure_memcmp(txn.s)'), '1');
  t.equal(value('str("what do ya want for nothing?"),hmac(md5,txn.k),hex'), '750C783E6AB0B503EAA86E310A5DB738');
});

t.test('converters say that more data may come', async (t) => {
  const more = (text: string): boolean | undefined => {
    const parsed = evaluate(text);
    return parsed === null ? undefined : typeof parsed === 'object' && parsed.mayChange;
  };
  t.equal(more('bin(10),mqtt_is_valid'), undefined);
  t.equal(more('bin(2000),mqtt_is_valid'), false);
  t.equal(textOf('bin(20020000),mqtt_is_valid'), '1');
});

t.test('debug tells of what passes', async (t) => {
  const given = options();
  t.equal(textOf('bin(4100ff),debug(here),hex', given), '4100FF');
  t.equal(textOf('int(5),debug', given), '5');
  t.same(
    given.environment.events.events.map(({ text }) => text),
    ['[debug] here: type=bin <A>', '[debug] : type=sint <5>'],
  );
});

const REFUSALS: Readonly<Record<string, string>> = {
  'int(1),add(x)': "invalid args in converter 'add' : expects an integer or a variable name",
  'str(a),field(0,x)': "invalid args in converter 'field' : Unexpected value 0 for index",
  'str(a),nothing': "unknown converter 'nothing'",
  'str(a),ltrim(a,b)': "invalid arg 2 in converter 'ltrim' : expected ')' before ',b)'",
  'ipv6(::1),neg': "converter 'neg' cannot be applied",
  'str(a),in_table(t)': "'in_table' is not implemented yet",
  'str(a),51d.single(x)': "'51d.single' is not implemented yet",
  'str(a),debug(x,nowhere)': "invalid args in converter 'debug' : No such sink 'nowhere'",
};

t.test('what is wrong is said in the words of haproxy', async (t) => {
  for (const [expression, message] of Object.entries(REFUSALS)) {
    t.equal(textOf(expression), `refused: ${message}`, expression);
  }
});
