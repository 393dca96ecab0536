/** Small servers behind a template, and clients in front of it. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Test } from 'tap';
import { webOrigin } from '../seeds/seed-proxy.ts';

const DEADLINE_MS = 60_000;

/** Asks again until it holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
