/** A runtime that serves nobody, and conversations with its API: what tests of commands start from. */

import { loadConfiguration } from '../../src/config/loader.ts';
import { systemOptions } from '../../src/config/sources.ts';
import { ApiSession } from '../../src/control/api-session.ts';
import { LEVEL_ADMIN, type Level } from '../../src/control/command.ts';
import { Reactor } from '../../src/loop/reactor.ts';
import { ProxyRuntime } from '../../src/proxy/proxy-runtime.ts';

export const CONFIGURATION = `
global
 maxconn 200
 node unit-1
defaults
 mode http
 timeout connect 1s
 timeout client 1s
 timeout server 1s
frontend fe
 bind 127.0.0.1:1
 maxconn 150
 default_backend be
backend be
 balance leastconn
 server s1 127.0.0.1:1001
 server s2 127.0.0.1:1002 weight 20 backup maxconn 10
 server s3 127.0.0.1:1003 disabled
backend fixed
 balance static-rr
 server s1 127.0.0.1:1004 weight 10
listen li
 mode tcp
 bind 127.0.0.1:2
 server t1 127.0.0.1:1005
`;

export class Conversation {
  readonly runtime: ProxyRuntime;
  /** What HAProxy would say on standard error. */
  readonly messages: string[] = [];
  readonly #reactor = new Reactor();

  static async open(configuration: string = CONFIGURATION): Promise<Conversation> {
    const { model, diagnostics } = await loadConfiguration([{ name: 'x.cfg', text: configuration }], systemOptions());
    if (model === undefined) {
      throw new Error(diagnostics.map((diagnostic) => diagnostic.text).join('\n'));
    }
    return new Conversation(model);
  }

  private constructor(model: ConstructorParameters<typeof ProxyRuntime>[0]) {
    this.runtime = new ProxyRuntime(model, this.#reactor, {
      descriptors: 1024,
      nowWallMs: () => 1_700_000_000_000,
      onMessage: (_severity, text) => this.messages.push(text),
    });
  }

  /** Sends text in one piece; returns everything answered and whether the conversation ended. */
  talk(text: string, level: Level = LEVEL_ADMIN): { readonly said: string; readonly ended: boolean } {
    let said = '';
    let ended = false;
    const sockets = [{ address: 'unix@/run/x', level }];
    const facts = { version: '2.6.12-test', releaseDate: '2026/11/21', descriptorLimit: 1024, maxSockets: 435 };
    const session = new ApiSession(
      { runtime: this.runtime, facts, sessions: [], sockets },
      {
        write: (piece) => {
          said += piece;
        },
        offer: (piece) => {
          said += piece;
          return true;
        },
        end: () => {
          ended = true;
        },
      },
      { serial: 0, level, timeoutMs: 10_000, nowMs: this.runtime.reactor.nowMs },
    );
    session.receive(text);
    return { said, ended };
  }

  /** The answer to one command, without the empty line after it. */
  ask(command: string, level: Level = LEVEL_ADMIN): string {
    return this.talk(`${command}\n`, level).said.replace(/\n$/, '');
  }

  close(): void {
    this.runtime.stop();
    this.#reactor.close();
  }
}
