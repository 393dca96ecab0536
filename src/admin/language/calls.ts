/** Every question about texts with its answer, as plain data: what `mahalo language` does, and admin asks. */

import { type LoadOptions, type LoadResult, loadConfiguration } from '../../config/loader.ts';
import { type CheckReport, reportOf } from '../../config/report.ts';
import type { DocumentFile } from '../answers/revisions.ts';
import { type Preview, previewOf } from '../preview/preview.ts';
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
import type { Completions } from '../text/complete.ts';
import {
  type DefinitionAnswer,
  EditorCalls,
  type HoverAnswer,
  type Named,
  type PlaceInText,
  type WordLists,
} from './editor-calls.ts';

/** As the user's text is called in reports. */
export const CONFIGURATION_NAME = 'haproxy.cfg';

export interface ConfigurationText {
  readonly text: string;
  /** What is read before it: what admin adds to every configuration. */
  readonly before: string;
  /** What the text names besides, as it would be written. */
  readonly files: readonly DocumentFile[];
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

/** From the text in force to the one proposed. */
export interface PreviewRequest extends ConfigurationText {
  readonly inForce: string;
}

export interface PreviewAnswer {
  readonly report: CheckReport;
  /** Null: the text is refused. */
  readonly preview: Preview | null;
}

interface TextOnly {
  readonly text: string;
}

/** From the text in force ('' for none) to the one proposed. */
export interface FloatingRequest {
  readonly text: string;
  readonly inForce: string;
}

export interface FloatingPreview {
  readonly different: boolean;
  readonly sentences: readonly string[];
  readonly process: readonly string[];
}

/** What speaks keepalived.conf. */
export interface FloatingLanguage {
  check(text: string): CheckReport;
  preview(text: string, inForce: string): { readonly report: CheckReport; readonly preview: FloatingPreview | null };
  words(): WordLists;
  complete(place: PlaceInText): Completions;
  /** Null where there is nothing to say. */
  hover(place: PlaceInText): HoverAnswer | null;
  definition(place: PlaceInText): DefinitionAnswer;
  format(text: string): string;
}

export interface LanguageCalls {
  check(given: ConfigurationText): Promise<CheckReport>;
  preview(given: PreviewRequest): Promise<PreviewAnswer>;
  complete(given: PlaceInText): Promise<Completions>;
  hover(given: PlaceInText): Promise<HoverAnswer | null>;
  definition(given: PlaceInText): Promise<DefinitionAnswer>;
  symbols(given: TextOnly): Promise<readonly Named[]>;
  format(given: TextOnly): Promise<TextOnly>;
  words(given: object): Promise<WordLists>;
  checkFloating(given: TextOnly): Promise<CheckReport>;
  previewFloating(given: FloatingRequest): Promise<ReturnType<FloatingLanguage['preview']>>;
  floatingWords(given: object): Promise<WordLists>;
  completeFloating(given: PlaceInText): Promise<Completions>;
  hoverFloating(given: PlaceInText): Promise<HoverAnswer | null>;
  definitionFloating(given: PlaceInText): Promise<DefinitionAnswer>;
  formatFloating(given: TextOnly): Promise<TextOnly>;
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
export function languageCalls(options: LoadOptions, floating: FloatingLanguage): LanguageCalls {
  let catalogue: Promise<readonly TemplateDescription[]> | undefined;

  const load = ({ text, before, files }: ConfigurationText): Promise<LoadResult> => {
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

  const editor = new EditorCalls();
  return {
    complete: async (given) => editor.complete(given),
    hover: async (given) => editor.hover(given),
    definition: async (given) => editor.definition(given),
    symbols: async (given) => editor.symbols(given),
    format: async (given) => editor.format(given),
    words: async () => editor.words(),
    checkFloating: async ({ text }) => floating.check(text),
    previewFloating: async ({ text, inForce }) => floating.preview(text, inForce),
    floatingWords: async () => floating.words(),
    completeFloating: async (given) => floating.complete(given),
    hoverFloating: async (given) => floating.hover(given),
    definitionFloating: async (given) => floating.definition(given),
    formatFloating: async ({ text }) => ({ text: floating.format(text) }),

    async check(given) {
      return reportOf(await load(given), false);
    },

    async preview({ text, before, files, inForce }) {
      const loaded = await load({ text, before, files });
      const report = reportOf(loaded, false);
      if (loaded.model === undefined || report.verdict === 'invalid') return { report, preview: null };
      // What is in force may be refused by now (a file is gone): then everything is new.
      const old = (await load({ text: inForce, before, files })).model;
      const nothing = old === undefined ? (await load({ text: '', before, files })).model : undefined;
      const model = old ?? nothing;
      if (model === undefined) return { report, preview: null };
      return { report, preview: previewOf({ model, text: inForce }, { model: loaded.model, text }) };
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
      const loaded = await load({ text: configuration.text, before, files });
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
