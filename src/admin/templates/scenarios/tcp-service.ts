import {
  backendLine,
  defaultBackendLine,
  frontendLine,
  serverLine,
  TCP_MODE,
  tcpEntranceLines,
} from '../common-lines.ts';
import { entranceQuestions, secondsQuestion, serversQuestion } from '../common-questions.ts';
import { line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const TCP_SERVICE = defineTemplate({
  id: 'tcp-service',
  title: 'Any TCP service: each connection to the server with the fewest',
  purpose:
    'Connections are passed on as they are, whatever is spoken in them: databases, message queues, TLS that the servers ' +
    'themselves speak (HTTPS with their own certificates). Take a template of its own where there is one: it asks servers ' +
    'in their language whether they are well.',
  questions: {
    ...entranceQuestions('service', 9000),
    servers: serversQuestion('Servers', 'server', ['10.0.0.81:9000', '10.0.0.82:9000']),
    silence: secondsQuestion(
      'Longest silence of a connection',
      'Who says nothing for so long is taken to be gone: longer than the pauses that the service has.',
      3600,
    ),
  },
  manual: [{ place: '4.2 balance', about: 'the ways to choose a server' }],
  write(answers, names) {
    const { name, silence } = answers;
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        section([`Clients of "${name}" arrive here.`], frontendLine(frontend, 'the entrance'), [
          ...tcpEntranceLines(answers),
          defaultBackendLine(backend, 'Every connection'),
        ]),
        section([`The servers of "${name}".`], backendLine(backend, 'the servers'), [
          TCP_MODE,
          line(
            'balance leastconn',
            'A new connection goes to the server that has the fewest: right for connections that last.',
            '4.2 balance',
          ),
          line(`timeout server ${silence}s`, `The server may be silent for ${silence} seconds.`, '4.2 timeout server'),
          ...answers.servers.map((server) =>
            serverLine(server.name, server.address, 'check', ' The check is a connection: it says nothing.'),
          ),
        ]),
      ],
    };
  },
});
