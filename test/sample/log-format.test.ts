import fc from 'fast-check';
import t from 'tap';
import { builtInFormat } from '../../src/config/keywords/log-formats.ts';
import { keepString } from '../../src/sample/kept-text.ts';
import { compileFormat, connectFormat, logFormat } from '../../src/sample/log-format.ts';
import { compileVariable } from '../../src/sample/log-variables.ts';
import { context, kept, options, record } from './records.ts';

process.env['TZ'] = 'UTC';

const write = (text: string, changes = {}) => compileFormat(logFormat(text), options('log')).write(record(changes));

t.test('the three built-in formats', (t) => {
  t.equal(
    compileFormat(logFormat(builtInFormat('httplog')), options('log')).write(record()),
    '192.0.2.7:4000 [21/Nov/2026:09:08:07.065] web app/one 5/1/2/4/20 200 345 - - ---- 1/2/3/4/0 0/0 "GET /a?b HTTP/1.1"',
  );
  t.equal(
    compileFormat(logFormat(builtInFormat('tcplog')), options('log')).write(record({ isHttp: false, requestMs: 0 })),
    '192.0.2.7:4000 [21/Nov/2026:09:08:07.065] web app/one 6/2/20 345 -- 1/2/3/4/0 0/0',
  );
  t.equal(
    compileFormat(logFormat(builtInFormat('httplog clf')), options('log')).write(record()),
    '192.0.2.7 - - [21/Nov/2026:09:08:07 +0000] "GET /a?b HTTP/1.1" 200 345 "" "" 4000 065 "web" "app" "one" ' +
      '5 1 2 4 20 ---- 1 2 3 4 0 0 0 "" "" ',
  );
  t.equal(
    compileFormat(connectFormat('http'), options('log')).write(record()),
    'Connect from 192.0.2.7:4000 to 192.0.2.1:80 (web/HTTP)',
  );
  t.end();
});

t.test('captures stand in braces, and leave no second blank when there are none', (t) => {
  const captures = { requestCaptures: kept(['a|b', null]), responseCaptures: kept(['\xe9{"#}']) };
  t.equal(write('x %hr %hs y', captures), 'x {a#7Cb|} {#E9#7B#22#23#7D} y');
  t.equal(write('x %hr %hs y'), 'x y');
  t.equal(write('%hrl %hsl', captures), 'a#7Cb - #E9#7B#22#23#7D');
  t.equal(write('%{+Q}hr %{+Q}hrl', captures), '"{a#7Cb|}" "a#7Cb" ""');
  t.end();
});

t.test('request lines are encoded and cut into parts', (t) => {
  const odd = { requestLine: keepString('GET /a"b\x01\xff#c?d=e f HTTP/1.1') };
  t.equal(write('%{+Q}r', odd), '"GET /a#22b#01#FF#23c?d=e f HTTP/1.1"');
  const line = { requestLine: keepString('GET http://h/a/b?c=d HTTP/1.1') };
  t.equal(write('%HM|%HP|%HPO|%HQ|%HU|%HV', line), 'GET|http://h/a/b|/a/b|?c=d|http://h/a/b?c=d|HTTP/1.1');
  t.equal(write('%HM|%HP|%HQ|%HV|%{+Q}r', { requestLine: null }), '<BADREQ>|<BADREQ>|<BADREQ>|<BADREQ>|"<BADREQ>"');
  t.equal(write('%HV', { requestLine: keepString('GET /') }), 'HTTP/0.9');
  t.end();
});

t.test('times that were never reached are -1', (t) => {
  const cut = { requestMs: -1, queueMs: -1, connectMs: -1, dataMs: -1, closeMs: 30 };
  t.equal(write('%TR/%Tw/%Tc/%Tr/%Td/%Ta/%Tt', cut), '-1/-1/-1/-1/-1/30/30');
  const late = { idleMs: 3, handshakeMs: 1, early: true };
  t.equal(write('%Th %Ti %TR %Tq %Ta %Tt %Tu %B', late), '1 3 1 5 +16 +20 +17 +345');
  t.end();
});

t.test('flags quote, escape, write hexadecimal and stand in for nothing', (t) => {
  t.equal(write('%{+X}ci:%{+X}cp %{+X}rt %{+X}pid %{+X}ms'), 'C0000207:0FA0 00FF 0011 41');
  t.equal(write('%{+Q}b %{+E}ID %{+Q,+E}ID', { uniqueId: 'a"]\\' }), '"app" a\\"\\]\\\\ "a\\"\\]\\\\"');
  t.equal(write('%CC %{-M}CC %{+Q}CC.', {}), '-  "".');
  t.equal(write('%bi %si %sp'), '- - -');
  t.end();
});

t.test('dates in three shapes', (t) => {
  t.equal(write('%t|%T|%Tl', {}), '21/Nov/2026:09:08:07.065|21/Nov/2026:09:08:07 +0000|21/Nov/2026:09:08:07 +0000');
  t.equal(write('%tr|%trg|%Ts', { idleMs: 1000 }), '21/Nov/2026:09:08:08.065|21/Nov/2026:09:08:08 +0000|1795252087');
  t.end();
});

t.test('expressions take part, blanks of values stay', (t) => {
  const flags = { quote: false, hex: false, escape: false, mandatory: false };
  const expression = (fetch: string, args: readonly string[] = [], converters: readonly string[] = []) => ({
    kind: 'expression' as const,
    flags,
    expression: { fetch, args, converters: converters.map((name) => ({ name, args: [] })) },
  });
  const request = context(['GET /Up?q HTTP/1.1', 'Host: h', 'A: one, Two', 'A: three']);
  const pieces = [
    { kind: 'text' as const, text: ' a  b ' },
    expression('req.hdr', ['a']),
    { kind: 'text' as const, text: ' ' },
    expression('req.hdr', ['a', '2'], ['upper']),
    { kind: 'text' as const, text: ' ' },
    expression('path', [], ['lower']),
    expression('req.hdr', ['none']),
    { kind: 'text' as const, text: ' ' },
    expression('src'),
    expression('req.hdr_cnt', ['a']),
  ];
  const compiled = compileFormat({ text: '', pieces, use: 'text' }, options());
  t.equal(compiled.write({ ...record(), ...request }), ' a  b three TWO /up 192.0.2.73');
  t.end();
});

t.test('what is not implemented is refused by name', (t) => {
  const flags = { quote: false, hex: false, escape: false, mandatory: false };
  t.throws(() => compileVariable('none', flags), { message: "'%none' is not implemented yet" });
  t.end();
});

t.test('a format compiled for nothing captured writes what any other writes when nothing was', (t) => {
  const piece = fc.constantFrom('%hr', '%hs', '%hrl', '%hsl', '%b', '%s', '-x', ' ', '  ', '%[int(1)]', '%{+Q}o');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const format = logFormat(pieces.join(''));
      const general = compileFormat(format, options('log'));
      const special = compileFormat(format, options('log'), { request: false, response: false });
      return special.write(record()) === general.write(record());
    }),
  );
  t.end();
});
