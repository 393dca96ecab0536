/** Connection management: HTTP/1.0 and 1.1 persistence, keep-alive modes of both sides, reuse of server connections. */
import {
  awaitSignal,
  close,
  closed,
  type DifferentialCase,
  get,
  head,
  httpCase,
  messages,
  raise,
  reply,
  send,
  serve,
  web,
} from '../case.ts';

/** One request, and a second one if the connection is kept: what is left out shows as the script being stuck. */
function pair(name: string, first: string, lines: readonly string[] = [], logs = 2): DifferentialCase {
  return httpCase({
    name: `keep-${name}`,
    expect: logs === 2 ? '200 200' : '200',
    logs,
    config: web({ backend: lines }),
    client: [send(first), messages(1), ...(logs === 2 ? [send(get('/second')), messages(2)] : []), closed],
  });
}

const http10 = (...lines: readonly string[]): string => head('GET / HTTP/1.0', 'Host: example.test', ...lines);

const versions: readonly DifferentialCase[] = [
  pair('http11', get('/')),
  pair('http11-close', get('/', 'Connection: close'), [], 1),
  pair('http11-keep-alive-token', get('/', 'Connection: keep-alive')),
  pair('http11-close-and-keep-alive', get('/', 'Connection: close, keep-alive'), [], 1),
  pair('http11-keep-alive-and-close', get('/', 'Connection: keep-alive', 'Connection: close'), [], 1),
  pair('http11-other-token', get('/', 'Connection: X-Hop', 'X-Hop: value')),
  pair('http11-proxy-connection', get('/', 'Proxy-Connection: close')),
  pair('http10', http10(), [], 1),
  pair('http10-keep-alive', http10('Connection: keep-alive')),
  pair('http10-keep-alive-upper-case', http10('Connection: KEEP-ALIVE')),
  pair('http10-close', http10('Connection: close'), [], 1),
];

const modes: readonly DifferentialCase[] = [
  pair('mode-keep-alive', get('/'), ['option http-keep-alive']),
  pair('mode-server-close', get('/'), ['option http-server-close']),
  pair('mode-httpclose', get('/'), ['option httpclose'], 1),
  pair('mode-server-close-client-close', get('/', 'Connection: close'), ['option http-server-close'], 1),
  pair('mode-server-close-http10', http10('Connection: keep-alive'), ['option http-server-close']),
  pair('mode-httpclose-http10', http10('Connection: keep-alive'), ['option httpclose'], 1),
];

/** What the origin says about its own connection. */
function originSays(name: string, response: string, closes: boolean): DifferentialCase {
  return httpCase({
    name: `keep-origin-${name}`,
    expect: '200 200',
    logs: 2,
    client: [send(get('/1')), messages(1), send(get('/2')), messages(2), closed],
    origin: closes ? [messages(1), send(response), close] : [serve(response)],
  });
}

const origins: readonly DifferentialCase[] = [
  originSays('keeps', reply('hello'), false),
  originSays('says-close', reply('hello', 'Connection: close'), true),
  originSays('closes-silently', reply('hello'), true),
  originSays('http10', `${head('HTTP/1.0 200 OK', 'Content-Length: 5')}hello`, true),
  originSays(
    'http10-keep-alive',
    `${head('HTTP/1.0 200 OK', 'Content-Length: 5', 'Connection: keep-alive')}hello`,
    false,
  ),
  originSays('says-keep-alive', reply('hello', 'Connection: keep-alive'), false),
  httpCase({
    name: 'keep-origin-until-close',
    expect: '200',
    client: [send(get('/')), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK'), 'until the end'), close],
  }),
  httpCase({
    name: 'keep-origin-until-close-http10-client',
    expect: '200',
    client: [send(http10('Connection: keep-alive')), closed],
    origin: [messages(1), send(head('HTTP/1.0 200 OK'), 'until the end'), close],
  }),
  httpCase({
    name: 'keep-origin-until-close-empty',
    expect: '200',
    client: [send(get('/')), closed],
    origin: [messages(1), send(head('HTTP/1.1 200 OK')), close],
  }),
];

/** Two clients one after the other, each with two requests: how many server connections are opened, and for whom. */
function reuse(mode: string, clientCloses: boolean): DifferentialCase {
  const leaving = clientCloses ? [close] : [];
  return httpCase({
    name: `reuse-${mode}${clientCloses ? '-after-close' : ''}`,
    expect: '200 200',
    logs: 4,
    config: web({ backend: [`http-reuse ${mode}`] }),
    clients: [
      [send(get('/a1')), messages(1), send(get('/a2')), messages(2), ...leaving, raise('first-done'), closed],
      [awaitSignal('first-done'), send(get('/b1')), messages(1), send(get('/b2')), messages(2), closed],
    ],
    loose: [
      {
        pattern: / A\/\d+\/\d+\/\d+\//g,
        as: ' A/F/B/S/',
        because: 'whether the first client has left the counters yet when the second is logged',
      },
    ],
  });
}

const reuses: readonly DifferentialCase[] = ['never', 'safe', 'aggressive', 'always'].flatMap((mode) => [
  reuse(mode, false),
  reuse(mode, true),
]);

export const keepAlive: readonly DifferentialCase[] = [
  ...versions,
  ...modes,
  ...origins,
  ...reuses,
  httpCase({
    name: 'keep-server-maxconn-shared',
    expect: '200 200',
    logs: 4,
    config: web({ server: 'maxconn 1' }),
    clients: [
      [send(get('/a1')), messages(1), raise('first'), awaitSignal('second'), send(get('/a2')), messages(2), closed],
      [awaitSignal('first'), send(get('/b1')), messages(1), raise('second'), send(get('/b2')), messages(2), closed],
    ],
    loose: [
      {
        pattern: / A\/\d+\/\d+\/\d+\/\d+ \d+\/\d+/g,
        as: ' A/F/B/S/R Q',
        because: 'the two clients are served side by side',
      },
    ],
  }),
];
