/** What the proxy says itself, and what rules make of a message: error responses, redirects, header rules, the log's view. Pure. */
import t from 'tap';
import { loadConfiguration } from '../../src/config/loader.ts';
import type { RedirectModel } from '../../src/config/model-rules.ts';
import { systemOptions } from '../../src/config/sources.ts';
import { areaOf } from '../../src/http/copy-bytes.ts';
import type { Http1Head } from '../../src/http/h1-head.ts';
import { ANSWER, DENY } from '../../src/proxy/actions/action.ts';
import { builtInStatuses, ErrorResponses } from '../../src/proxy/error-responses.ts';
import { applyRules, CONTINUE, compileRules, finalAction } from '../../src/proxy/http-rules.ts';
import { compileRedirect } from '../../src/proxy/redirect.ts';
import { RuleState } from '../../src/proxy/rule-state.ts';
import type { Stream } from '../../src/proxy/stream.ts';
import { recordOf } from '../../src/proxy/stream-record.ts';
import * as is from '../../src/proxy/stream-states.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { format, head, options } from '../sample/records.ts';

/** The parts of a stream that rules and formats look at. */
function stream(lines: readonly string[], more: object = {}): Stream {
  const request = head('request', lines);
  const parts = {
    requestHead: request,
    request,
    responseHead: null,
    response: null,
    client: { peer: SocketAddress.ipv4('192.0.2.7', 1000), local: () => null },
    clientAddress: SocketAddress.ipv4('192.0.2.7', 1000),
    runtime: { bufferSize: 16384 },
    rules: new RuleState(),
    server: null,
    target: null,
    acceptMs: 1000,
    closeMs: -1,
    nowMs: 1500,
    ...more,
  };
  return parts as unknown as Stream;
}

function text(message: Http1Head): string {
  const out = Buffer.alloc(message.sizeEstimate);
  return out.toString('latin1', 0, message.writeTo(areaOf(out), 0));
}

async function proxyModel(lines: string) {
  const source = `frontend fe\n mode http\n timeout client 1s\n bind 127.0.0.1:1\n${lines}`;
  const loaded = await loadConfiguration([{ name: 'x.cfg', text: source }], systemOptions());
  const model = loaded.model?.proxies.find(({ name }) => name === 'fe');
  if (model === undefined) throw new Error(loaded.diagnostics.map((one) => one.text).join('\n'));
  return model;
}

t.test('every built-in answer is a whole message of the length it says', async (t) => {
  const responses = new ErrorResponses(await proxyModel(''), options());
  const asked = stream(['GET / HTTP/1.1']);
  for (const status of builtInStatuses) {
    const found = responses.find(status, responses, asked);
    const start = found?.received ?? '';
    t.ok(start.startsWith(`HTTP/1.1 ${status} `), `${status} says so`);
    t.equal(Number(/content-length: (\d+)/i.exec(start)?.[1]), found?.body.length);
    t.equal(found?.saysClose, /connection: close/i.test(start));
  }
  t.equal(
    responses.find(418, responses, asked),
    responses.find(500, responses, asked),
    'a code without a text of its own is answered as an error of ours',
  );
});

t.test('redirects keep path and query, or not, and add the slash they are told to', (t) => {
  const base: RedirectModel = {
    kind: 'prefix',
    to: format('http://other'),
    code: 302,
    dropQuery: false,
    appendSlash: false,
    ignoreEmpty: false,
    setCookie: undefined,
    clearCookie: undefined,
  };
  const asked = stream(['GET http://h/a/b?c=d HTTP/1.1', 'Host: h']);
  const to = (changes: Partial<RedirectModel>): string =>
    /^location: (.*)\r$/m.exec(compileRedirect({ ...base, ...changes }, options()).reply(asked).received)?.[1] ?? '';
  t.equal(to({}), 'http://other/a/b?c=d');
  t.equal(to({ dropQuery: true }), 'http://other/a/b');
  t.equal(to({ dropQuery: true, appendSlash: true }), 'http://other/a/b/');
  t.equal(to({ to: format('') }), '/a/b?c=d', 'an empty prefix adds nothing');
  t.equal(
    compileRedirect({ ...base, kind: 'location', to: format(''), ignoreEmpty: true }, options()).applies(asked),
    false,
  );
  t.equal(to({ kind: 'location' }), 'http://other');
  t.equal(to({ kind: 'scheme', to: format('https') }), 'https://h/a/b?c=d');
  const moved = compileRedirect({ ...base, code: 301, setCookie: 'SEEN=1' }, options()).reply(asked).received;
  t.match(moved, /^HTTP\/1\.1 301 Moved Permanently\r\n/);
  t.match(moved, /^set-cookie: SEEN=1; path=\/;\r$/m);
  t.notMatch(moved, /cache-control/, 'a permanent redirect may be kept');
  t.match(
    compileRedirect({ ...base, clearCookie: 'SEEN=' }, options()).reply(asked).received,
    /SEEN=; path=\/; Max-Age=0;/,
  );
  t.end();
});

t.test('a location cannot bring a header with it', (t) => {
  const rule = compileRedirect(
    {
      kind: 'location',
      to: format('/\r\nevil: 1\0'),
      code: 302,
      dropQuery: false,
      appendSlash: false,
      ignoreEmpty: false,
      setCookie: undefined,
      clearCookie: undefined,
    },
    options(),
  );
  t.match(rule.reply(stream(['GET / HTTP/1.1'])).received, /^location: \/evil: 1\r$/m);
  t.end();
});

t.test('a header value cannot bring another header with it', (t) => {
  for (const kind of ['set-header', 'add-header'] as const) {
    for (const value of ['good\r\nevil: 1', 'good\nevil: 1', 'good\0evil: 1']) {
      const asked = stream(['GET / HTTP/1.1', 'Host: a']);
      const action = { kind, name: 'X-Made', value: format(value) };
      const place = { file: '', line: 1, column: 1 };
      const rules = compileRules([{ place, action, condition: undefined }], options(), 'fe');
      t.equal(applyRules(rules, asked, asked.requestHead as Http1Head), CONTINUE);
      t.equal(text(asked.requestHead as Http1Head), 'GET / HTTP/1.1\r\nHost: a\r\nx-made: good\r\n\r\n');
    }
  }
  t.end();
});

t.test('rules change, remove, and stop in the order they are written', async (t) => {
  const model = await proxyModel(`
 http-request add-header X-Two 2
 http-request set-header X-One new-%[req.hdr(x-one)]
 http-request del-header X-Gone
 http-request allow if { path /allowed }
 http-request deny deny_status 429 if { path /denied /allowed }
 http-request redirect location /elsewhere if { path /moved }
 http-request set-header X-Last yes
`);
  const rules = compileRules(model.httpRequestRules, options(), 'fe');
  const run = (path: string): [number, string] => {
    const asked = stream([`GET ${path} HTTP/1.1`, 'Host: a', 'X-One: old', 'X-Gone: 1', 'x-gone: 2']);
    const message = asked.requestHead as Http1Head;
    return [applyRules(rules, asked, message), text(message)];
  };
  const [verdict, passed] = run('/');
  t.equal(verdict, CONTINUE);
  t.match(passed, /^x-one: new-old\r$/m, 'the value may speak of what it replaces');
  t.notMatch(passed, /x-gone/i);
  t.match(passed, /^x-last: yes\r$/m);
  const [allowed, early] = run('/allowed');
  t.equal(allowed, CONTINUE);
  t.notMatch(early, /x-last/, 'allow ends the list');
  t.equal(run('/denied')[0], DENY);
  t.match(finalAction, { status: 429, reply: null });
  t.equal(run('/moved')[0], ANSWER);
  t.match(finalAction, { status: 302 });
});

t.test('the log sees times since the client came, and -1 for what never was', (t) => {
  const record = recordOf(
    stream(['GET / HTTP/1.1'], {
      requestMs: 1010,
      queueMs: 1010,
      connectMs: 1020,
      dataMs: -1,
      cause: is.CAUSE_SERVER_TIMEOUT,
      at: is.AT_HEADERS,
      backendReached: false,
    }),
  );
  t.equal(record.requestMs, 10);
  t.equal(record.connectMs, 20);
  t.equal(record.dataMs, -1);
  t.equal(record.closeMs, 0, 'before the end there is none');
  t.equal(record.terminationState, 'sH');
  t.equal(record.serverName, '<NOSRV>');
  t.end();
});
