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

export const REDIS_MASTER = defineTemplate({
  id: 'redis-master',
  title: 'Redis: always the master',
  purpose:
    'Clients connect to one address and meet the Redis server that is master now. Every server is asked each second for its ' +
    'role; a replica counts as down, so that after a fail-over (by Sentinel, or by hand) connections go to the new master.',
  questions: {
    ...entranceQuestions('redis', 6379),
    servers: serversQuestion('All Redis servers of the group', 'redis', ['10.0.0.61:6379', '10.0.0.62:6379']),
    silence: secondsQuestion(
      'Longest silence of a connection',
      'Connections of a pool, and subscribers, are silent for long.',
      3600,
    ),
  },
  manual: [
    { place: '4.2 tcp-check expect', about: 'what may be expected of an answer' },
    { place: '5.2 on-marked-down', about: 'what happens to connections of a server that goes down' },
  ],
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
        section(
          ['All Redis servers; only the one that says it is master counts as up.'],
          backendLine(backend, 'the Redis servers'),
          [
            TCP_MODE,
            line(
              `timeout server ${silence}s`,
              `The server may be silent for ${silence} seconds.`,
              '4.2 timeout server',
            ),
            comment('A conversation in the language of Redis, with each server.'),
            line(
              'option tcp-check',
              'Health checks are a conversation, given line by line below.',
              '4.2 option tcp-check',
            ),
            line('tcp-check connect', 'First, a connection to the port of the server.', '4.2 tcp-check connect'),
            line('tcp-check send PING\\r\\n', 'Are you there?', '4.2 tcp-check send'),
            line('tcp-check expect string +PONG', 'It is.', '4.2 tcp-check expect'),
            line(
              'tcp-check send info\\ replication\\r\\n',
              'What is your role? The backslash keeps the blank from ending the word.',
              '4.2 tcp-check send',
            ),
            line(
              'tcp-check expect string role:master',
              'Only a master says so. A replica says role:slave and fails the check.',
              '4.2 tcp-check expect',
            ),
            line('tcp-check send QUIT\\r\\n', 'Goodbye.', '4.2 tcp-check send'),
            line('tcp-check expect string +OK', 'Goodbye.', '4.2 tcp-check expect'),
            ...answers.servers.map((server) =>
              serverLine(
                server.name,
                server.address,
                'check inter 1s on-marked-down shutdown-sessions',
                ' inter 1s: every second instead. on-marked-down shutdown-sessions: when it is no longer master its ' +
                  'connections are closed, so that clients come back and meet the new one.',
              ),
            ),
          ],
        ),
      ],
    };
  },
});
