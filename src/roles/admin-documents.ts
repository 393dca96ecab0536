/** The documents a unit runs: the proxy's configuration, and keepalived.conf, each with what carries it and its history. */

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { FLOATING_PREVIEW, PREVIEW } from '../admin/api/configuration-schemas.ts';
import type { AdminContext } from '../admin/api/context.ts';
import { type DocumentContext, documentRoutes } from '../admin/api/document-routes.ts';
import { documentTrialState, type TrialState } from '../admin/api/trial-routes.ts';
import { ConfigurationService } from '../admin/configuration/configuration-service.ts';
import { RevisionStore } from '../admin/configuration/revision-store.ts';
import { LanguageProcess } from '../admin/language/language-process.ts';
import { ProxyUnit } from '../admin/proxy/proxy-unit.ts';
import type { JsonFileOptions } from '../admin/store/json-file.ts';
import { VrrpUnit } from '../admin/vrrp/vrrp-unit.ts';
import { makeDirectory } from '../sys/atomic-file.ts';
import { ownCommand } from '../sys/own-program.ts';
import type { AdminArguments } from './admin-arguments.ts';

export interface DocumentSettings {
  readonly given: AdminArguments;
  readonly context: AdminContext;
  readonly onDamage: JsonFileOptions<unknown>['onDamage'];
  /** What the console should know. */
  say(text: string): void;
}

interface Floating {
  readonly unit: VrrpUnit;
  readonly service: ConfigurationService;
  readonly revisions: RevisionStore;
}

export class Documents {
  readonly unit: ProxyUnit;
  readonly language: LanguageProcess;
  readonly configuration: ConfigurationService;
  readonly revisions: RevisionStore;
  readonly #floating: Floating | undefined;
  readonly #settings: DocumentSettings;

  constructor(settings: DocumentSettings) {
    this.#settings = settings;
    const { directory, vrrpSocket } = settings.given;
    const unit = new ProxyUnit(directory, ownCommand('proxy'));
    const language = new LanguageProcess(ownCommand('language'), unit.directory);
    this.unit = unit;
    this.language = language;
    this.revisions = this.#openRevisions(directory);
    this.configuration = new ConfigurationService({
      ...this.#common(),
      name: 'configuration',
      carrier: unit,
      revisions: this.revisions,
      check: (text, files) => language.ask('check', { text, files, before: unit.runtimeText }),
    });
    // An agent that somebody else started is his to configure.
    this.#floating = vrrpSocket === undefined ? this.#openFloating() : undefined;
  }

  /** The control socket of the VRRP agent; undefined while there is none. */
  get vrrpSocket(): string | undefined {
    return this.#settings.given.vrrpSocket ?? this.#floating?.unit.socketPath;
  }

  /** The proxy first: it serves even if nobody can look at it. */
  async start(): Promise<void> {
    const { given, context } = this.#settings;
    if (given.configuration !== undefined) this.revisions.beginWith(given.configuration, context.nowMs());
    await this.configuration.start();
    await this.#floating?.service.start();
  }

  /** What runs goes on, unless admin was told that it ends with it. */
  stop(): void {
    this.configuration.stop();
    this.#floating?.service.stop();
    this.language.stop();
    if (!this.#settings.given.stopProxy) return;
    this.unit.stopAll();
    this.#floating?.unit.stopAll();
  }

  /** @returns of each document, whether it is on trial */
  addRoutes(app: FastifyInstance): () => readonly TrialState[] {
    const { configuration, language, revisions, unit } = this;
    const { nowMs } = this.#settings.context;
    const proxy: DocumentContext = {
      base: '/api/configuration',
      name: 'configuration',
      service: configuration,
      revisions,
      previewSchema: PREVIEW,
      preview: (text, files) => {
        const inForce = configuration.confirmed?.text ?? '';
        return language.ask('preview', { text, files, inForce, before: unit.runtimeText });
      },
      words: () => language.ask('words', {}),
      nowMs,
    };
    const documents = [proxy, ...this.#floatingContext()];
    for (const one of documents) documentRoutes(app, one);
    return () => documents.map(documentTrialState);
  }

  /** An agent that somebody else started has no document here. */
  #floatingContext(): readonly DocumentContext[] {
    const floating = this.#floating;
    const { language } = this;
    if (floating === undefined) return [];
    const context: DocumentContext = {
      base: '/api/vrrp/configuration',
      name: 'vrrp-configuration',
      service: floating.service,
      revisions: floating.revisions,
      previewSchema: FLOATING_PREVIEW,
      preview: (text) => language.ask('previewFloating', { text, inForce: floating.service.confirmed?.text ?? '' }),
      words: () => language.ask('floatingWords', {}),
      nowMs: this.#settings.context.nowMs,
    };
    return [context];
  }

  #openFloating(): Floating {
    const { directory } = this.#settings.given;
    const unit = new VrrpUnit(directory, ownCommand('vrrp'));
    const place = join(directory, 'vrrp');
    makeDirectory(place);
    const revisions = this.#openRevisions(place);
    const service = new ConfigurationService({
      ...this.#common(),
      name: 'vrrp-configuration',
      carrier: unit,
      revisions,
      check: (text) => this.language.ask('checkFloating', { text }),
    });
    return { unit, service, revisions };
  }

  #openRevisions(place: string): RevisionStore {
    const { context, onDamage } = this.#settings;
    return new RevisionStore(place, { onDamage, nowMs: context.nowMs });
  }

  #common() {
    const { context, given, say } = this.#settings;
    const { audit, nowMs } = context;
    return { audit, nowMs, confirmMs: 1000 * given.confirmSeconds, held: given.managementOnly, say };
  }
}
