import { endpoint, serverLine, tcpEntranceLines } from '../common-lines.ts';
import { entranceQuestions, secondsQuestion, serversQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

/** HAProxy's own choice of a port is free of the kernel's range when it is given one. */
const PORTS = '1025-65000';

export const MYSQL_READ_FARM = defineTemplate({
  id: 'mysql-read-farm',
  title: 'MySQL read replicas for very many connections',
  purpose:
    'Read-only connections are shared among MySQL replicas. A source address has some 64,000 ports, and each open (or just ' +
    'closed) connection to a server takes one; with several source addresses there are as many times more.',
  questions: {
    ...entranceQuestions('mysql', 3306),
    servers: serversQuestion('Replicas', 'replica', ['10.0.0.71:3306', '10.0.0.72:3306']),
    sources: {
      type: 'addresses',
      least: 1,
      label: 'Source addresses',
      help: 'Addresses of this unit from which the replicas are reached; all must be configured on its ports.',
      initially: undefined,
      example: ['10.0.0.5', '10.0.0.6'],
    },
    silence: secondsQuestion(
      'Longest silence of a connection',
      "MySQL's own wait_timeout is 28,800 seconds; the shorter of the two closes the connection.",
      3600,
    ),
  },
  manual: [
    { place: '5.2 source', about: 'source addresses and ports' },
    { place: '4.2 balance', about: 'the ways to choose a server' },
  ],
  write(answers, names) {
    const { name, servers, silence, sources } = answers;
    const listen = names.proxy(name);
    const taken = new Set(servers.map((server) => server.name));
    // A row for each pair; the first source address keeps the name of the server.
    const rows = sources.flatMap((source, index) =>
      servers.map((server) => {
        let row = server.name;
        for (let number = index + 1; index > 0 && taken.has(row); number++) row = `${server.name}_from${number}`;
        taken.add(row);
        return { name: row, address: server.address, source };
      }),
    );
    return {
      sections: [
        section(
          [`Read-only connections for "${name}".`],
          line(`listen ${listen}`, 'A frontend and a backend in one: it listens, and has servers.', '4'),
          [
            ...tcpEntranceLines(answers),
            line(`timeout server ${silence}s`, `A replica may be silent for ${silence} seconds.`, '4.2 timeout server'),
            line(
              'balance leastconn',
              'The row with the fewest connections; connections are long, and that is how they stay even.',
              '4.2 balance',
            ),
            comment('Each replica has a row for each source address.'),
            ...rows.map((row) =>
              serverLine(
                row.name,
                row.address,
                `check inter 5s source ${endpoint(row.source, 0).replace(/0$/, PORTS)}`,
                ` inter 5s: every five seconds instead. source: reached from ${row.source}, ports ${PORTS}.`,
              ),
            ),
          ],
        ),
      ],
    };
  },
});
