/** What tests of scripts need: a reactor, a runner, a folder, commands, and a wait with a deadline. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { Reactor } from '../../../src/loop/reactor.ts';
import type { GlobalModel, NotifyModel, ScriptCommandModel } from '../../../src/vrrp/model.ts';
import { ScriptRunner } from '../../../src/vrrp/notification/script-runner.ts';
import { NO_NOTIFY, PLACE } from '../models.ts';

export function command(words: readonly string[], user?: ScriptCommandModel['user']): ScriptCommandModel {
  return { place: PLACE, words, text: words.join(' '), user };
}

/** Only what scripts, trackers and notifications read. */
export function globalModel(more: Partial<GlobalModel> = {}): GlobalModel {
  const read: Partial<GlobalModel> = {
    enableScriptSecurity: false,
    scriptUser: undefined,
    startupScript: undefined,
    startupScriptTimeoutMs: 10_000,
    shutdownScript: undefined,
    shutdownScriptTimeoutMs: 10_000,
    fifos: [],
    fifoWriteStatesOnReload: false,
  };
  return { ...read, ...more } as GlobalModel;
}

export function notifyModel(more: Partial<NotifyModel> = {}): NotifyModel {
  return { ...NO_NOTIFY, ...more };
}

export async function until(condition: () => boolean, what: string, deadlineMs = 60_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export class ScriptLab {
  readonly folder: string;
  readonly reactor = new Reactor();
  readonly log: string[] = [];
  readonly runner: ScriptRunner;

  constructor(t: Test, global: GlobalModel = globalModel()) {
    this.folder = mkdtempSync(join(tmpdir(), 'mahalo-scripts-'));
    chmodSync(this.folder, 0o755);
    this.reactor.start();
    this.runner = new ScriptRunner({ global, scripts: [], instances: [], groups: [] }, this.reactor, (text) =>
      this.log.push(text),
    );
    t.teardown(async () => {
      await this.runner.stop();
      this.reactor.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes an executable script; its path. */
  script(name: string, body: string, shebang = '#!/bin/sh\n'): string {
    const path = this.path(name);
    writeFileSync(path, `${shebang}${body}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  text(name: string): string {
    try {
      return readFileSync(this.path(name), 'utf8');
    } catch {
      return ''; // not there yet: the caller waits
    }
  }
}
