/**
 * The pages: code and styles for everybody, also on a unit that is nobody's yet. They hold nothing of the unit. Every other
 * address that a browser navigates to is index.html as well: the pages have addresses of their own.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageFiles } from '../pages/page-files.ts';
import { newSecret } from '../security/secrets.ts';
import type { AdminContext } from './context.ts';
import { contentPolicy, unclaimed } from './guard.ts';

/** The name changes with the content. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const HIDDEN = { hide: true };

/** Somebody opens a page: no script, style or question of a program says that it wants HTML. */
function isNavigation({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode'];
  if (mode !== undefined && mode !== 'navigate') return false;
  return headers.accept?.includes('text/html') === true;
}

export function pageRoutes(app: FastifyInstance, context: AdminContext, files: PageFiles): void {
  const index = (reply: FastifyReply): FastifyReply => {
    const nonce = newSecret();
    return reply
      .header('content-security-policy', contentPolicy(nonce))
      .type('text/html; charset=utf-8')
      .send(files.index(nonce));
  };
  app.get('/', { config: { access: 'claim' }, schema: HIDDEN }, async (_request, reply) => index(reply));
  app.get('/assets/:name', { config: { access: 'claim' }, schema: HIDDEN }, async (request, reply) => {
    const { name } = request.params as { name: string };
    const file = await files.find(name, String(request.headers['accept-encoding'] ?? ''));
    if (file === undefined) return reply.callNotFound();
    const { content, encoding, type } = file;
    reply.header('cache-control', FOR_EVER).header('vary', 'accept-encoding').type(type);
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    return reply.send(content);
  });
  app.get('/*', { config: { access: 'claim' }, schema: HIDDEN }, async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isPage = /^(?:\/[A-Za-z0-9_.:~%-]+)+$/.test(path) && !/^\/(?:api|assets)\/|\.\.|%2e|%00/i.test(path);
    if (isPage && isNavigation(request)) return index(reply);
    if (!context.claim.claimed) throw unclaimed();
    return reply.callNotFound();
  });
}
