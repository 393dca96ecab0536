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
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const WEB_FARM_COOKIE = defineTemplate({
  id: 'web-farm-cookie',
  title: 'Web farm whose visitors stay on their server',
  purpose:
    'Several web servers share the visitors. A cookie takes each visitor back to the server of the first visit, where the ' +
    'session is. Take it when servers keep sessions in their own memory and set no usable cookie themselves.',
  questions: {
    ...entranceQuestions('web', 80),
    servers: serversQuestion('Web servers', 'web', ['10.0.0.11:80', '10.0.0.12:80']),
    cookie: {
      type: 'text',
      shape: 'cookie',
      label: 'Name of the cookie',
      help: 'One that the application does not use.',
      initially: 'SERVERID',
      example: 'SERVERID',
    },
    ...CHECK_QUESTIONS,
  },
  manual: [
    { place: '4.2 cookie', about: 'what persistence by cookie can do' },
    { place: '4.2 balance', about: 'the ways to choose a server' },
  ],
  write(answers, names) {
    const { name, cookie } = answers;
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        section([`Visitors of "${name}" arrive here.`], frontendLine(frontend, 'the entrance'), [
          ...httpEntranceLines(answers),
          defaultBackendLine(backend),
        ]),
        section(
          [`The web servers of "${name}": each in its turn, but a visitor stays.`],
          backendLine(backend, 'the servers'),
          [
            HTTP_MODE,
            ROUND_ROBIN,
            comment('The answer to a first request brings a cookie with the name of the server.'),
            line(
              `cookie ${cookie} insert indirect nocache httponly`,
              `insert: the answer to a first request sets the cookie ${cookie}. indirect: servers never see it. nocache: caches ` +
                'do not keep the answer that sets it, or they would hand it to others. httponly: scripts of the page cannot read it.',
              '4.2 cookie',
            ),
            comment('Which servers are well?'),
            ...httpCheckLines(answers.checkPath, answers.site),
            ...answers.servers.map((server) =>
              serverLine(
                server.name,
                server.address,
                `check cookie ${server.name}`,
                ` cookie: the value "${server.name}" takes a visitor back here; if it is down, another one is chosen.`,
              ),
            ),
          ],
        ),
      ],
    };
  },
});
