/** Many requests at once on one connection: none lost, none read twice, no memory for those who do not read. */
import t from 'tap';
import { DEFAULTS, Origin, RunningProxy, until } from './running-proxy.ts';

const DENY = `${DEFAULTS}
frontend fe
 bind 127.0.0.1:$port
 http-request deny deny_status 403 if { path /no }
 default_backend be
backend be
`;

const HELLO = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';

t.test('ten thousand pipelined requests answered by the proxy itself are all answered', async (t) => {
  const proxy = await RunningProxy.start(DENY);
  t.teardown(() => proxy.stop());
  const client = await proxy.connect();
  client.send('GET /no HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(10_000));
  await client.has('HTTP/1.1 403', 10_000);
  t.equal(client.count('HTTP/1.1'), 10_000, 'and nothing else is said');
  client.socket.end();
  await proxy.isQuiet();
});

t.test('pipelined requests larger together than a buffer go to the server one by one', async (t) => {
  const origin = await Origin.answering(HELLO);
  t.teardown(() => origin.stop());
  const proxy = await RunningProxy.start(`${DENY} server s 127.0.0.1:${origin.port}\n`);
  t.teardown(() => proxy.stop());
  const client = await proxy.connect();
  // Odd lengths, so that a buffer ends in the middle of a head.
  const pad = 'x'.repeat(977);
  client.send(`GET /yes HTTP/1.1\r\nhost: a\r\nx-pad: ${pad}\r\n\r\n`.repeat(300));
  await client.has('hello', 300);
  client.socket.end();
  await proxy.isQuiet();
});

t.test('a client that pipelines denied requests and reads no answer costs a bounded amount of memory', async (t) => {
  const proxy = await RunningProxy.start(DENY);
  t.teardown(() => proxy.stop());
  const client = await proxy.connect();
  client.send('GET /no HTTP/1.1\r\nhost: a\r\n\r\n');
  await until('the first answer', () => client.received.endsWith('</html>\n'));
  const answerLength = client.received.length;
  client.socket.pause();
  let requests = 1;
  let blocked = false;
  client.socket.on('drain', () => {
    blocked = false;
  });
  while (!blocked && requests < 400_000) {
    requests += 2000;
    blocked = !client.socket.write('GET /no HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(2000));
    for (let i = 0; blocked && i < 30; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.ok(blocked, 'the flood is stopped by back-pressure');
  t.ok((proxy.runtime.firstStream?.client.pendingLength ?? 0) < 4096, 'no more than one answer waits in our memory');
  client.socket.resume();
  await until(
    () => `${requests} answers, ${client.received.length / answerLength}`,
    () => client.received.length >= requests * answerLength,
    20_000,
  );
  client.socket.end();
  await proxy.isQuiet();
});

t.test('a chunked request that no server takes leaves no byte of its body to be read as a request', async (t) => {
  const proxy = await RunningProxy.start(DENY);
  t.teardown(() => proxy.stop());
  const client = await proxy.connect();
  const smuggled = 'GET /no HTTP/1.1\r\nhost: b\r\n\r\n';
  const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
  client.send(`POST /yes HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`);
  await client.has('HTTP/1.1 503');
  client.send('GET /no HTTP/1.1\r\nhost: a\r\n\r\n');
  await until('an answer or the end', () => client.ended || client.count('HTTP/1.1 403') > 0);
  t.equal(client.count('HTTP/1.1'), client.ended ? 1 : 2, 'one answer a request');
  t.notMatch(client.received, /HTTP\/1.1 400/);
  client.socket.end();
  await proxy.isQuiet();
});

t.test('bytes behind a CONNECT that the server refuses do not reach it as a request', async (t) => {
  const origin = await Origin.answering('HTTP/1.1 405 No\r\ncontent-length: 0\r\n\r\n');
  t.teardown(() => origin.stop());
  const proxy = await RunningProxy.start(`${DENY} server s 127.0.0.1:${origin.port}\n`);
  t.teardown(() => proxy.stop());
  const client = await proxy.connect();
  client.send('CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\nGET /no HTTP/1.1\r\nhost: a\r\n\r\n');
  await client.has('HTTP/1.1 405');
  await until('an answer or the end', () => client.ended || client.count('HTTP/1.1 403') > 0);
  t.notMatch(origin.peers[0]?.received ?? '', /GET \/no/, 'the rules stand between');
  client.socket.end();
  await proxy.isQuiet();
});

t.test('a trailer line that ends where the buffer ends does not stop the message', async (t) => {
  const origin = await Origin.start();
  t.teardown(() => origin.stop());
  const proxy = await RunningProxy.start(`${DENY} server s 127.0.0.1:${origin.port}\n`);
  t.teardown(() => proxy.stop());
  const client = await proxy.connect();
  client.send('POST /yes HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
  const server = await origin.peer();
  await server.has('\r\n\r\n');
  const tail = '\r\n0\r\nx-trailer: yes\r\n';
  const size = proxy.runtime.bufferSize - '3000\r\n'.length - tail.length;
  client.send(`${size.toString(16)}\r\n${'x'.repeat(size)}${tail}`);
  await server.has('x-trailer: yes');
  client.send('\r\n');
  await server.has('x-trailer: yes\r\n\r\n');
  server.send(HELLO);
  await client.has('hello');
  client.socket.end();
  await proxy.isQuiet();
});
