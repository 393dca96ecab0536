/** `option nolinger` of a backend (manual 4.2): the server of a client that has ended is reset, not left half-closed. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { freePort } from '../differential/free-port.ts';
import { ProxyProcess } from '../differential/proxy-process.ts';
import { onEachProgram, type Program } from './each-program.ts';

/** How the server sees the end of a client that has shut down its side. */
async function endOfServer(program: Program, option: string): Promise<string> {
  const origin = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const port = await freePort();
  const proxy = await ProxyProcess.start(
    program.path,
    `global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  bind 127.0.0.1:${port}
  default_backend b
backend b
  ${option}
  server s 127.0.0.1:${(origin.address() as AddressInfo).port}
`,
  );
  try {
    const arrived = once(origin, 'connection') as Promise<[Socket]>;
    const client = connect(port, '127.0.0.1');
    client.write('hello');
    const [server] = await arrived;
    const end = new Promise<string>((resolve) => {
      server.on('end', () => resolve('end'));
      server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    client.on('error', () => {});
    server.once('data', () => client.end());
    const seen = await end;
    server.destroy();
    client.destroy();
    return seen;
  } finally {
    await proxy.stop();
    origin.close();
  }
}

onEachProgram('nolinger resets the server when the client ends', false, async (t, program) => {
  t.equal(await endOfServer(program, 'option nolinger'), 'ECONNRESET');
  t.equal(await endOfServer(program, 'no option nolinger'), 'end', 'without it, the server could still answer');
});
