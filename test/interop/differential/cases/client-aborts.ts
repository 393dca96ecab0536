/** The client goes away, or only stops sending, at every stage of a transaction. */
import {
  awaitSignal,
  close,
  closed,
  clientText,
  type DifferentialCase,
  get,
  halfClose,
  head,
  httpCase,
  logged,
  messages,
  originConnections,
  originsClosed,
  originText,
  raise,
  reply,
  reset,
  type Script,
  type Step,
  send,
  text,
  web,
} from '../case.ts';

const ways: readonly (readonly [string, Step])[] = [
  ['close', close],
  ['reset', reset],
  ['half-close', halfClose],
];

/** The same stage left in three ways; after a half-close the client still reads. */
function stage(
  name: string,
  expect: Readonly<Record<string, string>>,
  before: Script,
  more: Partial<Parameters<typeof httpCase>[0]> & { allLogs?: Readonly<Record<string, number>> } = {},
): DifferentialCase[] {
  const { allLogs, ...rest } = more;
  return ways.map(([way, step]) =>
    httpCase({
      ...rest,
      name: `client-${way}-${name}`,
      expect: expect[way] ?? '',
      logs: allLogs?.[way] ?? 1,
      client: [...before, step, ...(way === 'half-close' ? [closed] : [logged(allLogs?.[way] ?? 1), originsClosed])],
    }),
  );
}

const unknown = { close: '?', reset: '?', 'half-close': '?' };
const postHead = (framing: string): string => head('POST /form HTTP/1.1', 'Host: example.test', framing);
const waitingOrigin: Script = [messages(1), closed];
const bigBody = 'b'.repeat(600_000);
/** How much of a large response was on its way when the client left is the kernel's affair. */
const sizes = [{ pattern: / 200 \d+ /g, as: ' 200 N ', because: 'the amount under way depends on buffers' }];

export const clientAborts: readonly DifferentialCase[] = [
  ...stage('silent', unknown, []),
  ...stage('silent-dontlognull', unknown, [], {
    config: web({ frontend: ['option dontlognull'] }),
    allLogs: { close: 0, reset: 0, 'half-close': 0 },
  }),
  ...stage('mid-line', unknown, [send('GET /in')]),
  ...stage('mid-head', unknown, [send('GET / HTTP/1.1\r\nHost: exa')]),
  ...stage('mid-length-body', unknown, [send(postHead('Content-Length: 10'), 'hello'), originText('hello')], {
    origin: [text('hello'), closed],
  }),
  ...stage(
    'mid-chunk',
    unknown,
    [send(postHead('Transfer-Encoding: chunked'), 'a\r\nhello'), originText('hello')],
    { origin: [text('hello'), closed] },
  ),
  ...stage(
    'between-chunks',
    unknown,
    [send(postHead('Transfer-Encoding: chunked'), '5\r\nhello\r\n'), originText('hello')],
    { origin: [text('hello'), closed] },
  ),
  ...stage('after-request', unknown, [send(get('/')), originText('\r\n\r\n')], { origin: waitingOrigin }),
  ...stage('after-request-abortonclose', unknown, [send(get('/')), originText('\r\n\r\n')], {
    config: web({ backend: ['option abortonclose'] }),
    origin: waitingOrigin,
  }),
  ...stage('mid-response', unknown, [send(get('/')), text('part')], {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), 'part'), closed],
  }),
  ...stage('mid-response-chunk', unknown, [send(get('/')), text('part')], {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'), '4\r\npart\r\n'), closed],
  }),
  ...stage('after-response', unknown, [send(get('/')), messages(1)]),
  httpCase({
    name: 'client-half-close-then-late-response',
    expect: '?',
    client: [send(get('/')), originText('\r\n\r\n'), halfClose, raise('half-closed'), closed],
    origin: [messages(1), awaitSignal('half-closed'), send(reply('late')), closed],
  }),
  httpCase({
    name: 'client-half-close-with-request',
    expect: '?',
    client: [send(get('/')), halfClose, closed],
  }),
  httpCase({
    name: 'client-half-close-with-close-request',
    expect: '?',
    client: [send(get('/', 'Connection: close')), halfClose, closed],
  }),
  httpCase({
    name: 'client-half-close-after-head-of-large-response',
    expect: '?',
    client: [send(get('/')), text('200 OK'), halfClose, closed],
    origin: [messages(1), send(reply(bigBody)), closed],
  }),
  httpCase({
    name: 'client-reset-during-large-response',
    expect: '?',
    client: [send(get('/')), text('200 OK'), reset, logged(1), originsClosed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 90000000'), bigBody.repeat(10)), closed],
    loose: [
      ...sizes,
      { pattern: /(body|HTTP\/1.1 200 OK|content-length)[^\n]*\n/g, as: '', because: 'read or not before the reset' },
      { pattern: /(C|S)D-- /g, as: 'XD-- ', because: 'whether reading or writing sees the reset first' },
      { pattern: /rest [^\n]*\n/g, as: '', because: 'read or not before the reset' },
    ],
  }),
  httpCase({
    name: 'client-close-while-origin-answers',
    expect: '',
    client: [send(get('/')), originText('\r\n\r\n'), close, raise('gone'), logged(1)],
    origin: [messages(1), awaitSignal('gone'), send(reply('nobody reads this')), closed],
  }),
  httpCase({
    name: 'client-close-mid-second-request',
    expect: '?',
    logs: 2,
    client: [send(get('/')), messages(1), send('GET /second HT'), close, logged(2)],
  }),
  httpCase({
    name: 'client-half-close-mid-second-request',
    expect: '?',
    logs: 2,
    client: [send(get('/')), messages(1), send('GET /second HT'), halfClose, closed],
  }),
  httpCase({
    name: 'client-abort-in-queue',
    expect: '?',
    logs: 2,
    config: web({ server: 'maxconn 1' }),
    clients: [
      [send(get('/first')), messages(1), closed],
      [awaitSignal('first-at-origin'), send(get('/queued')), close, logged(1), raise('aborted')],
    ],
    origins: {
      main: [[messages(1), raise('first-at-origin'), awaitSignal('aborted'), send(reply('done')), closed]],
    },
  }),
  httpCase({
    name: 'client-abort-in-queue-abortonclose',
    expect: '?',
    logs: 2,
    config: web({ backend: ['option abortonclose'], server: 'maxconn 1' }),
    clients: [
      [send(get('/first')), messages(1), closed],
      [awaitSignal('first-at-origin'), send(get('/queued')), close, logged(1), raise('aborted')],
    ],
    origins: {
      main: [[messages(1), raise('first-at-origin'), awaitSignal('aborted'), send(reply('done')), closed]],
    },
  }),
  httpCase({
    name: 'client-silent-until-timeout',
    expect: '?',
    client: [closed],
  }),
  httpCase({
    name: 'client-two-connections-one-aborts',
    expect: '?',
    logs: 2,
    clients: [
      [send(get('/stays')), originConnections(2), raise('both'), clientText('hello'), messages(1), closed],
      [send(get('/leaves')), awaitSignal('both'), reset, logged(1), raise('left')],
    ],
    origins: { main: [[messages(1), awaitSignal('left'), send(reply('hello')), closed]] },
  }),
];
