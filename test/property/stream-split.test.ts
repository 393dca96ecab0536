/** However the bytes of a conversation are cut on their way, origin and client get the same ones. */
import fc from 'fast-check';
import t from 'tap';
import { decodeMessages } from '../interop/differential/http-message.ts';
import { DEFAULTS, Origin, type Peer, RunningProxy, until } from '../proxy/running-proxy.ts';

/** Of each setting. */
const RUNS = 50;

t.setTimeout(600_000);

interface Exchange {
  readonly request: string;
  readonly response: string;
  readonly bodyless: boolean;
  /** The response ends with its connection. */
  readonly closes: boolean;
}

interface Conversation {
  readonly exchanges: readonly Exchange[];
  readonly requestCuts: readonly number[];
  readonly responseCuts: readonly (readonly number[])[];
}

const payload = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0', '5', ' ', 'GET / HTTP/1.1\r\n\r\n'), maxLength: 60 }),
  fc.integer({ min: 1000, max: 70_000 }).map((size) => 'payload-'.repeat(size / 8)),
);

const chunks = fc
  .tuple(
    fc.array(fc.tuple(payload, fc.constantFrom('', ';a=b', ' ')), { maxLength: 4 }),
    fc.constantFrom('', 'X-Trailer: one\r\n', 'X-Trailer: one\r\nY:\r\n'),
  )
  .map(([parts, trailers]) => {
    const body = parts
      .filter(([part]) => part.length > 0)
      .map(([part, extension]) => `${part.length.toString(16)}${extension}\r\n${part}\r\n`);
    return `${body.join('')}0\r\n${trailers}\r\n`;
  });

/** A body and the header line that frames it. */
const framed = fc.oneof(
  payload.map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`),
  chunks.map((body) => `Transfer-Encoding: chunked\r\n\r\n${body}`),
);

const request = fc.oneof(
  fc.constantFrom('GET', 'HEAD', 'OPTIONS').map((method) => `${method} /path?query HTTP/1.1\r\nHost: a\r\n\r\n`),
  framed.map((body) => `POST /path HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(300)}\r\n${body}`),
);

const response = fc.oneof(
  { weight: 4, arbitrary: framed.map((body) => ({ text: `HTTP/1.1 200 OK\r\nServer: b\r\n${body}`, closes: false })) },
  { weight: 1, arbitrary: fc.constant({ text: 'HTTP/1.1 204 No Content\r\n\r\n', closes: false }) },
  { weight: 1, arbitrary: payload.map((body) => ({ text: `HTTP/1.1 200 OK\r\n\r\n${body}`, closes: true })) },
);

const exchange = fc
  .tuple(request, fc.constantFrom('', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'), response)
  .map(([asked, interim, answer]): Exchange => {
    const bodyless = asked.startsWith('HEAD');
    const text = bodyless ? answer.text.slice(0, answer.text.indexOf('\r\n\r\n') + 4) : answer.text;
    return { request: asked, response: interim + text, bodyless, closes: answer.closes && !bodyless };
  });

/** Where a text of that length is cut: here and there, or (a short one) after each byte. */
function cuts(length: number): fc.Arbitrary<readonly number[]> {
  const some = fc.array(fc.nat(length), { maxLength: 8 });
  const early = fc.array(fc.nat(Math.min(length, 500)), { maxLength: 20 });
  const every = fc.constant(Array.from({ length: Math.min(length, 100) }, (_, index) => index + 1));
  return fc
    .oneof({ weight: 3, arbitrary: some }, { weight: 3, arbitrary: early }, { weight: 1, arbitrary: every })
    .map((ends) => [...new Set([...ends, length])].sort((one, other) => one - other));
}

const conversation = fc
  .array(exchange, { minLength: 1, maxLength: 3 })
  // After an answer that ends with its connection there is no other.
  .map((list) => {
    const last = list.findIndex((one) => one.closes);
    return last < 0 ? list : list.slice(0, last + 1);
  })
  .chain((exchanges) =>
    fc.record({
      exchanges: fc.constant(exchanges),
      requestCuts: cuts(exchanges.map((one) => one.request).join('').length),
      responseCuts: fc.tuple(...exchanges.map((one) => cuts(one.response.length))),
    }),
  );

async function sendCut(peer: Peer, text: string, ends: readonly number[]): Promise<void> {
  let from = 0;
  for (const end of ends) {
    peer.send(text.slice(from, end));
    from = end;
    // Two turns, so that the proxy sees the piece alone most of the time.
    for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The bytes that origin and client got. */
interface Outcome {
  readonly origin: string;
  readonly client: string;
}

/** Lines of the proxy that the bytes go through. */
const SETTINGS: Readonly<Record<string, string>> = {
  'rules that change heads': ' option forwardfor\n http-response set-header x-passed yes\n',
  'rules that wait for payload and replace values': ` http-request wait-for-body time 5s
 http-request replace-header X-Long (x+) \\1y
 http-request replace-path (.*) /new\\1
 http-response wait-for-body time 5s at-least 100
 http-response replace-value Server (.*) \\1c
 http-after-response set-header x-passed yes
`,
  'a proxy that buffers requests': ' option http-buffer-request\n http-request set-header x-passed yes\n',
};

for (const [name, lines] of Object.entries(SETTINGS)) {
  t.test(`any cutting of requests and responses gives the same bytes at both ends: ${name}`, async (t) => {
    let now: Conversation = { exchanges: [], requestCuts: [], responseCuts: [] };
    let answered = 0;
    let atOrigin = '';
    const origin = await Origin.start((peer) => {
      let used = 0;
      peer.socket.on('data', (text: string) => {
        atOrigin += text;
        const one = now.exchanges[answered];
        const bytes = Buffer.from(peer.received.slice(used), 'latin1');
        const decoded = decodeMessages(bytes, { kind: 'request', bodyless: [], ended: false, tunnelAfter: 0 });
        if (one === undefined || decoded.messages[0]?.complete !== true) return;
        used = peer.received.length;
        const ends = now.responseCuts[answered++] ?? [];
        void sendCut(peer, one.response, ends).then(() => {
          if (one.closes) peer.socket.end();
        });
      });
    });
    t.teardown(() => origin.stop());
    const proxy = await RunningProxy.start(`${DEFAULTS}
listen web
 bind 127.0.0.1:$port
${lines} server s 127.0.0.1:${origin.port}
`);
    t.teardown(() => proxy.stop());

    const hold = async (wanted: Conversation): Promise<Outcome> => {
      now = wanted;
      answered = 0;
      atOrigin = '';
      const client = await proxy.connect();
      await sendCut(client, wanted.exchanges.map((one) => one.request).join(''), wanted.requestCuts);
      const bodyless = wanted.exchanges.flatMap((one, index) => (one.bodyless ? [index] : []));
      await until(
        () => `${wanted.exchanges.length} answers in ${JSON.stringify(client.received.slice(0, 500))}`,
        () => {
          const bytes = Buffer.from(client.received, 'latin1');
          const options = { kind: 'response', bodyless, ended: client.ended, tunnelAfter: -1 } as const;
          const finals = decodeMessages(bytes, options).messages.filter((one) => one.complete && !one.interim);
          return finals.length === wanted.exchanges.length;
        },
      );
      client.socket.destroy();
      await proxy.isQuiet();
      return { origin: atOrigin, client: client.received };
    };

    await fc.assert(
      fc.asyncProperty(conversation, async (wanted) => {
        const length = wanted.exchanges.map((one) => one.request).join('').length;
        const whole = await hold({
          exchanges: wanted.exchanges,
          requestCuts: [length],
          responseCuts: wanted.exchanges.map((one) => [one.response.length]),
        });
        const cut = await hold(wanted);
        return cut.origin === whole.origin && cut.client === whole.client;
      }),
      { numRuns: RUNS },
    );
    t.strictSame(proxy.messages, []);
  });
}
