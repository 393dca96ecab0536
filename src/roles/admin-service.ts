/** A serving admin from its files to its last connection. */

import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { flushCompileCache } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type AdminContext, LIMITS } from '../admin/api/context.ts';
import type { DeviceContext } from '../admin/api/device-context.ts';
import { networkTrialState } from '../admin/api/device-network-routes.ts';
import { deviceRoutes } from '../admin/api/device-routes.ts';
import { liveRoutes } from '../admin/api/live-routes.ts';
import { logRoutes } from '../admin/api/log-routes.ts';
import { overviewRoutes } from '../admin/api/overview-routes.ts';
import { pageRoutes } from '../admin/api/page-routes.ts';
import { proxyRoutes } from '../admin/api/proxy-routes.ts';
import { createRedirectServer } from '../admin/api/redirect-server.ts';
import { buildServer } from '../admin/api/server.ts';
import { serverRoutes } from '../admin/api/server-routes.ts';
import { templateRoutes } from '../admin/api/template-routes.ts';
import { textRoutes } from '../admin/api/text-routes.ts';
import { trialRoutes } from '../admin/api/trial-routes.ts';
import { wizardRoutes } from '../admin/api/wizard-routes.ts';
import { ApplianceClient } from '../admin/appliance/appliance-client.ts';
import { type ConsoleFacts, type ConsoleWord, openConsole } from '../admin/console.ts';
import { LiveService } from '../admin/live/live-service.ts';
import { openPageFiles } from '../admin/pages/page-files.ts';
import { Claim } from '../admin/people/claim.ts';
import { SessionStore } from '../admin/people/sessions.ts';
import { unclaim } from '../admin/people/unclaim.ts';
import { UserStore } from '../admin/people/users.ts';
import { askRuntime } from '../admin/proxy/runtime-client.ts';
import { parseStatistics } from '../admin/proxy/statistics.ts';
import { ownAddresses, ownNames } from '../admin/security/addresses.ts';
import { CertificateStore } from '../admin/security/certificate-store.ts';
import { KnownBrowsers } from '../admin/security/known-browsers.ts';
import { LoginLimiter } from '../admin/security/login-limiter.ts';
import { AuditLog } from '../admin/store/audit-log.ts';
import { chooseShellUser, type ShellUserChoice } from '../admin/terminal/shell-user.ts';
import { ownFile } from '../sys/own-program.ts';
import { releaseMemory, returnLargeBlocks } from '../sys/resident-memory.ts';
import { atNextTick } from '../sys/rest-tick.ts';
import type { AdminArguments } from './admin-arguments.ts';
import { Documents } from './admin-documents.ts';
import { openEquipment } from './admin-equipment.ts';
import { keepBelow } from './memory-ceiling.ts';
import { PRODUCT_VERSION } from './product-version.ts';

/** Where web-ui/build.ts leaves the pages. */
const PAGES = ownFile('web-ui/dist');

/** Beyond it memory is given back. The target with ten viewers is 90 MB. */
const RESIDENT_BYTES = 82e6;

export class AdminService {
  readonly #given: AdminArguments;
  readonly #shellUser: ShellUserChoice;
  #context: AdminContext | undefined;
  #documents: Documents | undefined;
  #live: LiveService | undefined;
  #app: FastifyInstance | undefined;
  #redirect: HttpServer | undefined;
  #stopKeeping: () => void = () => {};
  #console: Server | undefined;
  #stopping = false;

  constructor(given: AdminArguments) {
    this.#given = given;
    // A command line with a mistake does not serve.
    this.#shellUser = chooseShellUser(given.terminalUser, given.terminalAsRoot, process.getuid?.() ?? 0);
  }

  async start(): Promise<void> {
    // Before there is a proxy: one that was just started must not be left behind.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void this.#stop(signal));
    }
    const context = await this.#openContext();
    this.#context = context;
    this.#console = await openConsole(this.#given.directory, async (word) => this.#answer(word));
    const onDamage = this.#onDamage(context.audit);
    const documents = new Documents({ given: this.#given, context, onDamage, say: (text) => this.#say(text) });
    this.#documents = documents;
    await documents.start();
    const { unit, configuration, revisions, language } = documents;
    const live = this.#openLive(context, documents);
    this.#app = await buildServer({
      context,
      more: async (app) => {
        const { audit } = context;
        const { socketPath, runtimeText } = unit;
        const trials = documents.addRoutes(app);
        const device = this.#openDevice(context);
        const deviceTrial = async () => (device === undefined ? undefined : await networkTrialState(device));
        trialRoutes(app, async () => [...trials(), await deviceTrial()]);
        if (device !== undefined) await deviceRoutes(app, device);
        textRoutes(app, language);
        templateRoutes(app, { language, runtimeText });
        proxyRoutes(app, { configuration, socketPath, audit, lastWords: (revision) => unit.lastWords(revision) });
        const rows = async () => parseStatistics(await askRuntime(socketPath, 'show stat')).rows;
        wizardRoutes(app, { configuration, revisions, rows });
        serverRoutes(app, { socketPath, audit, drains: live.drains });
        overviewRoutes(app, {
          overview: live.overview,
          history: live.history,
          attendFresh: () => live.attendFresh(),
        });
        logRoutes(app, live.log);
        const attend = (): void => live.attend();
        await liveRoutes(app, { admin: context, feed: live.feed, logViews: live.logViews, attend });
        openEquipment(app, context, this.#given, this.#shellUser, onDamage, () => documents.vrrpSocket);
        const files = openPageFiles(PAGES);
        if (files === undefined) this.#say('no pages: "make web-ui" builds them');
        else pageRoutes(app, context, files);
      },
      onError: (error) => this.#tell(error),
    });
    const { address, port, redirectPort } = this.#given;
    await this.#app.listen({ host: address, port });
    if (redirectPort !== undefined) {
      this.#redirect = createRedirectServer(context, () => this.#port());
      this.#redirect.listen(redirectPort, address);
      await once(this.#redirect, 'listening');
    }
    // What was compiled is kept for the next start, which then needs no TypeScript loader in memory (scripts/mahalo).
    flushCompileCache();
    // Whoever waits for us to be ready does not wait for that.
    atNextTick(() => releaseMemory(true));
    returnLargeBlocks();
    this.#stopKeeping = keepBelow(RESIDENT_BYTES);
    this.#announce(context);
  }

  async #openContext(): Promise<AdminContext> {
    const { directory, names: added } = this.#given;
    const nowMs = Date.now;
    const audit = new AuditLog(directory, nowMs, (text) => this.#say(text));
    const onDamage = this.#onDamage(audit);
    const names = (): readonly string[] => ownNames(added);
    const options = { onDamage, nowMs };
    return {
      version: PRODUCT_VERSION,
      claim: new Claim(directory, options),
      users: new UserStore(directory, options),
      sessions: new SessionStore(nowMs),
      audit,
      certificate: await CertificateStore.open({ directory, names: names(), addresses: ownAddresses(), ...options }),
      browsers: new KnownBrowsers(directory),
      limiter: new LoginLimiter(),
      // The host name may be given anew at any time.
      get names() {
        return names();
      },
      limits: LIMITS,
      isDevice: this.#given.applianceSocket !== undefined,
      nowMs,
    };
  }

  #openLive(
    { audit, nowMs }: AdminContext,
    { configuration, revisions, unit: { socketPath } }: Documents,
  ): LiveService {
    const live = new LiveService({
      directory: this.#given.directory,
      socketPath,
      audit,
      nowMs,
      process: () => configuration.process,
      textOf: (revision) => revisions.find(revision)?.text,
      wanted: () => revisions.state.confirmed !== 0 || revisions.state.trial !== undefined,
      onDamage: this.#onDamage(audit),
      onFault: (error) => this.#tell(error),
      say: (text) => this.#say(text),
    });
    configuration.onProcess(() => live.attend());
    live.start();
    this.#live = live;
    return live;
  }

  /** Undefined: this is no device of ours. */
  #openDevice(admin: AdminContext): DeviceContext | undefined {
    const { applianceSocket } = this.#given;
    if (applianceSocket === undefined) return undefined;
    return { admin, appliance: new ApplianceClient(applianceSocket, admin.nowMs) };
  }

  #onDamage(audit: AuditLog): (path: string, aside: string, reason: string) => void {
    return (path, aside, reason) => {
      this.#say(`${path} is damaged (${reason}); it is now ${aside}`);
      audit.add({ actor: 'device', source: '', action: 'file.damaged', outcome: 'failed', detail: aside });
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
      case 'facts': {
        const { fingerprint } = context.certificate.view;
        const { name: unit, code } = context.claim;
        return JSON.stringify({
          port: this.#port(),
          unit,
          claimCode: code ?? null,
          fingerprint,
        } satisfies ConsoleFacts);
      }
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
    this.#documents?.stop();
    this.#live?.stop();
    this.#stopKeeping();
    this.#console?.close();
    this.#redirect?.close();
    this.#redirect?.closeAllConnections();
    await this.#app?.close();
    process.kill(process.pid, signal);
  }
}
