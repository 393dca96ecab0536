/**
 * Free TCP ports for programs that must be told their port. Taken below the kernel's ephemeral range, so that no
 * outgoing connection can grab one between this check and the program's own bind.
 */
import { createServer } from 'node:net';

const LOWEST = 10_240;
const HIGHEST = 32_000;
const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('no free TCP port found');
}
