/** The live log from outside: a proxy whose configuration logs nothing, real requests, real failures. */
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { WebSocket } from 'ws';
import { until } from '../../admin/admin-process.ts';
import { ProxyLab } from '../../admin/proxy-lab.ts';
import { freePort } from '../differential/free-port.ts';

t.setTimeout(300_000);
const lab = await ProxyLab.open();
const { admin, owner } = lab;
const origin = createServer((request, response) => {
  if (request.url === '/fail') request.socket.destroy();
  else if (request.url === '/missing') response.writeHead(404).end();
  else response.end('origin');
});
await once(origin.listen(0, '127.0.0.1'), 'listening');
const port = await freePort();
t.teardown(async () => {
  origin.close();
  await lab.close();
});

function ask(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    }).on('error', reject);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what tests look at is checked by looking
async function lines(query: string): Promise<any[]> {
  const { json, status, text } = await owner.call('GET', `/api/log?${query}`);
  if (status !== 200) throw new Error(text);
  return json.lines;
}

await t.test('requests are there, with fields, though the configuration logs nothing', async (t) => {
  const text = `defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend web
    bind 127.0.0.1:${port}
    http-request set-log-level silent if { path /silent }
    default_backend farm
backend farm
    server s1 127.0.0.1:${(origin.address() as AddressInfo).port}
`;
  const applied = await owner.call('POST', '/api/configuration/apply', { body: { text, parent: 0, note: '' } });
  t.equal(applied.status, 200, `${applied.text} ${admin.errors}`);
  await owner.call('POST', '/api/configuration/confirm', { body: { revision: 1 } });
  // Admin begins to listen within seconds of the start: until then requests are not heard.
  await until('a request is heard', async () => {
    await ask('/hello?x=1');
    return (await lines('text=hello')).length > 0;
  });
  t.match((await lines('text=hello')).at(-1), {
    kind: 'http',
    client: /^127\.0\.0\.1:\d+$/,
    frontend: 'web',
    backend: 'farm',
    server: 's1',
    status: 200,
    termination: '----',
    request: 'GET /hello?x=1 HTTP/1.1',
  });
  t.equal(await ask('/missing'), 404);
  t.equal(await ask('/fail'), 502);
  t.equal(await ask('/silent'), 200);
  await until('the failure is there', async () => (await lines('status=5xx')).length === 1);
  t.match((await lines('status=5xx'))[0], { status: 502, termination: 'SH--', request: /^GET \/fail/ });
  await until('the other is there', async () => (await lines('status=404')).length === 1);
  t.equal((await lines('termination=failed')).length, 1);
  t.equal((await lines('server=farm/s1&status=404')).length, 1);
  t.equal((await lines('server=none')).length, 0);
  t.equal((await lines('slowerMs=60000')).length, 0);
  t.equal((await lines('text=silent')).length, 0, 'set-log-level silent is kept to');
  t.match((await owner.call('GET', '/api/log/termination-states/SH--')).json, { cause: { side: 'server' } });
  t.equal((await owner.call('GET', '/api/log/termination-states/ZZ')).status, 404);
  t.equal((await owner.call('GET', '/api/log?status=abc')).status, 400);
});

await t.test('live: what a viewer asked for, events of servers, a new process in charge', async (t) => {
  const got: { kind: string; status?: number; text?: string; request?: string }[] = [];
  const socket = new WebSocket(`wss://127.0.0.1:${admin.port}/api/live`, {
    headers: { cookie: owner.cookieHeader, origin: owner.origin },
    rejectUnauthorized: false,
  });
  t.teardown(() => socket.terminate());
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'log') got.push(...message.lines);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'log', filter: { status: '4xx' } }));
  await until('the filter is in force', async () => {
    await ask('/missing');
    return got.length > 0;
  });
  await ask('/hello');
  t.ok(got.every(({ status }) => status === 404));
  socket.send(JSON.stringify({ type: 'log', filter: { kind: 'events' } }));
  await until('an event is told', async () => {
    for (const state of ['maint', 'ready']) {
      await owner.call('POST', '/api/proxy/servers/farm/s1/state', { body: { state } });
    }
    return got.some(({ kind }) => kind === 'event');
  });
  t.match(
    got.find(({ kind }) => kind === 'event'),
    { proxy: 'farm', text: /Server farm\/s1 is going DOWN for maintenance/ },
  );

  const { text } = (await owner.call('GET', '/api/configuration')).json;
  const body = { text: `# again\n${text}`, parent: 1, note: '' };
  t.equal((await owner.call('POST', '/api/configuration/apply', { body })).status, 200);
  await owner.call('POST', '/api/configuration/confirm', { body: { revision: 2 } });
  await until('the new process is heard', async () => {
    await ask('/new');
    return (await lines('text=/new')).length > 0;
  });
  socket.send('{"type":"log","filter":{"nonsense":1}}');
  const [code] = await once(socket, 'close');
  t.equal(code, 1007);
});

await t.test('watch log: ends with any word; nobody looking is nobody told', async (t) => {
  const socket = connect(join(admin.directory, 'proxy', 'runtime.sock'));
  let said = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    said += chunk;
  });
  socket.write('watch log\n');
  await until('it is told', async () => {
    await ask('/watched');
    return said.includes('/watched');
  });
  t.match(said, /^H \d{13} 127\.0\.0\.1 \d+ web farm s1 /m);
  socket.write('\n');
  await once(socket, 'close');
});
