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
import { CHECK_QUESTIONS, entranceQuestions, serversQuestion } from '../common-questions.ts';
import { comment, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const WEB_FARM = defineTemplate({
  id: 'web-farm',
  title: 'Web farm: each request to the next server',
  purpose:
    'Several web servers with the same pages share the requests, and one that is ill gets none. Take it when servers keep no ' +
    'sessions, or keep them where all of them find them; else the farm whose visitors stay on their server.',
  questions: {
    ...entranceQuestions('web', 80),
    servers: serversQuestion('Web servers', 'web', ['10.0.0.11:80', '10.0.0.12:80']),
    ...CHECK_QUESTIONS,
  },
  manual: [{ place: '4.2 balance', about: 'the ways to choose a server' }],
  write(answers, names) {
    const { name } = answers;
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        section([`Visitors of "${name}" arrive here.`], frontendLine(frontend, 'the entrance'), [
          ...httpEntranceLines(answers),
          defaultBackendLine(backend),
        ]),
        section([`The web servers of "${name}", each in its turn.`], backendLine(backend, 'the servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          comment('Which servers are well?'),
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.servers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
    };
  },
});
