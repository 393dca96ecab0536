import {
  backendLine,
  defaultBackendLine,
  frontendLine,
  HTTP_MODE,
  httpCheckLines,
  httpEntranceLines,
  serverLine,
} from '../common-lines.ts';
import { CHECK_QUESTIONS, entranceQuestions, secondsQuestion, serversQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const WEBSOCKET_SIMPLE = defineTemplate({
  id: 'websocket-simple',
  title: 'Web pages and WebSockets from the same servers',
  purpose:
    'The servers speak both HTTP and WebSocket on one port. A WebSocket is silent for long between two messages: a time-out ' +
    'of its own keeps it open, and the short ones go on for pages.',
  questions: {
    ...entranceQuestions('web', 80),
    servers: serversQuestion('Servers', 'web', ['10.0.0.11:8080', '10.0.0.12:8080']),
    tunnel: secondsQuestion(
      'Longest silence of a WebSocket',
      'Longer than the time between two pings of the application; each message starts it anew.',
      3600,
    ),
    ...CHECK_QUESTIONS,
  },
  manual: [{ place: '4.2 timeout tunnel', about: 'the time-out of connections that were upgraded' }],
  write(answers, names) {
    const { name, tunnel } = answers;
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        section(
          [`Clients of "${name}" arrive here, for pages and for WebSockets.`],
          frontendLine(frontend, 'the entrance'),
          [...httpEntranceLines(answers), defaultBackendLine(backend)],
        ),
        section([`The servers of "${name}".`], backendLine(backend, 'the servers'), [
          HTTP_MODE,
          line(
            'balance leastconn',
            'The server with the fewest connections; WebSockets are long, and that is how they stay even.',
            '4.2 balance',
          ),
          comment('From the upgrade on this one counts, in both directions.'),
          line(
            `timeout tunnel ${tunnel}s`,
            `After the answer 101 a connection may be silent for ${tunnel} seconds.`,
            '4.2 timeout tunnel',
          ),
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.servers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
    };
  },
});
