import t from 'tap';
import { areaOf, viewOf } from '../../src/http/copy-bytes.ts';
import { Http1Head } from '../../src/http/h1-head.ts';
import { headerLine } from '../../src/http/h1-header-line.ts';
import { COMPLETE, NEED_MORE } from '../../src/http/h1-verdict.ts';
import { hashName } from '../../src/http/header-hash.ts';
import { METHOD_CONNECT, METHOD_GET, METHOD_OTHER, methodNumber } from '../../src/http/methods.ts';

const OPTIONS = { maxHeaders: 101, acceptInvalid: false };

function parsed(kind: 'request' | 'response', text: string, head = new Http1Head()): Http1Head {
  const bytes = Buffer.from(text, 'latin1');
  head.begin(kind, bytes, 0, OPTIONS, viewOf(bytes));
  t.equal(head.parse(bytes.length), COMPLETE, `complete: ${JSON.stringify(text.slice(0, 40))}`);
  return head;
}

function written(head: Http1Head): string {
  const out = Buffer.alloc(head.sizeEstimate);
  return out.toString('latin1', 0, head.writeTo(areaOf(out), 0));
}

const REQUEST = 'GET /a?b HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nX-Two: 2\r\nX-One: 3\r\n\r\n';

t.test('a request shows its parts as offsets', (t) => {
  const head = parsed('request', REQUEST);
  t.equal(head.method, METHOD_GET);
  t.equal(head.uriString(), '/a?b');
  t.equal(head.versionString(), 'HTTP/1.1');
  t.equal(head.count, 4);
  t.equal(head.header('x-TWO'), '2');
  t.equal(head.header('x-three'), undefined);
  t.equal(head.find(hashName('X-One'), 'x-one', 2), 3);
  t.equal(head.hostIndex, 0);
  t.equal(head.headEnd, REQUEST.length);
  t.equal(head.edited, false);
  t.end();
});

t.test('a response shows its status, reason and framing', (t) => {
  const head = parsed('response', 'HTTP/1.0 404 Not Found\r\nContent-Length: 12\r\nConnection: close\r\n\r\n');
  t.equal(head.status, 404);
  t.equal(head.reasonString(), 'Not Found');
  t.equal(head.versionMinor, 0);
  t.equal(head.contentLength, 12);
  t.equal(head.connectionClose, true);
  t.equal(head.header('connection'), undefined, 'close concerns one hop only');
  t.end();
});

t.test('an untouched message is written as it came', (t) => {
  t.equal(written(parsed('request', REQUEST)), REQUEST);
  t.end();
});

t.test('a replaced value stands where the old one stood', (t) => {
  const head = parsed('request', REQUEST);
  const replace = (index: number, text: string) =>
    head.replaceValue(index, head.valueStart[index] as number, head.valueEnd[index] as number, text);
  replace(1, 'first');
  replace(1, 'again');
  head.addHeader('X-Three', '4');
  replace(4, 'four');
  replace(3, '');
  head.removeAt(2);
  const now = 'GET /a?b HTTP/1.1\r\nHost: h\r\nX-One: again\r\nX-One: \r\nX-Three: four\r\n\r\n';
  t.equal(written(head), now);
  t.equal(head.valueString(1), 'again');
  t.equal(head.find(hashName('x-three'), 'x-three'), 4);
  const moved = Buffer.concat([Buffer.alloc(10), head.bytes]);
  head.rebase(moved, 10);
  t.equal(written(head), now, 'also after the bytes have moved');
  head.removeAll(hashName('x-one'), 'x-one');
  t.equal(written(head), 'GET /a?b HTTP/1.1\r\nHost: h\r\nX-Three: four\r\n\r\n');
  const next = parsed('request', REQUEST, head);
  t.equal(written(next), REQUEST, 'the next message knows nothing of it');
  t.end();
});

t.test('a part of a value is replaced, also in a head that is spelt anew', (t) => {
  const head = parsed('request', 'GET / HTTP/1.1\nHost: h\nX-A: a, b, c\n\n');
  const start = (head.valueStart[1] as number) + 2;
  head.replaceValue(1, start, start + 2, 'XYZ');
  t.equal(written(head), 'GET / HTTP/1.1\r\nHost: h\r\nX-A: a,XYZ, c\r\n\r\n');
  t.end();
});

t.test('headers are removed, added and set', (t) => {
  const head = parsed('request', REQUEST);
  t.equal(head.removeAll(hashName('x-one'), 'x-one'), 2);
  head.addHeader('X-Three', '4');
  head.addLine(headerLine('X-Forwarded-For', '192.0.2.1'));
  t.equal(head.header('x-forwarded-for'), '192.0.2.1');
  head.setHeader('X-Three', Buffer.from('5'));
  t.equal(
    written(head),
    'GET /a?b HTTP/1.1\r\nHost: h\r\nX-Two: 2\r\nX-Forwarded-For: 192.0.2.1\r\nX-Three: 5\r\n\r\n',
  );
  head.removeAt(head.hostIndex);
  t.equal(head.hostIndex, -1);
  t.equal(head.removeAll(hashName('nothing'), 'nothing'), 0);
  t.end();
});

t.test('the start line can be replaced', (t) => {
  const head = parsed('request', REQUEST);
  head.setUri('/other');
  t.equal(head.uriString(), '/other');
  t.ok(written(head).startsWith('GET /other HTTP/1.1\r\nHost: h\r\n'));
  const response = parsed('response', 'HTTP/1.1 200 OK\r\nA: b\r\n\r\n');
  response.replaceStatusLine(503, 'Gone Fishing');
  t.equal(written(response), 'HTTP/1.1 503 Gone Fishing\r\nA: b\r\n\r\n');
  t.end();
});

t.test('a reused head forgets the last message', (t) => {
  const head = parsed('request', REQUEST);
  head.addHeader('A', 'b');
  head.removeAt(1);
  head.setUri('/x');
  parsed('response', 'HTTP/1.1 200 OK\r\n\r\n', head);
  t.equal(head.count, 0);
  t.equal(head.edited, false);
  t.equal(written(head), 'HTTP/1.1 200 OK\r\n\r\n');
  t.end();
});

t.test('many added headers make the tables and the arena grow', (t) => {
  const head = parsed('request', REQUEST);
  for (let i = 0; i < 500; i++) head.addHeader(`X-Added-${i}`, 'value');
  t.equal(head.header('x-added-499'), 'value');
  t.equal(written(head).split('\r\n').length, 5 + 500 + 2);
  t.end();
});

t.test('what cannot go on as it came is spelt anew', (t) => {
  t.equal(written(parsed('request', 'GET  /  HTTP/1.3\nA:b \n\n')), 'GET / HTTP/1.1\r\nA: b\r\n\r\n');
  t.equal(written(parsed('response', 'HTTP/1.1\t200\r\nA: b\n c\r\n\r\n')), 'HTTP/1.1 200 \r\nA: b  c\r\n\r\n');
  t.end();
});

t.test('a moved buffer is followed', (t) => {
  const text = REQUEST;
  const first = Buffer.from(`junk${text}`, 'latin1');
  const head = new Http1Head();
  head.begin('request', first, 4, OPTIONS, viewOf(first));
  t.equal(head.parse(30), NEED_MORE);
  const second = Buffer.from(text, 'latin1');
  head.rebase(second, -4);
  t.equal(head.parse(second.length), COMPLETE);
  t.equal(written(head), text);
  t.equal(head.header('x-two'), '2');
  t.end();
});

t.test('methods have numbers', (t) => {
  const number = (name: string) => methodNumber(Buffer.from(name), 0, name.length);
  t.equal(number('GET'), METHOD_GET);
  t.equal(number('CONNECT'), METHOD_CONNECT);
  t.equal(number('get'), METHOD_OTHER);
  t.equal(number('GETS'), METHOD_OTHER);
  t.end();
});
