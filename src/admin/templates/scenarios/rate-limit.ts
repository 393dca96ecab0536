import {
  backendLine,
  defaultBackendLine,
  frontendLine,
  HTTP_MODE,
  httpCheckLines,
  httpEntranceLines,
  ROUND_ROBIN,
  serverLine,
} from '../common-lines.ts';
import { CHECK_QUESTIONS, entranceQuestions, secondsQuestion, serversQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const RATE_LIMIT = defineTemplate({
  id: 'rate-limit',
  title: 'Web farm that clients cannot flood',
  purpose:
    'Requests and connections are counted for each client address; who asks too often gets 429, who opens too many ' +
    'connections is turned away, and the servers notice neither.',
  questions: {
    ...entranceQuestions('web', 80),
    servers: serversQuestion('Web servers', 'web', ['10.0.0.11:80', '10.0.0.12:80']),
    requests: {
      type: 'number',
      least: 1,
      most: 1_000_000,
      unit: 'requests',
      label: 'Most requests of one address',
      help: 'A page with its images and scripts is easily fifty; behind one address there may be a whole office.',
      initially: 300,
      example: 300,
    },
    period: secondsQuestion('... within', 'A sliding window: the last so many seconds.', 10, 3600),
    connections: {
      type: 'number',
      least: 1,
      most: 100_000,
      unit: 'connections',
      label: 'Most connections of one address at a time',
      help: 'A browser opens up to six for a site.',
      initially: 100,
      example: 100,
    },
    trusted: {
      type: 'addresses',
      least: 0,
      label: 'Addresses without a limit',
      help: 'Your monitoring, or a proxy behind which many users are.',
      initially: [],
      example: ['192.0.2.10'],
    },
    ...CHECK_QUESTIONS,
  },
  manual: [
    { place: '4.2 stick-table', about: 'tables, and what they count' },
    { place: '4.2 http-request track-sc0', about: 'counting a client' },
  ],
  write(answers, names) {
    const { name, requests, period, connections, trusted } = answers;
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    const spared = trusted.length > 0;
    const unless = spared ? ' !trusted' : '';
    const except = spared ? ' Trusted addresses are spared.' : '';
    return {
      sections: [
        section([`Clients of "${name}" arrive here, and are counted.`], frontendLine(frontend, 'the entrance'), [
          ...httpEntranceLines(answers),
          ...(spared
            ? [
                line(
                  `acl trusted src ${trusted.join(' ')}`,
                  'trusted holds for clients with one of these addresses.',
                  '7.3.3 src',
                ),
              ]
            : []),
          comment('A row for each client address: open connections, and the rate of requests.'),
          line(
            `stick-table type ip size 100k expire ${period * 2}s store conn_cur,http_req_rate(${period}s)`,
            'Up to 100,000 addresses are remembered (some 10 MB); one that is not seen for twice the period is forgotten.',
            '4.2 stick-table',
          ),
          line(
            'tcp-request connection track-sc0 src',
            "From here on this connection counts in the row of the client's address.",
            '4.2 tcp-request connection',
          ),
          comment('Too many connections: closed at once, before anything is read.'),
          line(
            `tcp-request connection reject if { sc_conn_cur(0) gt ${connections} }${unless}`,
            `The connection after the ${connections}th is closed.${except}`,
            '4.2 tcp-request connection',
          ),
          comment('Too many requests: an answer that says so.'),
          line(
            `http-request deny deny_status 429 if { sc_http_req_rate(0) gt ${requests} }${unless}`,
            `More than ${requests} requests in ${period} seconds: 429, Too Many Requests, until the rate is lower again.${except}`,
            '4.2 http-request deny',
          ),
          defaultBackendLine(backend),
        ]),
        section([`The web servers of "${name}".`], backendLine(backend, 'the servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.servers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
    };
  },
});
