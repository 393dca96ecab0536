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

export const APPLICATION_COOKIE = defineTemplate({
  id: 'application-cookie',
  title: "Persistence with the application's own cookie",
  purpose:
    "The application sets a session cookie (JSESSIONID, PHPSESSID). The server's name is put before its value, and a user " +
    'goes back to that server as long as the session lives: no second cookie, and none for visitors without a session.',
  questions: {
    ...entranceQuestions('app', 80),
    servers: serversQuestion('Application servers', 'tomcat', ['10.0.0.21:8080', '10.0.0.22:8080']),
    cookie: {
      type: 'text',
      shape: 'cookie',
      label: "Name of the application's cookie",
      help: 'Java: JSESSIONID, PHP: PHPSESSID, ASP.NET: ASP.NET_SessionId.',
      initially: 'JSESSIONID',
      example: 'JSESSIONID',
    },
    ...CHECK_QUESTIONS,
  },
  manual: [{ place: '4.2 cookie', about: 'prefix, and what else persistence by cookie can do' }],
  write(answers, names) {
    const { name, cookie } = answers;
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        section([`Users of "${name}" arrive here.`], frontendLine(frontend, 'the entrance'), [
          ...httpEntranceLines(answers),
          defaultBackendLine(backend),
        ]),
        section([`The application servers of "${name}".`], backendLine(backend, 'the servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          comment(`${cookie} becomes <server>~<session> on its way out, and <session> again on its way in.`),
          line(
            `cookie ${cookie} prefix nocache`,
            `prefix: when a server sets ${cookie}, its name and a ~ are put before the value, and taken away again before the ` +
              'server sees it. nocache: caches do not keep answers that set it.',
            '4.2 cookie',
          ),
          comment('Which servers are well?'),
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.servers.map((server) =>
            serverLine(
              server.name,
              server.address,
              `check cookie ${server.name}`,
              ` cookie: sessions that begin with "${server.name}~" come here.`,
            ),
          ),
        ]),
      ],
    };
  },
});
