/**
 * Opens PORT COUNT connections, does one request on each, prints `ready` and keeps them all open and silent until its
 * standard input ends. A process of its own: its descriptors and memory are not the proxy's, nor the benchmark's.
 */
import { connect, type Socket } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number) as [number, number];
/** Requests on the way at a time: enough to be quick, too few to fill a listen queue. */
const atOnce = 32;
const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
const open: Socket[] = [];

function connection(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
      const end = answer.indexOf('\r\n\r\n');
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(answer)?.[1] ?? 0);
      if (end >= 0 && answer.length >= end + 4 + length) {
        if (answer.startsWith('HTTP/1.1 200 ')) {
          resolve();
        } else {
          reject(new Error(`answered ${answer.slice(0, 40)}`));
        }
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    open.push(socket);
  });
}

async function opener(): Promise<void> {
  while (open.length < count) {
    await connection();
  }
}

try {
  await Promise.all(Array.from({ length: atOnce }, opener));
  process.stdout.write('ready\n');
} catch (error) {
  process.stdout.write(`failed: ${(error as Error).message} at connection ${open.length}\n`);
}
process.stdin.resume().once('end', () => process.exit(0));
