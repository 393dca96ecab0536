/** A serving admin from its files to its last connection. */

import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type AdminContext, LIMITS } from '../admin/api/context.ts';
import { createRedirectServer } from '../admin/api/redirect-server.ts';
import { buildServer } from '../admin/api/server.ts';
import { type ConsoleWord, openConsole } from '../admin/console.ts';
import { Claim } from '../admin/people/claim.ts';
import { SessionStore } from '../admin/people/sessions.ts';
import { unclaim } from '../admin/people/unclaim.ts';
import { UserStore } from '../admin/people/users.ts';
import { ownAddresses, ownNames } from '../admin/security/addresses.ts';
import { CertificateStore } from '../admin/security/certificate-store.ts';
import { KnownBrowsers } from '../admin/security/known-browsers.ts';
import { LoginLimiter } from '../admin/security/login-limiter.ts';
import { AuditLog } from '../admin/store/audit-log.ts';
import type { AdminArguments } from './admin-arguments.ts';
import { PRODUCT_VERSION } from './product-version.ts';

export class AdminService {
  readonly #given: AdminArguments;
  #context: AdminContext | undefined;
  #app: FastifyInstance | undefined;
  #redirect: HttpServer | undefined;
  #console: Server | undefined;
  #stopping = false;

  constructor(given: AdminArguments) {
    this.#given = given;
  }

  async start(): Promise<void> {
    const context = await this.#openContext();
    this.#context = context;
    this.#console = await openConsole(this.#given.directory, async (word) => this.#answer(word));
    this.#app = await buildServer({ context, more: async () => {}, onError: (error) => this.#tell(error) });
    const { address, port, redirectPort } = this.#given;
    await this.#app.listen({ host: address, port });
    if (redirectPort !== undefined) {
      this.#redirect = createRedirectServer(context.names, () => this.#port());
      this.#redirect.listen(redirectPort, address);
      await once(this.#redirect, 'listening');
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void this.#stop(signal));
    }
    this.#announce(context);
  }

  async #openContext(): Promise<AdminContext> {
    const { directory, names: added } = this.#given;
    const nowMs = Date.now;
    const audit = new AuditLog(directory, nowMs, (text) => this.#say(text));
    const onDamage = (path: string, aside: string, reason: string): void => {
      this.#say(`${path} is damaged (${reason}); it is now ${aside}`);
      audit.add({ actor: 'device', source: '', action: 'file.damaged', outcome: 'failed', detail: aside });
    };
    const names = ownNames(added);
    const options = { onDamage, nowMs };
    return {
      version: PRODUCT_VERSION,
      claim: new Claim(directory, options),
      users: new UserStore(directory, options),
      sessions: new SessionStore(nowMs),
      audit,
      certificate: await CertificateStore.open({ directory, names, addresses: ownAddresses(), ...options }),
      browsers: new KnownBrowsers(directory),
      limiter: new LoginLimiter(),
      names,
      limits: LIMITS,
      nowMs,
    };
  }

  #port(): number {
    return (this.#app?.server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** What the console of a unit shows: machines read these lines as well. */
  #announce({ certificate, claim }: AdminContext): void {
    const { address } = this.#given;
    const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
    this.#say(`https://${host.includes(':') ? `[${host}]` : host}:${this.#port()}/`);
    if (this.#redirect !== undefined) this.#say(`redirect-port: ${(this.#redirect.address() as AddressInfo).port}`);
    this.#say(`certificate: ${certificate.view.fingerprint}`);
    if (claim.code !== undefined) this.#say(`claim-code: ${claim.code}`);
    this.#say('ready');
  }

  async #answer(word: ConsoleWord): Promise<string> {
    const context = this.#context;
    if (context === undefined) return 'failed: not ready yet';
    switch (word) {
      case 'status':
        return `https port ${this.#port()}, ${context.claim.claimed ? `claimed as '${context.claim.name}'` : 'unclaimed'}`;
      case 'fingerprint':
        return context.certificate.view.fingerprint;
      case 'unclaim': {
        context.sessions.endAll();
        return unclaim(context.claim, context.users, context.audit);
      }
    }
  }

  #say(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  #tell(error: unknown): void {
    process.stderr.write(`mahalo admin: ${error instanceof Error ? error.stack : String(error)}\n`);
  }

  async #stop(signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#console?.close();
    this.#redirect?.close();
    this.#redirect?.closeAllConnections();
    await this.#app?.close();
    process.kill(process.pid, signal);
  }
}
