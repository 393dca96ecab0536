/** The client goes away, or only stops sending, at every stage of a transaction. */
import {
  awaitSignal,
  close,
  closed,
  type DifferentialCase,
  get,
  halfClose,
  head,
  httpCase,
  idle,
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
  more: Partial<Parameters<typeof httpCase>[0]> & {
    allLogs?: Readonly<Record<string, number>>;
    keepsOrigin?: boolean;
  } = {},
): DifferentialCase[] {
  const { allLogs, keepsOrigin = false, ...rest } = more;
  const ending = keepsOrigin ? [] : [originsClosed];
  return ways.map(([way, step]) =>
    httpCase({
      ...rest,
      name: `client-${way}-${name}`,
      expect: expect[way] ?? '',
      logs: allLogs?.[way] ?? 1,
      client: [...before, step, ...(way === 'half-close' ? [closed] : [logged(allLogs?.[way] ?? 1), ...ending])],
    }),
  );
}

const nothing = { close: '', reset: '', 'half-close': '' };
const abortable = (server: string): string =>
  `listen {case}\n  bind {bind}\n  option abortonclose\n  server s1 {origin} ${server}\n`;
const postHead = (framing: string): string => head('POST /form HTTP/1.1', 'Host: example.test', framing);
const waitingOrigin: Script = [messages(1), closed];
const bigBody = 'b'.repeat(600_000);
/** How much of a large response was on its way when the client left is the kernel's affair. */
const sizes = [{ pattern: / 200 \d+ /g, as: ' 200 N ', because: 'the amount under way depends on buffers' }];

export const clientAborts: readonly DifferentialCase[] = [
  ...stage('silent', { close: '', reset: '', 'half-close': '400' }, []),
  ...stage('silent-dontlognull', { close: '', reset: '', 'half-close': '400' }, [], {
    config: web({ frontend: ['option dontlognull'] }),
    allLogs: { close: 0, reset: 0, 'half-close': 0 },
  }),
  ...stage('mid-line', { close: '', reset: '', 'half-close': '400' }, [send('GET /in')]),
  ...stage('mid-head', { close: '', reset: '', 'half-close': '400' }, [send('GET / HTTP/1.1\r\nHost: exa')]),
  ...stage('mid-length-body', nothing, [send(postHead('Content-Length: 10'), 'hello'), originText('hello')], {
    origin: [text('hello'), closed],
  }),
  ...stage('mid-chunk', nothing, [send(postHead('Transfer-Encoding: chunked'), 'a\r\nhello'), originText('hello')], {
    origin: [text('hello'), closed],
  }),
  ...stage(
    'between-chunks',
    nothing,
    [send(postHead('Transfer-Encoding: chunked'), '5\r\nhello\r\n'), originText('hello')],
    { origin: [text('hello'), closed] },
  ),
  ...stage('after-request', { close: '', reset: '', 'half-close': '504' }, [send(get('/')), originText('\r\n\r\n')], {
    origin: waitingOrigin,
  }),
  ...stage(
    'after-request-abortonclose',
    { close: '', reset: '', 'half-close': '400' },
    [send(get('/')), originText('\r\n\r\n')],
    {
      config: abortable(''),
      origin: waitingOrigin,
    },
  ),
  ...stage(
    'after-request-abortonclose-backend',
    { close: '', reset: '', 'half-close': '504' },
    [send(get('/')), originText('\r\n\r\n')],
    {
      config: web({ backend: ['option abortonclose'] }),
      origin: waitingOrigin,
    },
  ),
  ...stage('mid-response', { close: '200', reset: '200', 'half-close': '200' }, [send(get('/')), text('part')], {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), 'part'), closed],
  }),
  ...stage('mid-response-chunk', { close: '200', reset: '200', 'half-close': '200' }, [send(get('/')), text('part')], {
    origin: [messages(1), send(head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'), '4\r\npart\r\n'), closed],
  }),
  ...stage('after-response', { close: '200', reset: '200', 'half-close': '200' }, [send(get('/')), messages(1)], {
    keepsOrigin: true,
  }),
  httpCase({
    name: 'client-half-close-then-late-response',
    expect: '200',
    client: [send(get('/')), originText('\r\n\r\n'), halfClose, raise('half-closed'), closed],
    origin: [messages(1), awaitSignal('half-closed'), send(reply('late')), closed],
  }),
  httpCase({
    name: 'client-half-close-with-request',
    expect: '200',
    client: [send(get('/')), halfClose, closed],
  }),
  httpCase({
    name: 'client-half-close-with-close-request',
    expect: '200',
    client: [send(get('/', 'Connection: close')), halfClose, closed],
  }),
  httpCase({
    name: 'client-half-close-after-head-of-large-response',
    expect: '200',
    client: [send(get('/')), text('200 OK'), halfClose, closed],
    origin: [messages(1), send(reply(bigBody)), closed],
  }),
  httpCase({
    name: 'client-reset-during-large-response',
    expect: '200',
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
    expect: '200',
    logs: 2,
    client: [send(get('/')), messages(1), send('GET /second HT'), close, logged(2)],
  }),
  httpCase({
    name: 'client-half-close-mid-second-request',
    expect: '200 400',
    logs: 2,
    client: [send(get('/')), messages(1), send('GET /second HT'), halfClose, closed],
  }),
  httpCase({
    name: 'client-abort-in-queue',
    expect: '504',
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
    expect: '200',
    logs: 2,
    config: abortable('maxconn 1'),
    clients: [
      [send(get('/first')), messages(1), closed],
      [awaitSignal('first-at-origin'), send(get('/queued')), idle(100), close, logged(1), raise('aborted')],
    ],
    origins: {
      main: [[messages(1), raise('first-at-origin'), awaitSignal('aborted'), send(reply('done')), closed]],
    },
  }),
  httpCase({
    name: 'client-silent-until-timeout',
    expect: '408',
    client: [closed],
  }),
  httpCase({
    name: 'client-two-connections-one-aborts',
    expect: '200',
    logs: 2,
    clients: [
      [send(get('/stays')), originConnections(2), raise('both'), messages(1), closed],
      [send(get('/leaves')), awaitSignal('both'), reset, raise('left')],
    ],
    origins: { main: [[messages(1), awaitSignal('left'), send(reply('hello')), closed]] },
  }),
];
