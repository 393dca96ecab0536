import {
  backendLine,
  defaultBackendLine,
  frontendLine,
  serverLine,
  TCP_MODE,
  tcpEntranceLines,
} from '../common-lines.ts';
import { entranceQuestions, secondsQuestion, serversQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const SMTP_BY_SOURCE = defineTemplate({
  id: 'smtp-by-source',
  title: 'Mail servers, the same one for each sender',
  purpose:
    'Several SMTP servers take mail. Each sending host always meets the same one (as long as it is up), so that greylisting ' +
    'and rate limits of the mail servers see all its attempts.',
  questions: {
    ...entranceQuestions('smtp', 25),
    servers: serversQuestion('Mail servers', 'mail', ['10.0.0.31:25', '10.0.0.32:25']),
    silence: secondsQuestion(
      'Longest silence within a conversation',
      'RFC 5321 (4.5.3.2) asks a mail server to wait five minutes for the next command.',
      300,
      3600,
    ),
  },
  manual: [
    { place: '4.2 balance', about: 'source, and the other ways to choose a server' },
    { place: '4.2 option tcp-check', about: 'health checks in the language of the service' },
  ],
  write(answers, names) {
    const { name, silence } = answers;
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        section([`Mail for "${name}" arrives here.`], frontendLine(frontend, 'the entrance'), [
          ...tcpEntranceLines(answers, 'A sender'),
          defaultBackendLine(backend, 'Every connection'),
        ]),
        section(
          [`The mail servers of "${name}": the sender's address decides.`],
          backendLine(backend, 'the mail servers'),
          [
            TCP_MODE,
            line(
              'balance source',
              "The client's address is hashed: the same address meets the same server, until the number of servers that are up changes.",
              '4.2 balance',
            ),
            line(`timeout server ${silence}s`, `A server may be silent for ${silence} seconds.`, '4.2 timeout server'),
            comment('A server that greets with 220 is well; it is told QUIT, so that its log stays clean.'),
            line(
              'option tcp-check',
              'Health checks are a conversation, given line by line below.',
              '4.2 option tcp-check',
            ),
            line('tcp-check connect', 'First, a connection to the port of the server.', '4.2 tcp-check connect'),
            line('tcp-check expect string 220', 'Its greeting has the code 220: ready.', '4.2 tcp-check expect'),
            line(
              'tcp-check send QUIT\\r\\n',
              'We say goodbye; \\r\\n is the end of a line in SMTP.',
              '4.2 tcp-check send',
            ),
            line('tcp-check expect string 221', 'The server says goodbye, too.', '4.2 tcp-check expect'),
            ...answers.servers.map((server) => serverLine(server.name, server.address, 'check')),
          ],
        ),
      ],
    };
  },
});
