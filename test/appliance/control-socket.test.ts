/** The control socket: whatever is sent to it, every line is answered, in order, and nothing ends it. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { askAppliance } from '../../src/appliance/control/ask.ts';
import { type Command, numberField, Refusal, textField } from '../../src/appliance/control/command.ts';
import { ControlSocket } from '../../src/appliance/control/control-socket.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-control-'));
const path = join(directory, 'appliance.sock');
const told: string[] = [];

const commands: readonly Command[] = [
  { word: 'echo', help: '', run: (request) => textField(request, 'text') },
  { word: 'half', help: '', run: (request) => numberField(request, 'of', { least: 0, most: 100, usual: 10 }) / 2 },
  {
    word: 'refuse',
    help: '',
    run() {
      throw new Refusal('no', 'not today');
    },
  },
  {
    word: 'fault',
    help: '',
    run() {
      throw new Error('a mistake of ours');
    },
  },
  {
    word: 'sum',
    help: '',
    takesBytes: true,
    async run(_, { bytes, progress }) {
      let sum = 0;
      for await (const part of bytes?.read() ?? []) for (const byte of part) sum += byte;
      progress('counted');
      return sum;
    },
  },
  { word: 'ignore-bytes', help: '', takesBytes: true, run: () => 'not read' },
];

const control = new ControlSocket(commands, (text) => told.push(text));
await control.listen(path);
t.teardown(() => {
  control.close();
  rmSync(directory, { recursive: true });
});

/** Sends the parts as they are, says nothing more, and gives all lines that come. */
async function conversation(...parts: readonly (string | Buffer)[]): Promise<unknown[]> {
  const socket: Socket = connect(path);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {}); // who says too much is hung up on
  await once(socket, 'connect');
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
  if (!socket.closed) await once(socket, 'close');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const line = (request: object): string => `${JSON.stringify(request)}\n`;
const refused = (code: string) => ({ ok: false, error: { code } });

t.test('nobody but its owner may open the socket', async (t) => {
  t.equal(statSync(path).mode & 0o777, 0o600);
});

t.test('what is wrong is refused, and the next line is answered all the same', async (t) => {
  const wrong: readonly (readonly [string, string])[] = [
    ['nonsense\n', 'bad-json'],
    ['\n', 'bad-json'],
    ['[]\n', 'bad-request'],
    ['null\n', 'bad-request'],
    ['{"command":7}\n', 'bad-request'],
    ['{}\n', 'bad-request'],
    [line({ command: 'no such' }), 'unknown-command'],
    [line({ command: '__proto__' }), 'unknown-command'],
    [line({ command: 'echo' }), 'bad-request'],
    [line({ command: 'half', of: 101 }), 'bad-request'],
    [line({ command: 'half', of: '7' }), 'bad-request'],
    [line({ command: 'refuse' }), 'no'],
    [line({ command: 'fault' }), 'internal'],
    [line({ command: 'sum' }), 'bad-request'],
    [line({ command: 'sum', size: -1 }), 'bad-request'],
    [line({ command: 'sum', size: 2 ** 53 }), 'bad-request'],
  ];
  const answers = await conversation(...wrong.flatMap(([text]) => [text, line({ command: 'half' })]));
  t.match(
    answers,
    wrong.flatMap(([, code]) => [refused(code), { ok: true, result: 5 }]),
  );
  t.equal(told.length, 1, 'a mistake of ours is in the log, those of others are not');
});

t.test('a line that is too long is refused before it is whole', async (t) => {
  t.match(await conversation('x'.repeat(70_000)), [refused('too-long')]);
  const longest = 'y'.repeat(64 * 1024 - line({ command: 'echo', text: '' }).length + 1);
  t.match(await conversation(line({ command: 'echo', text: longest })), [{ ok: true, result: longest }]);
});

t.test('bytes follow a line, and the line after them is a line again', async (t) => {
  const big = Buffer.alloc(300_000, 1);
  t.match(await conversation(line({ command: 'sum', size: big.length }), big, line({ command: 'half' })), [
    { progress: 'counted' },
    { ok: true, result: 300_000 },
    { ok: true, result: 5 },
  ]);
  t.match(
    await conversation(line({ command: 'ignore-bytes', size: big.length }), big, line({ command: 'half' })),
    [
      { ok: true, result: 'not read' },
      { ok: true, result: 5 },
    ],
    'also when nobody read them',
  );
  t.match(await conversation(line({ command: 'sum', size: 10 }), 'short'), [refused('cut-off')]);
});

t.test('any bytes in any pieces: an answer a line, in order', async (t) => {
  const request = fc.oneof(
    fc.record({ command: fc.constantFrom('echo', 'half', 'refuse', 'nothing'), text: fc.string(), of: fc.integer() }),
    fc.jsonValue(),
  );
  const text = fc.oneof(
    request.map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array({ maxLength: 40 }),
  );
  const lines = fc.array(
    text.map((bytes) => Buffer.from(bytes).filter((byte) => byte !== 0x0a)),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(60), { maxLength: 10 }), async (sent, cuts) => {
      const all = Buffer.concat(sent.flatMap((one) => [one, Buffer.from('\n')]));
      const ends = [...new Set(cuts.map((cut) => Math.min(cut, all.length)))].sort((one, other) => one - other);
      const pieces = [0, ...ends].map((start, index) => all.subarray(start, ends[index] ?? all.length));
      const answers = await conversation(...pieces.filter(({ length }) => length > 0));
      if (answers.length !== sent.length) throw new Error(`${answers.length} answers to ${sent.length} lines`);
      for (const [index, answer] of answers.entries()) {
        const { ok, result } = answer as { ok: boolean; result: unknown };
        const asked = readable(sent[index] as Uint8Array);
        if (ok && asked['command'] === 'echo' && result !== asked['text'])
          throw new Error('the answer of another line');
      }
    }),
    { numRuns: 100 },
  );
  t.equal(await askAppliance(path, { command: 'half' }), 5);
});

function readable(bytes: Uint8Array): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) ?? {};
  } catch {
    return {};
  }
}

t.test('asking tells apart: nobody there, a refusal, silence', async (t) => {
  await t.rejects(askAppliance(join(directory, 'nobody'), { command: 'half' }), { code: 'absent' });
  await t.rejects(askAppliance(path, { command: 'refuse' }), { code: 'no', message: 'not today' });
  async function* bytes(): AsyncGenerator<Buffer> {
    yield Buffer.from([1, 2]);
    yield Buffer.from([3]);
  }
  const heard: unknown[] = [];
  const onProgress = (value: unknown): void => void heard.push(value);
  t.equal(await askAppliance(path, { command: 'sum', size: 3 }, { bytes: bytes(), onProgress }), 6);
  t.same(heard, ['counted']);
});
