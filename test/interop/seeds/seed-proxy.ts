/**
 * Runs a seed configuration as it stands: only its addresses (and, where a test says so, its long timeouts) are put in
 * place of others. Also the small origins that stand behind it.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type t from 'tap';
import type { Test } from 'tap';
import { freePort } from '../differential/free-port.ts';
import { findCandidate, findReference, ProxyProcess } from '../differential/proxy-process.ts';

/** Text in the file -> text to run with. Every key must be there, so that a changed file is noticed. */
export type Replacements = Readonly<Record<string, string>>;

export async function startSeed(test: Test, program: string, name: string, replacements: Replacements): Promise<void> {
  let text = readFileSync(join(import.meta.dirname, `${name}.cfg`), 'utf8');
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`${name}.cfg has no "${from}"`);
    text = text.replaceAll(from, to);
  }
  const proxy = await ProxyProcess.start(program, text);
  test.teardown(() => proxy.stop());
}

/** An address to bind instead of `*:PORT`, and its port. */
export async function listenAddress(): Promise<{ port: number; address: string }> {
  const port = await freePort();
  return { port, address: `127.0.0.1:${port}` };
}

export interface Origin {
  readonly address: string;
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
}

/** Listens on a free port until the test ends, whatever is still connected then. */
export async function listen(test: Test, server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // a proxy may reset what a health check opened
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A web server that answers with its name. */
export async function webOrigin(test: Test, name: string): Promise<Origin> {
  const requests: Origin['requests'] = [];
  const server = createHttpServer((incoming, response) => {
    requests.push({ url: incoming.url ?? '', headers: incoming.headers });
    response.end(name);
  });
  return { address: await listen(test, server), requests };
}

/** A mail server as far as its greeting and farewell go. */
export async function smtpOrigin(test: Test, name: string): Promise<string> {
  const server = createServer((socket) => {
    socket.write(`220 ${name} ESMTP\r\n`);
    socket.on('data', (line) => {
      if (/^QUIT\r\n$/i.test(line.toString())) socket.end(`221 ${name} closing\r\n`);
      else socket.write(`250 ${name}\r\n`);
    });
  });
  return listen(test, server);
}

/** One request on a connection of its own; resolves with status and body. */
export async function fetchText(port: number, path: string): Promise<{ status: number; body: string }> {
  const asking = request({ host: '127.0.0.1', port, path, agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode ?? 0, body };
}

/** A mail dialogue from the given source address: greeting, EHLO, QUIT; resolves with all the server said. */
export async function mailDialogue(port: number, localAddress: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  const toSay = ['EHLO client.test\r\n', 'QUIT\r\n'];
  let heard = '';
  for await (const part of socket) {
    heard += part;
    const next = toSay.shift();
    if (next !== undefined) socket.write(next);
  }
  return heard;
}

/** Plays `body` at haproxy and at our drop-in, as far as they are here. */
export function forEachProgram(
  root: typeof t,
  name: string,
  body: (test: Test, program: string) => Promise<void>,
): void {
  const programs = [
    ['haproxy', findReference()],
    ['mahalo', findCandidate()],
  ] as const;
  for (const [label, program] of programs) {
    const title = `${label}: ${name}`;
    if (program === null) root.test(title, { skip: `${label} is not here` }, async () => {});
    else root.test(title, (test) => body(test, program));
  }
}
