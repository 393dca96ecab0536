/** Every question about texts with its answer, as plain data: what `mahalo language` does, and admin asks. */

import { type LoadOptions, type LoadResult, loadConfiguration } from '../../config/loader.ts';
import { type CheckReport, reportOf } from '../../config/report.ts';
import type { AnswerError } from '../templates/answers.ts';
import type { Insertion, Renaming, TimeoutOffer } from '../templates/apply.ts';
import { applyTemplate } from '../templates/apply.ts';
import { availabilityOf } from '../templates/availability.ts';
import { TEMPLATES } from '../templates/catalogue.ts';
import {
  type DescribedText,
  describeTemplate,
  describeText,
  type TemplateDescription,
} from '../templates/description.ts';
import type { NeededFile, TemplateFile } from '../templates/page.ts';

/** As the user's text is called in reports. */
export const CONFIGURATION_NAME = 'haproxy.cfg';

export interface ConfigurationText {
  readonly text: string;
  /** What is read before it: what admin adds to every configuration. */
  readonly before: string;
}

export interface TemplateRequest {
  readonly template: string;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly keepalived: string;
  readonly timeouts: 'add' | 'leave';
  readonly before: string;
}

/** `text` is the whole new text; `inserted` its new end; `lines` explain that, by their number in the whole. */
export interface WrittenText extends DescribedText {
  readonly inserted: string;
}

export type TemplateResult =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly errors: readonly AnswerError[] }
  | {
      readonly kind: 'written';
      readonly configuration: WrittenText;
      /** Null: the template has no part in keepalived.conf. */
      readonly keepalived: WrittenText | null;
      readonly files: readonly TemplateFile[];
      readonly needs: readonly NeededFile[];
      readonly renamed: readonly Renaming[];
      readonly offers: readonly TimeoutOffer[];
      /** What the proxy says to the whole new text. */
      readonly report: CheckReport;
    };

export interface LanguageCalls {
  check(given: ConfigurationText): Promise<CheckReport>;
  templates(given: object): Promise<readonly TemplateDescription[]>;
  writeTemplate(given: TemplateRequest): Promise<TemplateResult>;
}

function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function written(insertion: Insertion): WrittenText {
  return { ...describeText(insertion.text, insertion.explained), inserted: insertion.inserted };
}

/** @param options this machine's answers to what the parser asks */
export function languageCalls(options: LoadOptions): LanguageCalls {
  let catalogue: Promise<readonly TemplateDescription[]> | undefined;

  const load = ({ text, before }: ConfigurationText, files: readonly TemplateFile[] = []): Promise<LoadResult> => {
    const sources = [
      { name: 'runtime.cfg', text: bytesOf(before) },
      { name: CONFIGURATION_NAME, text: bytesOf(text) },
    ];
    const readFile: LoadOptions['readFile'] = (path) => {
      const found = files.find((file) => bytesOf(file.path) === path);
      return found === undefined ? options.readFile(path) : { bytes: Buffer.from(found.text, 'utf8') };
    };
    return loadConfiguration(sources, { ...options, readFile });
  };

  return {
    async check(given) {
      return reportOf(await load(given), false);
    },

    templates() {
      catalogue ??= Promise.all(
        TEMPLATES.map(async (template) => describeTemplate(template, await availabilityOf(template))),
      );
      return catalogue;
    },

    async writeTemplate({ template: id, answers, text, keepalived, timeouts, before }) {
      const template = TEMPLATES.find((one) => one.id === id);
      if (template === undefined) return { kind: 'unknown' };
      const result = applyTemplate(template, answers, { configuration: text, keepalived, timeouts });
      if (result.kind === 'refused') return result;
      const { configuration, files, needs, renamed, offers } = result;
      const loaded = await load({ text: configuration.text, before }, files);
      return {
        kind: 'written',
        configuration: written(configuration),
        keepalived: result.keepalived === undefined ? null : written(result.keepalived),
        files,
        needs,
        renamed,
        offers,
        report: reportOf(loaded, false),
      };
    },
  };
}
