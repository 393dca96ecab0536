/**
 * One case against one program: its origins and clients, from the first connection to the last log line. Two of these
 * run side by side, one per program.
 */
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import type { DifferentialCase, Script } from './case.ts';
import { ChangeHub } from './change-hub.ts';
import { RawPeer, type Surroundings } from './raw-peer.ts';
import { normaliseLogLine, renderPeer, type Transcript } from './transcript.ts';

interface Origin {
  readonly name: string;
  readonly server: Server;
  readonly peers: RawPeer[];
}

export class CaseRun implements Surroundings {
  readonly case: DifferentialCase;
  readonly hub = new ChangeHub();
  readonly logs: string[] = [];
  /** Where the program listens for this case. */
  readonly port: number;
  readonly #origins: Origin[] = [];
  #clients: RawPeer[] = [];
  /** The proxy program's early death or refusal, as a field of the transcript. */
  failure = '';

  constructor(subject: DifferentialCase, port: number) {
    this.case = subject;
    this.port = port;
  }

  async openOrigins(): Promise<void> {
    for (const [name, scripts] of Object.entries(this.case.origins)) {
      const peers: RawPeer[] = [];
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        const peer = new RawPeer(socket, { kind: 'request', bodyless: [], hub: this.hub, surroundings: this });
        const script: Script = scripts[Math.min(peers.length, scripts.length - 1)] ?? [];
        peers.push(peer);
        this.hub.changed();
        void this.#playOrigin(peer, script);
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', 64, resolve);
      });
      this.#origins.push({ name, server, peers });
    }
  }

  async #playOrigin(peer: RawPeer, script: Script): Promise<void> {
    await peer.play(script);
    // A script that ends leaves the connection to the proxy, and follows its close as a server would.
    await this.hub.until(() => peer.over, 600_000);
    if (peer.own === '') peer.socket.end();
  }

  originPort(name: string): number {
    const origin = this.#origins.find((one) => one.name === name);
    if (origin === undefined) throw new Error(`case ${this.case.name} has no origin "${name}"`);
    return (origin.server.address() as AddressInfo).port;
  }

  async playClients(): Promise<void> {
    const { clients, bodyless } = this.case;
    await Promise.all(
      clients.map(async (whole, index) => {
        const script = await this.#startOf(whole);
        const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
        const options = {
          kind: 'response',
          bodyless: index === 0 ? bodyless : [],
          hub: this.hub,
          surroundings: this,
        } as const;
        const peer = new RawPeer(socket, options);
        this.#clients[index] = peer;
        await this.hub.until(() => socket.readyState === 'open' || socket.destroyed, 2000);
        await peer.play(script);
        // Follows the proxy's close, as clients do; the proxy may wait for it before it logs.
        if (peer.end !== 'open') socket.destroy();
      }),
    );
  }

  /** Waits for the signals a script begins with, before anything is connected; returns the steps that follow. */
  async #startOf(script: Script): Promise<Script> {
    const [first, ...rest] = script;
    if (first?.do !== 'await') return script;
    await this.hub.until(() => this.hub.raised(first.name), 4000);
    return this.#startOf(rest);
  }

  addLog(line: string): void {
    this.logs.push(line);
    this.hub.changed();
  }

  originReceived(text: string): boolean {
    return this.#origins.some((origin) => origin.peers.some((peer) => peer.received.includes(text, 0, 'latin1')));
  }

  clientReceived(text: string): boolean {
    return this.#clients.some((peer) => peer.received.includes(text, 0, 'latin1'));
  }

  originConnections(): number {
    return this.#origins.reduce((sum, origin) => sum + origin.peers.length, 0);
  }

  originsClosed(): boolean {
    return this.#origins.every((origin) => origin.peers.every((peer) => peer.over));
  }

  logLines(): number {
    return this.logs.length;
  }

  #loosen(text: string): string {
    return this.case.loose.reduce((soFar, { pattern, as }) => soFar.replace(pattern, as), text);
  }

  /** Everything seen so far; several log lines are sorted when clients ran in parallel. */
  transcript(): Transcript {
    const fields = new Map<string, string>();
    if (this.failure !== '') fields.set('program', this.failure);
    for (const [index, peer] of this.#clients.entries()) {
      fields.set(`client-${index + 1}`, this.#loosen(renderPeer(peer, this.case.raw).join('\n')));
    }
    for (const origin of this.#origins) {
      const lines = origin.peers.flatMap((peer, index) => [
        `connection ${index + 1}`,
        ...renderPeer(peer, this.case.raw).map((line) => `  ${line}`),
      ]);
      fields.set(`origin-${origin.name}`, this.#loosen(lines.join('\n')));
    }
    const logs = this.logs.map(normaliseLogLine);
    if (this.#clients.length > 1) logs.sort();
    fields.set('log', this.#loosen(logs.join('\n')));
    return fields;
  }

  /** Statuses of the final responses the first client got, separated by blanks. */
  statuses(): string {
    const peer = this.#clients[0];
    if (peer === undefined || this.case.raw) return '';
    const lines = peer.decoded().messages.map((message) => message.startLine.split(' ')[1] ?? '');
    return lines.join(' ');
  }

  closeOrigins(): void {
    for (const origin of this.#origins) {
      origin.server.close();
      for (const peer of origin.peers) peer.socket.destroy();
    }
    for (const peer of this.#clients) peer.socket.destroy();
  }
}
