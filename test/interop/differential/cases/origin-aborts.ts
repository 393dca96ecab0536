/** The origin goes away at every stage of a transaction, or answers before it should. */
import {
  awaitSignal,
  clientText,
  close,
  closed,
  type DifferentialCase,
  get,
  halfClose,
  head,
  httpCase,
  messages,
  raise,
  reply,
  reset,
  type Script,
  type Step,
  send,
  serve,
  text,
  web,
} from '../case.ts';

const ways: readonly (readonly [string, Step])[] = [
  ['fin', close],
  ['reset', reset],
  ['half-close', halfClose],
];

/** The origin leaves in three ways after the same beginning; one expectation for each way. */
function stage(
  name: string,
  expect: readonly string[],
  before: Script,
  client: Script = [send(get('/')), closed],
  config?: string,
): DifferentialCase[] {
  return ways.map(([way, step], index) =>
    httpCase({
      name: `origin-${way}-${name}`,
      expect: expect[index] ?? '',
      ...(config === undefined ? {} : { config }),
      client,
      origin: [...before, step, closed],
    }),
  );
}

const CHUNKED = 'Transfer-Encoding: chunked';
const postHead = (framing: string): string => head('POST /form HTTP/1.1', 'Host: example.test', framing);
const largeUpload = 'u'.repeat(400_000);

export const originAborts: readonly DifferentialCase[] = [
  ...stage('before-response', ['502', '502', '502'], [messages(1)]),
  ...stage(
    'before-response-no-retry',
    ['502', '502', '502'],
    [messages(1)],
    undefined,
    web({ backend: ['retries 0'] }),
  ),
  ...stage('mid-status-line', ['502', '502', '502'], [messages(1), send('HTTP/1.1 20')]),
  ...stage('mid-response-head', ['502', '502', '502'], [messages(1), send('HTTP/1.1 200 OK\r\nContent-Le')]),
  ...stage(
    'after-response-head',
    ['200', '200', '200'],
    [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10')), clientText('\r\n\r\n')],
  ),
  ...stage(
    'mid-length-body',
    ['200', '200', '200'],
    [messages(1), send(head('HTTP/1.1 200 OK', 'Content-Length: 10'), 'hello'), awaitSignal('part-seen')],
    [send(get('/')), text('hello'), raise('part-seen'), closed],
  ),
  ...stage(
    'mid-chunk',
    ['200', '200', '200'],
    [messages(1), send(head('HTTP/1.1 200 OK', CHUNKED), 'a\r\nhello'), awaitSignal('part-seen')],
    [send(get('/')), text('hello'), raise('part-seen'), closed],
  ),
  ...stage(
    'between-chunks',
    ['200', '200', '200'],
    [messages(1), send(head('HTTP/1.1 200 OK', CHUNKED), '5\r\nhello\r\n'), awaitSignal('part-seen')],
    [send(get('/')), text('hello'), raise('part-seen'), closed],
  ),
  ...stage(
    'mid-trailers',
    ['200', '200', '200'],
    [messages(1), send(head('HTTP/1.1 200 OK', CHUNKED), '5\r\nhello\r\n0\r\nX-Tr'), awaitSignal('part-seen')],
    [send(get('/')), text('hello'), raise('part-seen'), closed],
  ),
  ...stage(
    'until-close-body',
    ['200', '200', '200'],
    [messages(1), send(head('HTTP/1.1 200 OK'), 'hello'), awaitSignal('part-seen')],
    [send(get('/')), text('hello'), raise('part-seen'), closed],
  ),
  ...stage(
    'after-response',
    ['200', '200', '200'],
    [messages(1), send(reply('hello')), awaitSignal('seen')],
    [send(get('/')), messages(1), raise('seen'), closed],
  ),
  ...stage(
    'mid-request-body',
    ['502', '', '502'],
    [text('hello')],
    [send(postHead('Content-Length: 10'), 'hello'), closed],
  ),
  ...stage(
    'mid-interim',
    ['103 502', '103 502', '103 502'],
    [messages(1), send(head('HTTP/1.1 103 Early Hints', 'Link: </a>'))],
    [send(get('/')), closed],
  ),
  httpCase({
    name: 'origin-idle-close-then-second-request',
    expect: '200 200',
    logs: 2,
    client: [send(get('/1')), messages(1), raise('one'), awaitSignal('closed'), send(get('/2')), messages(2), closed],
    origins: {
      main: [
        [messages(1), send(reply('one')), awaitSignal('one'), halfClose, closed, raise('closed')],
        [messages(1), send(reply('two')), closed],
      ],
    },
  }),
  httpCase({
    // As when the connection had broken under an idle client: closed without an answer and without a log line.
    name: 'origin-close-on-second-request',
    expect: '200',
    logs: 1,
    client: [send(get('/1')), messages(1), send(get('/2')), messages(2), closed],
    origins: { main: [[messages(1), send(reply('one')), messages(2), close], [serve(reply('other'))]] },
  }),
  httpCase({
    name: 'origin-reset-on-second-request',
    expect: '200',
    logs: 1,
    client: [send(get('/1')), messages(1), send(get('/2')), messages(2), closed],
    origins: { main: [[messages(1), send(reply('one')), messages(2), reset], [serve(reply('other'))]] },
  }),
  httpCase({
    name: 'origin-early-response-keeps-reading',
    expect: '200',
    client: [send(postHead('Content-Length: 10'), 'hello'), messages(1), send('world'), closed],
    origin: [text('hello'), send(reply('early')), text('world'), closed],
  }),
  httpCase({
    name: 'origin-early-response-client-stops',
    expect: '200',
    client: [send(postHead('Content-Length: 10'), 'hello'), messages(1), closed],
    origin: [text('hello'), send(reply('early')), closed],
  }),
  httpCase({
    name: 'origin-early-response-then-half-close',
    expect: '200',
    client: [send(postHead('Content-Length: 10'), 'hello'), messages(1), closed],
    origin: [text('hello'), send(reply('early', 'Connection: close')), halfClose, closed],
  }),
  httpCase({
    name: 'origin-early-413-then-close',
    expect: '413',
    client: [send(postHead(`Content-Length: ${largeUpload.length}`), 'first'), messages(1), closed],
    origin: [text('first'), send(head('HTTP/1.1 413 Too Large', 'Content-Length: 0', 'Connection: close')), close],
  }),
  httpCase({
    name: 'origin-answers-without-reading-body-chunked',
    expect: '200',
    client: [send(postHead(CHUNKED), '5\r\nhello\r\n'), messages(1), closed],
    origin: [text('hello'), send(reply('early')), closed],
  }),
];
