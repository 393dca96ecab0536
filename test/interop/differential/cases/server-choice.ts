/** Who serves without being balanced to: `use-server`, `dispatch`, `option transparent`. */
import { close, closed, type DifferentialCase, get, httpCase, messages, reply, send, serve, text } from '../case.ts';

/** Two servers, and what `lines` of the backend choose between them. */
function twoServers(lines: readonly string[], mode = 'http', second = ''): string {
  return [
    'frontend {case}',
    `  mode ${mode}`,
    '  bind {bind}',
    '  default_backend {case}-be',
    'backend {case}-be',
    `  mode ${mode}`,
    ...lines.map((line) => `  ${line}`),
    '  server s1 {origin}',
    `  server s2 {origin:second} ${second}`,
    '',
  ].join('\n');
}

const whoAnswers = { main: [[serve(reply('first'))]], second: [[serve(reply('second'))]] };

const servers: readonly DifferentialCase[] = [
  httpCase({
    name: 'use-server-by-path',
    expect: '200 200 200',
    config: twoServers(['use-server s2 if { path_beg /two }', 'use-server s1 unless { path_beg /two }']),
    client: [
      send(get('/two')),
      messages(1),
      send(get('/one')),
      messages(2),
      send(get('/two/more', 'Connection: close')),
      closed,
    ],
    origins: whoAnswers,
    logs: 3,
  }),
  httpCase({
    name: 'use-server-first-rule-wins',
    expect: '200',
    config: twoServers(['use-server s2 if TRUE', 'use-server s1 if TRUE']),
    client: [send(get('/', 'Connection: close')), closed],
    origins: whoAnswers,
  }),
  httpCase({
    name: 'use-server-skips-a-disabled-one',
    expect: '200',
    config: twoServers(['use-server s2 if TRUE'], 'http', 'disabled'),
    client: [send(get('/', 'Connection: close')), closed],
    origins: whoAnswers,
  }),
  httpCase({
    name: 'use-server-takes-a-server-of-weight-zero',
    expect: '200',
    config: twoServers(['use-server s2 if TRUE'], 'http', 'weight 0'),
    client: [send(get('/', 'Connection: close')), closed],
    origins: whoAnswers,
  }),
  httpCase({
    name: 'use-server-in-tcp-mode',
    expect: '',
    raw: true,
    config: twoServers(['use-server s2 if { src 127.0.0.1 }'], 'tcp'),
    client: [text('two'), closed],
    origins: { main: [[send('one'), close]], second: [[send('two'), close]] },
  }),
];

/** A backend without balancing. */
function direct(backend: readonly string[], frontend: readonly string[] = []): string {
  return [
    'frontend {case}',
    '  bind {bind}',
    ...frontend.map((line) => `  ${line}`),
    '  default_backend {case}-be',
    'backend {case}-be',
    ...backend.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const directs: readonly DifferentialCase[] = [
  httpCase({
    name: 'dispatch-http',
    expect: '200 200',
    config: direct(['dispatch {origin}']),
    client: [send(get('/a')), messages(1), send(get('/b', 'Connection: close')), closed],
    logs: 2,
  }),
  httpCase({
    name: 'dispatch-tcp',
    expect: '',
    raw: true,
    config: direct(['mode tcp', 'dispatch {origin}'], ['mode tcp', 'option tcplog']),
    client: [send('hello'), closed],
    origin: [text('hello'), send('world'), close],
  }),
  httpCase({
    name: 'dispatch-to-nobody',
    expect: '503',
    config: direct(['dispatch {dead}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'dispatch-comes-before-servers',
    expect: '200',
    config: direct(['dispatch {origin}', 'server s1 {dead}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'dispatch-comes-after-use-server',
    expect: '200',
    config: direct(['dispatch {dead}', 'use-server s1 if TRUE', 'server s1 {origin}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'dispatch-is-nothing-beside-balance',
    expect: '200',
    config: direct(['balance roundrobin', 'dispatch {dead}', 'server s1 {origin}']),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'transparent-goes-where-the-client-went',
    expect: '200',
    config: direct(
      ['option transparent'],
      ['http-request set-dst str({origin}),field(1,:)', 'http-request set-dst-port str({origin}),field(2,:)'],
    ),
    client: [send(get('/', 'Connection: close')), closed],
  }),
  httpCase({
    name: 'transparent-in-the-old-words',
    expect: '',
    raw: true,
    config: direct(
      ['mode tcp', 'transparent'],
      ['mode tcp', 'option tcplog', 'tcp-request connection set-dst-port str({origin}),field(2,:)'],
    ),
    client: [send('hello'), closed],
    origin: [text('hello'), send('world'), close],
  }),
];

export const serverChoice: readonly DifferentialCase[] = [...servers, ...directs];
