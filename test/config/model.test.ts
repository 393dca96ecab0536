import t from 'tap';
import type { ErrorResponseModel } from '../../src/config/model.ts';
import { readPatternLines } from '../../src/config/pattern-file.ts';
import { loadModel, loadProxy, loadTexts, messagesOf, TIMEOUTS } from './loading.ts';

function bytesOf(response: ErrorResponseModel | undefined): Uint8Array {
  const payload = response?.reply.payload;
  return payload?.kind === 'message' ? payload.bytes : new Uint8Array();
}

const HTTP = `defaults\n mode http\n${TIMEOUTS}`;

t.test('what is not said has the value HAProxy gives it', async (test) => {
  const { global, proxies } = await loadModel(`listen l\n bind :80\n${TIMEOUTS} server s 127.0.0.1:81 check\n`);
  test.match(global, { nbthread: 1, daemon: false, statsTimeoutMs: 10_000, statsMaxconn: 10 });
  test.match(global.tune, {
    bufsize: 16384,
    maxrewrite: 1024,
    httpMaxhdr: 101,
    httpLogurilen: 1024,
  });
  const [listen] = proxies;
  test.match(listen, {
    id: 1,
    mode: 'tcp',
    retries: 3,
    formats: { log: undefined, error: undefined },
    logMoment: 'response',
    httpMode: 'keep-alive',
    httpReuse: 'never',
  });
  test.match(listen?.balance, { algorithm: 'roundrobin', hashType: 'map-based', hashFunction: 'sdbm' });
  test.match(listen?.servers[0], {
    id: 1,
    weight: 1,
    maxconn: 0,
    maxReuse: -1,
    poolMaxConn: -1,
    poolPurgeDelayMs: 5000,
  });
  test.match(listen?.servers[0]?.check, { interMs: 2000, rise: 2, fall: 3, fastinterMs: undefined });
  test.equal(listen?.timeouts.queue, 1000, 'the queue timeout is the connect timeout');
  test.equal(listen?.timeouts.tunnel, undefined);
});

t.test('the model is frozen all the way down', async (test) => {
  const model = await loadModel(`${HTTP}listen l\n bind :80\n server s 127.0.0.1:81\n acl a path /\n`);
  test.throws(() => Object.assign(model.proxies[0]?.servers[0] ?? {}, { weight: 5 }), TypeError);
  test.throws(() => Object.assign(model.global.tune, { bufsize: 5 }), TypeError);
});

t.test('defaults hand down what their proxies do not say, and the next defaults start anew', async (test) => {
  const { proxies } = await loadModel(
    `defaults\n mode http\n retries 7\n${TIMEOUTS} option httpclose\n option dontlognull\nfrontend a\n bind :80\n` +
      ` no option dontlognull\nbackend b\n retries 2\ndefaults\n${TIMEOUTS}backend c\n`,
  );
  test.match(proxies[0], { mode: 'http', httpMode: 'close', options: { dontlognull: false } });
  test.match(proxies[1], { mode: 'http', retries: 2, options: { dontlognull: true } });
  test.match(proxies[2], { mode: 'tcp', retries: 3, httpMode: 'keep-alive' });
});

t.test('named defaults are taken by name, also by other defaults', async (test) => {
  const { proxies } = await loadModel(
    `defaults base\n mode http\n${TIMEOUTS}defaults more from base\n retries 9\nbackend b from more\nbackend c from more\n`,
  );
  test.match(proxies[0], {
    mode: 'http',
    retries: 9,
    timeouts: { client: undefined, server: 1000 },
  });
});

t.test('rules of named defaults run before those of the proxy', async (test) => {
  const proxy = await loadProxy(
    `defaults base\n mode http\n${TIMEOUTS} http-request set-header a 1\nfrontend f from base\n bind :80\n http-request set-header b 2\n`,
    'f',
  );
  test.strictSame(
    proxy.httpRequestRules.map((rule) => 'name' in rule.action && rule.action.name),
    ['a', 'b'],
  );
});

t.test('numbers are given in order, around those that were asked for', async (test) => {
  const { proxies } = await loadModel(`${HTTP}backend a\nbackend b\n id 3\nbackend c\nbackend d\n`);
  test.strictSame(
    proxies.map((proxy) => proxy.id),
    [1, 3, 4, 5],
  );
});

t.test('bind lines: addresses, ranges and options', async (test) => {
  const { binds } = await loadProxy(
    `${HTTP}frontend f\n bind :80,127.0.0.1:81-83 name n accept-proxy\n bind [::1]:84 v6only\n bind /run/x.sock mode 600 user someone group some\n bind abns@x\n bind fd@3\n`,
    'f',
  );
  test.match(binds[0], { name: 'n', acceptProxy: true, text: ':80,127.0.0.1:81-83' });
  test.match(binds[0]?.addresses, [
    { kind: 'ipv4', host: '0.0.0.0', port: 80, portEnd: 80, any: true },
    { kind: 'ipv4', host: '127.0.0.1', port: 81, portEnd: 83, any: false },
  ]);
  test.match(binds[1], { v6only: true, addresses: [{ kind: 'ipv6', host: '::1', port: 84 }] });
  test.match(binds[2], { mode: 0o600, uid: 1001, gid: 1002, addresses: [{ kind: 'unix', path: '/run/x.sock' }] });
  test.match(binds[3]?.addresses, [{ kind: 'abstract', path: 'x' }]);
  test.match(binds[4]?.addresses, [{ kind: 'fd', fd: 3 }]);
});

t.test('servers take the settings before them', async (test) => {
  const { servers } = await loadProxy(
    `${HTTP}backend b\n source 10.0.0.1\n server z 127.0.0.1\n default-server inter 3s weight 5 send-proxy check\n` +
      ' server b 127.0.0.1:-10 maxconn 8 port 80\n' +
      ' server c 127.0.0.1:80 minconn 9 maxconn 5 no-check source 10.0.0.2:1025-65000\n server d 127.0.0.1:80\n',
    'b',
  );
  test.match(servers[0], { weight: 1, check: undefined, address: { port: 0, portOffset: 'same' } });
  test.match(servers[1], { maxconn: 8, minconn: 8, weight: 5, address: { port: 10, portOffset: 'minus' } });
  test.match(servers[1], { source: { address: { host: '10.0.0.1' } }, check: { interMs: 3000, sendProxy: false } });
  test.match(servers[2], { maxconn: 9, minconn: 9, check: undefined });
  test.match(servers[2]?.source?.address, { host: '10.0.0.2', port: 1025, portEnd: 65000 });
  test.match(servers[3]?.check, { sendProxy: true });
});

t.test('ACLs: keywords, flags, operators, and lines that join later', async (test) => {
  const proxy = await loadProxy(
    `${HTTP}frontend f\n bind :80\n acl a path_beg -i /a /b\n use_backend b if a !{ hdr_cnt(x) gt 5 le 9 3 } or METH_GET\n` +
      ' acl a hdr(host),lower -m end .org\n use_backend c unless { src 10.0.0.0/8 } { method -i POST }\nbackend b\nbackend c\n',
    'f',
  );
  const [first, second] = proxy.useBackends;
  const [terms, others] = first?.condition?.alternatives ?? [];
  test.match(terms?.[0], { negated: false });
  test.match(terms?.[0]?.acls, [
    { name: 'a', match: 'beg', ignoreCase: true, patterns: ['/a', '/b'], expression: { fetch: 'path' } },
    {
      match: 'end',
      patterns: ['.org'],
      expression: { fetch: 'req.hdr', args: ['host'], converters: [{ name: 'lower', args: [] }] },
    },
  ]);
  test.match(terms?.[1], { negated: true, acls: [{ name: '', match: 'int', patterns: ['6:', ':9', ':3'] }] });
  test.match(others?.[0]?.acls, [{ name: 'METH_GET', patterns: ['GET', 'HEAD'] }]);
  test.equal(second?.condition?.unless, true);
  test.match(second?.condition?.alternatives[0]?.[0]?.acls, [{ match: 'ip', patterns: ['10.0.0.0/8'] }]);
});

t.test('patterns of files are read, comments and blank lines left out', async (test) => {
  const proxy = await loadProxy(
    `${HTTP}frontend f\n bind :80\n use_backend b if { hdr(host) -i -f hosts x }\nbackend b\n`,
    'f',
    { files: { hosts: '# comment\n  a.example \n\nb c\r\n' } },
  );
  const acl = proxy.useBackends[0]?.condition?.alternatives[0]?.[0]?.acls[0];
  test.match(acl, { patterns: ['x'], reference: 1, files: [{ reference: 0, ignoreCase: true }] });
  const texts: string[] = [];
  const bytes = Buffer.from('# comment\n  a.example \n\nb c\r\nlast', 'latin1');
  readPatternLines(bytes, false, (start, end, _from, _to, line) => {
    texts.push(`${line}:${bytes.toString('latin1', start, end)}`);
  });
  test.strictSame(texts, ['2:a.example ', '4:b c', '5:last']);
});

t.test('formats are cut into text, variables and expressions', async (test) => {
  const proxy = await loadProxy(
    `${HTTP}frontend f\n bind :80\n http-request set-header x "a%%b %ci%{+Q}[req.hdr(x,-1),lower]c%{+X}o%cp"\n` +
      ' http-response set-header y %[hdr(z)]\n',
    'f',
  );
  const [request] = proxy.httpRequestRules;
  const plain = { quote: false, hex: false, escape: false, mandatory: false };
  test.strictSame(request?.action.kind === 'set-header' && request.action.value.pieces, [
    { kind: 'text', text: 'a%b ' },
    { kind: 'variable', name: 'ci', flags: plain },
    {
      kind: 'expression',
      expression: { fetch: 'req.hdr', args: ['x', '-1'], converters: [{ name: 'lower', args: [] }] },
      flags: { ...plain, quote: true },
    },
    { kind: 'text', text: 'c' },
    { kind: 'variable', name: 'cp', flags: { ...plain, hex: true } },
  ]);
  const [response] = proxy.httpResponseRules;
  test.match(response?.action, { value: { pieces: [{ expression: { fetch: 'res.hdr', args: ['z'] } }] } });
});

t.test('rules and redirects keep their order and their conditions', async (test) => {
  const proxy = await loadProxy(
    `${HTTP}frontend f\n bind :80\n http-request deny deny_status 429 if { path /a }\n http-request del-header ^x- -m reg\n` +
      ' http-request redirect location /%[path] code 308 drop-query\n redirect scheme https append-slash set-cookie A=1\n',
    'f',
  );
  test.match(proxy.httpRequestRules[0]?.action, { kind: 'deny', reply: { status: 429, payload: { kind: 'default' } } });
  test.match(proxy.httpRequestRules[1]?.action, { kind: 'del-header', name: '^x-', match: 'reg' });
  test.match(proxy.httpRequestRules[2]?.action, { redirect: { kind: 'location', code: 308, dropQuery: true } });
  test.match(proxy.redirectRules[0]?.action, {
    redirect: { kind: 'scheme', code: 302, appendSlash: true, setCookie: 'A=1', to: { text: 'https' } },
  });
});

t.test('logs: global targets, own targets, no log, formats', async (test) => {
  const { global, proxies } = await loadModel(
    `global\n log 127.0.0.1 local0\n log /dev/log len 2000 format rfc5424 daemon notice err\n log stdout local1\n` +
      ` log-send-hostname\n${HTTP} log global\n option httplog\nfrontend a\n bind :80\nfrontend b\n bind :81\n no log\n` +
      ' log tcp@1.2.3.4:99 user\n log global\n option tcplog\n',
  );
  test.equal(global.logHostname, 'machine');
  test.match(global.logTargets, [
    {
      address: { kind: 'ipv4', port: 514 },
      format: 'default',
      facility: 'local0',
      maxLevel: 7,
      minLevel: 0,
      length: 1024,
    },
    { address: { kind: 'unix', path: '/dev/log' }, format: 'rfc5424', maxLevel: 5, minLevel: 3, length: 2000 },
    { address: { kind: 'fd', fd: 1 }, format: 'default', protocol: 'datagram' },
  ]);
  test.match(proxies[0], { formats: { log: { text: /%ST/ } }, logMoment: 'end', logTargets: { length: 3 } });
  test.match(proxies[1], {
    formats: { log: { text: /%Tt/ } },
    logTargets: { length: 4, 0: { protocol: 'stream' } },
  });
});

t.test('errorfile gives the bytes of the file, errorloc a redirection', async (test) => {
  const page = 'HTTP/1.0 503 Sorry\r\nContent-Type: text/plain\r\n\r\nlater \xe9';
  const { errorResponses } = await loadProxy(
    `${HTTP}frontend f\n bind :80\n errorfile 503 /page\n errorloc303 500 http://x/\n`,
    'f',
    { files: { '/page': page } },
  );
  test.equal(Buffer.from(bytesOf(errorResponses[0])).toString('latin1'), page);
  test.match(
    Buffer.from(bytesOf(errorResponses[1])).toString(),
    /^HTTP\/1\.1 303 See Other\r\n.*Location: http:\/\/x\/\r\n\r\n$/s,
  );
});

t.test('health checks: option httpchk with hidden headers, http-check before and after it', async (test) => {
  const check = async (lines: string) => (await loadProxy(`${HTTP}backend b\n${lines}`, 'b')).checkMethod;
  const request = async (lines: string) => (await check(lines)).steps.find(({ kind }) => kind === 'request');
  const kinds = async (lines: string) => (await check(lines)).steps.map(({ kind }) => kind);
  test.strictSame(await kinds(''), ['connect']);
  test.match(await request(' option httpchk\n'), { method: 'OPTIONS', uri: '/', version: 'HTTP/1.0', headers: [] });
  test.match(await request(' option httpchk HEAD /x HTTP/1.1\\r\\nHost:\\ a\\r\\nX:\\ y\n'), {
    method: 'HEAD',
    version: 'HTTP/1.1',
    headers: [
      { name: 'Host', value: 'a' },
      { name: 'X', value: 'y' },
    ],
  });
  for (const lines of [
    ' http-check expect ! rstatus ^5\n option httpchk /x\n',
    ' option httpchk /x\n http-check expect !rstatus ^5\n',
  ]) {
    test.strictSame(await kinds(lines), ['connect', 'request', 'expect']);
    test.match((await check(lines)).steps.at(-1), { expect: { negated: true, what: 'rstatus', pattern: '^5' } });
  }
  test.match(await request(' option httpchk\n http-check send meth GET uri /y hdr a b\n'), {
    uri: '/y',
    headers: [{ name: 'a', value: 'b' }],
  });
});

t.test('fullconn is a tenth of what the frontends may take, where that is known', async (test) => {
  const fullconn = async (global: string) => {
    const text = `${global}${HTTP}frontend f\n bind :80\n default_backend b\nfrontend g\n bind :81\n maxconn 101\n use_backend b if TRUE\nbackend b\n`;
    return (await loadProxy(text, 'b')).fullconn;
  };
  test.equal(await fullconn('global\n maxconn 1000\n'), 111);
  test.equal(await fullconn(''), undefined);
});

t.test('host names are resolved while loading, at bind and at server lines', async (test) => {
  const { proxies } = await loadModel(`${HTTP}listen l\n bind host:80\n server s host6:81\n`, {
    hosts: { host: '10.1.2.3', host6: '2001:db8::1' },
  });
  test.match(proxies[0]?.binds[0]?.addresses, [{ kind: 'ipv4', host: '10.1.2.3' }]);
  test.match(proxies[0]?.servers[0], {
    address: { kind: 'ipv6', host: '2001:db8::1', port: 81 },
    addressText: 'host6:81',
  });
});

t.test('environment variables reach words and addresses', async (test) => {
  const { binds, description } = await loadProxy(
    `${HTTP}frontend f\n bind "127.0.0.1:\${P}"\n bind $A:81\n description "\${U}"\n`,
    'f',
    {
      environment: { P: '8080', A: '127.0.0.2', U: '\u00e9' },
    },
  );
  test.match(binds, [{ addresses: [{ port: 8080 }] }, { addresses: [{ host: '127.0.0.2' }] }]);
  test.equal(description, '\xc3\xa9', 'as its bytes');
});

t.test('a section may go on in the next file', async (test) => {
  const result = await loadTexts([`${HTTP}frontend f\n bind :80\n`, ' maxconn 5\nbackend b\n']);
  test.match(result.model?.proxies, [
    { name: 'f', maxconn: 5 },
    { name: 'b', place: { file: 'test1.cfg', line: 2 } },
  ]);
});

t.test('a userlist keeps its groups and users', async (test) => {
  const { userLists } = await loadModel(
    `userlist u\n group g users a\n user a insecure-password x\n user b password $5$h groups g\n`,
  );
  test.match(userLists, [
    {
      name: 'u',
      groups: [{ name: 'g', users: ['a'] }],
      users: [
        { name: 'a', password: 'x', hashed: false },
        { name: 'b', hashed: true, groups: ['g'] },
      ],
    },
  ]);
});

t.test('a message knows its line, its column and what may have been meant', async (test) => {
  const { diagnostics } = await loadTexts([`${HTTP}frontend f\n  bind :80 nmae x\n`]);
  test.match(diagnostics[0], {
    severity: 'alert',
    fatal: true,
    file: 'test.cfg',
    line: 7,
    column: 12,
    hint: "did you mean 'name'?",
  });
});

t.test('without a listener the exit code is 2, with errors 1', async (test) => {
  test.equal((await loadTexts([`${HTTP}backend b\n`])).exitCode, 2);
  test.equal((await loadTexts(['nonsense\n'])).exitCode, 1);
});

t.test('what HAProxy knows and we do not yet is refused by name', async (test) => {
  const lines = [
    ' stick-table type ip size 1k',
    ' cookie A insert',
    ' option redis-check',
    ' http-request cache-use c',
  ];
  const messages = await messagesOf(`${HTTP}backend b\n${lines.join('\n')}\n server s 127.0.0.1:80 ssl\n`);
  for (const name of ['stick-table', 'cookie', 'option redis-check', 'http-request cache-use', 'ssl']) {
    test.ok(
      messages.some((message) => message.endsWith(`'${name}' is not implemented yet`)),
      name,
    );
  }
  test.match(await messagesOf('resolvers r\n nameserver a 1.2.3.4:53\n hold valid 1s\n'), [
    /'resolvers' is not implemented yet/,
    /Error/,
    /Fatal/,
  ]);
});
