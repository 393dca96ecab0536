/**
 * `silent-drop` (manual 4.2): the client gets no answer and, where the program may repair sockets, is not even told of the end.
 * Seen with strace, and by a client that waits in vain.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from '../differential/free-port.ts';
import { onEachProgram, until } from './each-program.ts';
import { TracedProgram, traceMissing } from './traced-program.ts';

for (const rules of ['mode http\n  http-request silent-drop', 'mode tcp\n  tcp-request connection silent-drop']) {
  const what = /(\S+ ?\S*) silent-drop/.exec(rules)?.[1] ?? '';
  onEachProgram(`${what} silent-drop makes the socket quiet and closes it`, traceMissing(), async (t, program) => {
    const port = await freePort();
    const traced = await TracedProgram.start(
      program.path,
      `global
  nbthread 1
defaults
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  ${rules}
  bind 127.0.0.1:${port}
`,
    );
    const client = connect(port, '127.0.0.1');
    client.on('error', () => {});
    try {
      await once(client, 'connect');
      client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
      let received = 0;
      client.on('data', (data) => {
        received += data.length;
      });
      const dropped = () =>
        traced
          .calls()
          .findIndex((call) => call.name === 'setsockopt' && /TCP_REPAIR, \[1\]|IP_TTL, \[1\]/.test(call.text));
      await until('the socket is made quiet', () => dropped() >= 0);
      await until('it is closed', () =>
        traced
          .calls()
          .slice(dropped())
          .some((call) => call.name === 'close'),
      );
      t.equal(received, 0, 'nothing is said');
    } finally {
      client.destroy();
      await traced.stop();
    }
  });
}
