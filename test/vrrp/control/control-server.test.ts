import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { askAgent } from '../../../src/vrrp/control/control-client.ts';
import { createCommandHandler } from '../../../src/vrrp/control/control-commands.ts';
import { LONGEST_LINE } from '../../../src/vrrp/control/control-line.ts';
import { ControlRefusal, ControlServer } from '../../../src/vrrp/control/control-server.ts';
import { SampleAgent } from './sample-view.ts';

t.setTimeout(600_000);

const directory = mkdtempSync(join(tmpdir(), 'mahalo-control-'));
t.teardown(() => rmSync(directory, { recursive: true }));

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await delay(5);
  }
}

let sockets = 0;

async function serve(agent = new SampleAgent().start()) {
  const path = join(directory, `${sockets++}.sock`);
  const calls: string[] = [];
  const server = new ControlServer(
    createCommandHandler({
      view: () => agent.view,
      reload: async () => {
        calls.push('reload');
        throw new ControlRefusal('bad-configuration', 'line 3: no');
      },
      rehearse: async (instance, confirmed, progress) => {
        progress('on it');
        calls.push(`rehearse ${instance} ${confirmed}`);
        return {
          outcome: 'passed',
          address: '10.77.0.100',
          darkMs: 12.5,
          answeredBy: null,
          firstAdvertisementMs: 10,
          backAfterMs: null,
          note: '',
        };
      },
      version: 'v',
      configuration: '/etc/x',
    }),
  );
  t.equal(await server.open(path), undefined);
  t.teardown(() => server.close());
  return { server, path, calls, agent };
}

/** Sends raw bytes; gathers what comes back until the server closes or the condition holds. */
async function converse(path: string, bytes: string | Buffer, enough: (text: string) => boolean): Promise<string> {
  const socket = createConnection(path);
  let text = '';
  let closed = false;
  socket.on('data', (chunk) => (text += chunk));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  await once(socket, 'connect');
  socket.write(bytes);
  await until(() => closed || enough(text), `an answer, have ${text.slice(0, 200)}`);
  socket.destroy();
  return text;
}

const lines = (text: string): { id: unknown; ok: boolean; result: never; error: { code: string } }[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

t.test('only its owner may connect', async (test) => {
  const { path } = await serve();
  test.equal(statSync(path).mode & 0o777, 0o600);
});

t.test('every command answers, with the id of its request', async (test) => {
  const { path } = await serve();
  const commands = [
    'status',
    'why',
    'transitions',
    'trackers',
    'counters',
    'lateness',
    'sockets',
    'interfaces',
    'json',
    'metrics',
  ];
  for (const command of commands) {
    const answer = await askAgent(path, { command });
    test.equal(answer.kind, 'result', command);
  }
  const text = await converse(
    path,
    '{"id":"a","command":"status"}\n{"id":2,"command":"trackers"}\n',
    (all) => all.split('\n').length > 2,
  );
  test.strictSame(
    lines(text).map(({ id, ok }) => [id, ok]),
    [
      ['a', true],
      [2, true],
    ],
  );
});

t.test('status tells of each instance, or of the one asked for', async (test) => {
  const { path } = await serve();
  const all = await askAgent(path, { command: 'status' });
  test.match(all, {
    kind: 'result',
    result: { instances: [{ name: 'VI_1', state: 'BACKUP', priority: 100, vrid: 51 }] },
  });
  const none = await askAgent(path, { command: 'status', instance: 'VI_9' });
  test.match(none, { kind: 'fault', fault: { code: 'unknown-instance', message: /VI_9/ } });
});

t.test('nonsense gets a clear error, and the next request its answer', async (test) => {
  const { path } = await serve();
  const nonsense = [
    '{',
    '[]',
    'null',
    '7',
    '{"id":{},"command":"status"}',
    '{"id":1}',
    '{"id":1,"command":5}',
    '{"id":1,"command":"format"}',
    '\u0000\u0001',
    '{"command":"status","instance":[1]}',
    '{"command":"rehearse"}',
    '{"command":"rehearse","instance":"x","confirmed":"no"}',
  ];
  const text = await converse(path, `${nonsense.join('\n')}\n\n{"id":"last","command":"trackers"}\n`, (all) =>
    all.includes('"last"'),
  );
  const answers = lines(text);
  test.equal(answers.length, nonsense.length + 1);
  for (const answer of answers.slice(0, -1)) test.equal(answer.ok, false);
  test.equal(answers.at(-1)?.ok, true);
  test.equal(answers[7]?.error.code, 'unknown-command');
});

t.test('a line without end is cut off with an error', async (test) => {
  const { path } = await serve();
  const text = await converse(path, 'x'.repeat(LONGEST_LINE + 100), () => false);
  test.equal(lines(text)[0]?.error.code, 'too-long');
});

t.test('a request in pieces is one request', async (test) => {
  const { path } = await serve();
  const socket = createConnection(path);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  for (const piece of ['{"id":', '1,"comm', 'and":"trackers"}', '\n']) {
    socket.write(piece);
    await delay(2);
  }
  await until(() => text.includes('\n'), 'the answer');
  socket.destroy();
  test.equal(lines(text)[0]?.ok, true);
});

t.test('reload and rehearse go to the agent; refusals come back', async (test) => {
  const { path, calls } = await serve();
  test.match(await askAgent(path, { command: 'reload' }), { kind: 'fault', fault: { code: 'bad-configuration' } });
  const progress: string[] = [];
  const answer = await askAgent(
    path,
    { command: 'rehearse', instance: 'VI_1', confirmed: true },
    { onProgress: (text) => progress.push(text) },
  );
  test.match(answer, { kind: 'result', result: { darkMs: 12.5 } });
  test.strictSame(progress, ['on it']);
  test.strictSame(calls, ['reload', 'rehearse VI_1 true']);
});

t.test('subscribers get events; one that does not read is dropped, the others stay', async (test) => {
  const { server, path } = await serve();
  const events: unknown[] = [];
  const reader = createConnection(path);
  let rest = '';
  reader.on('data', (chunk) => {
    rest += chunk;
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) events.push(JSON.parse(part));
  });
  reader.write('{"id":1,"command":"subscribe"}\n');
  const sleeper: Socket = createConnection(path);
  sleeper.write('{"id":1,"command":"subscribe"}\n');
  sleeper.pause();
  await until(() => server.subscribers === 2, 'both subscribed');
  for (let round = 0; server.subscribers === 2 && round < 10_000; round++) {
    server.tell({ kind: 'state', name: 'VI_1', cause: 'x'.repeat(1000) });
    if (round % 50 === 0) await delay(1);
  }
  test.equal(server.dropped, 1);
  await until(() => server.subscribers === 1, 'the slow one is gone');
  server.tell({ kind: 'last' });
  await until(() => JSON.stringify(events.at(-1)) === '{"event":{"kind":"last"}}', 'the last event');
  reader.destroy();
  sleeper.destroy();
  await until(() => server.subscribers === 0, 'nobody is left');
});

t.test('a socket left by a crash is taken over; one that is served, or a file, is not', async (test) => {
  const path = join(directory, 'old.sock');
  const old = createServer().listen(path);
  await once(old, 'listening');
  const second = new ControlServer(() => undefined);
  test.match(await second.open(path), 'another agent listens');
  const file = join(directory, 'file');
  writeFileSync(file, '');
  test.match(await second.open(file), 'is no socket');
  old.close();
  const { path: live, server } = await serve();
  server.close();
  test.equal(await second.open(live), undefined);
  second.close();
  second.close();
  test.match(await askAgent(live, { command: 'status' }), { kind: 'unreachable' });
});

t.test('it moves to another path while clients stay', async (test) => {
  const { server, path, calls } = await serve();
  const socket = createConnection(path);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  await once(socket, 'connect');
  const moved = join(directory, 'moved.sock');
  test.equal(await server.open(moved), undefined);
  test.equal(server.path, moved);
  test.match(await askAgent(path, { command: 'status' }), { kind: 'unreachable' });
  test.match(await askAgent(moved, { command: 'status' }), { kind: 'result' });
  socket.write('{"id":5,"command":"trackers"}\n');
  await until(() => text.includes('"id":5'), 'the answer over the old connection');
  test.match(await server.open(join(directory, 'file')), 'is no socket');
  test.equal(server.path, moved, 'one that fails changes nothing');
  socket.destroy();
  test.strictSame(calls, []);
});
