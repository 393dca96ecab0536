/**
 * Runs what the templates of the web interface write: on the real haproxy and on ours. What ours does not offer yet is
 * played on haproxy alone, and on ours by itself once its keywords work.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import t, { type Test } from 'tap';
import { exampleAnswers } from '../../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../../src/admin/templates/apply.ts';
import { availabilityOf } from '../../../src/admin/templates/availability.ts';
import type { Template } from '../../../src/admin/templates/template.ts';
import { freePort } from '../differential/free-port.ts';
import { findCandidate, findReference, ProxyProcess } from '../differential/proxy-process.ts';
import { webOrigin } from '../seeds/seed-proxy.ts';

const DEADLINE_MS = 60_000;

/** Starts what the template writes for these answers, on 127.0.0.1 and a free port; resolves with the port. */
export async function start(
  test: Test,
  program: string,
  template: Template,
  answers: Readonly<Record<string, unknown>>,
): Promise<number> {
  const port = await freePort();
  const given = { ...exampleAnswers(template.questions), address: '127.0.0.1', port, ...answers };
  const result = applyTemplate(template, given, { configuration: '' });
  if (result.kind === 'refused') throw new Error(result.errors.map((error) => error.message).join());
  for (const file of result.files) writeFileSync(file.path, file.text);
  const proxy = await ProxyProcess.start(program, result.configuration.text);
  test.teardown(() => proxy.stop());
  return port;
}

export function play(template: Template, what: string, body: (test: Test, program: string) => Promise<void>): void {
  const reference = findReference();
  const title = `${template.id}: ${what}`;
  if (reference === null) t.test(`haproxy: ${title}`, { skip: 'haproxy is not here' }, async () => {});
  else t.test(`haproxy: ${title}`, (test) => body(test, reference));
  const candidate = findCandidate();
  if (candidate === null) t.test(`mahalo: ${title}`, { skip: 'mahalo is not here' }, async () => {});
  else {
    t.test(`mahalo: ${title}`, async (test) => {
      const { kind } = await availabilityOf(template);
      if (kind === 'offered') await body(test, candidate);
      else test.equal(kind, 'not-yet', 'is not offered yet');
    });
  }
}

/** Asks again until it holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function listen(test: Test, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // checks may reset
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

export async function origins(test: Test, ...names: readonly string[]): Promise<readonly string[]> {
  return Promise.all(names.map(async (name) => (await webOrigin(test, name)).address));
}

/** One request; resolves with status, body and the cookies that were set. */
export async function fetchWith(port: number, path: string, headers: Readonly<Record<string, string>>) {
  const asking = request({ host: '127.0.0.1', port, path, headers, agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode ?? 0, body, cookies: response.headers['set-cookie'] ?? [] };
}
