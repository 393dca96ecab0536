/** A client of the runtime API: one connection a command, as socat makes it. */
import { connect } from 'node:net';

const deadlineMs = 10_000;

/** What the proxy behind the unix socket at `path` answers to `command`. */
export function runtimeCommand(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.setEncoding('utf8').setTimeout(deadlineMs, () => {
      socket.destroy(new Error(`no answer to '${command}' within ${deadlineMs} ms`));
    });
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.once('error', reject).once('end', () => resolve(answer));
    socket.end(`${command}\n`);
  });
}

/** A column of `show stat` for one proxy and server (FRONTEND and BACKEND are servers here). */
export function statistic(csv: string, proxy: string, server: string, column: string): string | undefined {
  const [header, ...rows] = csv.split('\n');
  const index = (header ?? '').replace(/^# /, '').split(',').indexOf(column);
  const row = rows.map((line) => line.split(',')).find((cells) => cells[0] === proxy && cells[1] === server);
  return index < 0 ? undefined : row?.[index];
}
