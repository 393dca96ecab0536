/**
 * Free TCP ports for programs that must be told their port. Taken below the kernel's ephemeral range, so that no
 * outgoing connection can grab one between this check and the program's own bind. Test files run beside each other, and
 * HAProxy shares a port that somebody else has (SO_REUSEPORT) instead of failing: each process takes ports from slices
 * that are its own. A slice belongs to whoever holds the abstract socket of its name; the kernel gives it back at exit.
 */
import { createServer } from 'node:net';

const LOWEST = 10_240;
const SLICE = 128;
const SLICES = 170;
/** Ports that tests of `make run` name themselves. */
const NAMED = [18_080, 18_180, 18_443];

let next = 0;
let end = 0;
let taking: Promise<void> | undefined;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Ours until this process ends; false: somebody else's. */
function takeSlice(slice: number): Promise<boolean> {
  return new Promise((resolve) => {
    const holder = createServer();
    holder.once('error', () => resolve(false));
    holder.listen({ path: `\0mahalo-test-ports-${slice}` }, () => resolve(true));
    holder.unref();
  });
}

async function takeSomeSlice(): Promise<void> {
  const start = Math.floor(Math.random() * SLICES);
  for (let count = 0; count < SLICES; count++) {
    const slice = (start + count) % SLICES;
    if (!(await takeSlice(slice))) continue;
    next = LOWEST + slice * SLICE;
    end = next + SLICE;
    return;
  }
  throw new Error('no free slice of TCP ports');
}

export async function freePort(): Promise<number> {
  for (;;) {
    if (next === end) {
      taking ??= takeSomeSlice().finally(() => {
        taking = undefined;
      });
      await taking;
      continue;
    }
    const port = next++;
    if (!NAMED.includes(port) && (await isFree(port))) return port;
  }
}
