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
import {
  CHECK_PATH_QUESTION,
  CHECK_QUESTIONS,
  entranceQuestions,
  secondsQuestion,
  serversQuestion,
} from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

/** Any 16 bytes in base64 will do (RFC 6455, 4.1). */
const CHECK_KEY = 'bWFoYWxvLWhlYWx0aC1jaA==';

export const WEBSOCKET_ADVANCED = defineTemplate({
  id: 'websocket-advanced',
  title: 'WebSockets on servers of their own, with a watched handshake',
  purpose:
    'Pages and WebSockets go to different servers, by host name or by the Upgrade header. Handshakes that are not complete ' +
    'or speak an unknown protocol are refused, and health checks open a real WebSocket.',
  questions: {
    ...entranceQuestions('web', 80),
    host: {
      type: 'host',
      label: 'Host name of the WebSocket service',
      help: 'Requests for it go to the WebSocket servers; requests for other names do, too, when they ask for an upgrade.',
      initially: undefined,
      example: 'ws.example.com',
    },
    webServers: serversQuestion('Servers for pages', 'web', ['10.0.0.11:80', '10.0.0.12:80'], 'Web servers'),
    socketServers: serversQuestion(
      'WebSocket servers',
      'ws',
      ['10.0.0.81:8080', '10.0.0.82:8080'],
      'WebSocket servers',
    ),
    protocols: {
      type: 'texts',
      shape: 'token',
      least: 0,
      label: 'Application protocols',
      help: 'Sec-WebSocket-Protocol must be one of these; with none given, any will do. The first one is used by checks.',
      initially: [],
      example: ['echo-protocol'],
    },
    socketPath: {
      ...CHECK_PATH_QUESTION,
      label: 'Path of the WebSocket that checks open',
      help: 'A server that answers 101 is well.',
    },
    tunnel: secondsQuestion(
      'Longest silence of a WebSocket',
      'Longer than the time between two pings of the application; each message starts it anew.',
      3600,
    ),
    ...CHECK_QUESTIONS,
  },
  manual: [
    { place: '4.2 timeout tunnel', about: 'the time-out of connections that were upgraded' },
    { place: '4.2 http-request deny', about: 'refusing requests' },
  ],
  write(answers, names) {
    const { name, host, protocols, tunnel } = answers;
    const frontend = names.proxy(`${name}_in`);
    const pages = names.proxy(`${name}_pages`);
    const sockets = names.proxy(`${name}_sockets`);
    const [protocol] = protocols;
    const asksUpgrade = line(
      'acl asks_upgrade hdr(Connection) -i upgrade',
      'asks_upgrade holds when the client wants to change the protocol of the connection.',
      '7.3.6 req.hdr',
    );
    const asksWebsocket = line(
      'acl asks_websocket hdr(Upgrade) -i websocket',
      'asks_websocket holds when that protocol is WebSocket.',
      '7.3.6 req.hdr',
    );
    return {
      sections: [
        section(
          [`Clients of "${name}" arrive here, for pages and for WebSockets.`],
          frontendLine(frontend, 'the entrance'),
          [
            ...httpEntranceLines(answers),
            comment('By the name of the host ...'),
            line(
              `acl host_is_websocket req.hdr(host),field(1,:) -i ${host}`,
              `host_is_websocket holds when the request is for ${host}, whatever the port.`,
              '7.3.6 req.hdr',
            ),
            line(
              `use_backend ${sockets} if host_is_websocket`,
              'These go to the WebSocket servers.',
              '4.2 use_backend',
            ),
            comment('... or by the headers of a handshake.'),
            asksUpgrade,
            asksWebsocket,
            line(
              `use_backend ${sockets} if asks_upgrade asks_websocket`,
              'A handshake for any other name goes there as well; both must hold.',
              '4.2 use_backend',
            ),
            defaultBackendLine(pages, 'Everything else'),
          ],
        ),
        section([`The web servers of "${name}".`], backendLine(pages, 'the web servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.webServers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
        section([`The WebSocket servers of "${name}".`], backendLine(sockets, 'the WebSocket servers'), [
          HTTP_MODE,
          line(
            'balance leastconn',
            'The server with the fewest connections; WebSockets are long, and that is how they stay even.',
            '4.2 balance',
          ),
          line(
            `timeout tunnel ${tunnel}s`,
            `After the answer 101 a connection may be silent for ${tunnel} seconds.`,
            '4.2 timeout tunnel',
          ),
          comment('Only complete handshakes pass (RFC 6455, 4.1).'),
          asksUpgrade,
          asksWebsocket,
          line(
            'acl has_one_key req.hdr_cnt(Sec-WebSocket-Key) eq 1',
            'has_one_key holds when the header is there exactly once.',
            '7.3.6 req.hdr_cnt',
          ),
          line(
            'acl has_one_version req.hdr_cnt(Sec-WebSocket-Version) eq 1',
            'has_one_version holds when the header is there exactly once.',
            '7.3.6 req.hdr_cnt',
          ),
          line(
            'http-request deny unless asks_upgrade asks_websocket has_one_key has_one_version',
            'Refused with 403 unless all four hold.',
            '4.2 http-request deny',
          ),
          ...(protocols.length === 0
            ? []
            : [
                comment('Add the protocol of each new application here.'),
                line(
                  `acl known_protocol req.hdr(Sec-WebSocket-Protocol) -i ${protocols.join(' ')}`,
                  'known_protocol holds when one of the protocols that the client offers is in this list.',
                  '7.3.6 req.hdr',
                ),
                line(
                  'http-request deny unless known_protocol',
                  'Any other is refused with 403.',
                  '4.2 http-request deny',
                ),
              ]),
          comment('A check opens a WebSocket; 101 means that it was opened.'),
          line('option httpchk', 'Servers are asked over HTTP whether they are well.', '4.2 option httpchk'),
          line(
            `http-check send meth GET uri ${answers.socketPath} ver HTTP/1.1 hdr Host ${host} hdr Connection Upgrade ` +
              `hdr Upgrade websocket hdr Sec-WebSocket-Version 13 hdr Sec-WebSocket-Key ${CHECK_KEY}` +
              (protocol === undefined ? '' : ` hdr Sec-WebSocket-Protocol ${protocol}`),
            'The question: a complete handshake.',
            '4.2 http-check send',
          ),
          line('http-check expect status 101', 'Switching protocols: it works.', '4.2 http-check expect'),
          ...answers.socketServers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
    };
  },
});
