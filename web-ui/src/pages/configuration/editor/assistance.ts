/** What the editor asks the unit while one writes, as extensions of CodeMirror. An answer that does not come is no fault. */

import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { linter, type Diagnostic as Mark } from '@codemirror/lint';
import type { Extension, Text } from '@codemirror/state';
import { EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import { api } from '../../../api/client.ts';
import type { Diagnostic, EditedDocument, Report } from '../documents.ts';
import { offsetInLine } from './columns.ts';

/** So long after the last key the parser is asked. */
const CHECK_DELAY_MS = 500;
const HOVER_DELAY_MS = 350;

interface CompletionAnswer {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly {
    readonly label: string;
    readonly kind: string;
    readonly grammar: string;
    readonly help: string;
    readonly implemented: boolean;
  }[];
}

interface HoverAnswer {
  readonly start: number;
  readonly end: number;
  readonly keywords: readonly {
    readonly name: string;
    readonly grammar: string;
    readonly help: string;
    readonly initially: string;
    readonly manual: string;
    readonly link: string;
    readonly implemented: boolean;
  }[];
  readonly definitions: readonly Named[];
}

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly lineText: string;
  readonly section: string;
}

const SEVERITIES: Readonly<Record<Diagnostic['severity'], Mark['severity']>> = {
  error: 'error',
  warning: 'warning',
  notice: 'info',
  diag: 'hint',
};

/** Where a diagnostic is in the text; the whole line where the parser knows no column. */
export function placeOf(
  doc: Text,
  { line, column, endColumn }: Diagnostic,
): { readonly from: number; readonly to: number } {
  if (line < 1 || line > doc.lines) return { from: 0, to: doc.line(1).to };
  const { from, text, to } = doc.line(line);
  const start = from + offsetInLine(text, column);
  const word = /^\S+/.exec(text.slice(start - from))?.[0].length ?? 0;
  const end = endColumn === undefined ? start + word : from + offsetInLine(text, endColumn);
  return column === 0 ? { from, to } : { from: Math.min(start, to), to: Math.min(Math.max(end, start), to) };
}

/** @param check asks the parser; what it says is marked in the text and told to `onReport` */
export function checking(check: (text: string) => Promise<Report>, onReport: (report: Report) => void): Extension {
  return linter(
    async (view): Promise<readonly Mark[]> => {
      const { doc } = view.state;
      // The session is over, or the unit is away: the application says so, and the next key asks again.
      const report = await check(doc.toString()).catch(() => undefined);
      // Another one is on its way for the text that is there by now.
      if (report === undefined || view.state.doc !== doc) return [];
      onReport(report);
      return report.diagnostics.map((one) => ({
        ...placeOf(doc, one),
        severity: SEVERITIES[one.severity],
        message: one.hint === undefined ? one.message : `${one.message}\n${one.hint}`,
      }));
    },
    { delay: CHECK_DELAY_MS },
  );
}

export function completing({ base }: EditedDocument) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { explicit, pos, state } = context;
    const before = state.doc.lineAt(pos).text.slice(0, pos - state.doc.lineAt(pos).from);
    // Not behind every blank, unless it is asked for.
    if (!explicit && !/\S$/.test(before)) return null;
    const question = { text: state.doc.toString(), offset: pos };
    const answer = await api.post<CompletionAnswer>(`${base}/complete`, question).catch(() => null);
    if (answer === null || context.aborted || answer.candidates.length === 0) return null;
    const options = answer.candidates.map(
      ({ grammar, help, implemented, kind, label }): Completion => ({
        label,
        detail: implemented ? kind.replaceAll('-', ' ') : 'not implemented yet',
        info: () =>
          description([
            ['code', grammar],
            ['p', help],
          ]),
        boost: implemented ? 0 : -50,
      }),
    );
    return { from: answer.start, options, validFor: /^[\w.-]*$/ };
  };
}

function description(parts: readonly (readonly [tag: 'code' | 'p' | 'strong', text: string])[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'editor-help';
  for (const [tag, text] of parts) {
    if (text === '') continue;
    const element = document.createElement(tag);
    element.textContent = text;
    box.append(element);
  }
  return box;
}

function hoverBox({ definitions, keywords }: HoverAnswer, { manual, reader }: EditedDocument): HTMLElement {
  const box = document.createElement('div');
  for (const one of keywords) {
    const part = description([
      ['code', one.grammar === '' ? one.name : one.grammar],
      ['p', one.help],
      ['p', one.initially === '' ? '' : `When it is not said: ${one.initially}`],
      ['strong', one.implemented ? '' : `${reader} does not implement it yet.`],
    ]);
    if (one.link !== '') {
      const link = document.createElement('a');
      Object.assign(link, { href: one.link, target: '_blank', rel: 'noreferrer' });
      link.textContent = `${manual}, ${one.manual}`;
      part.append(link);
    }
    box.append(part);
  }
  for (const one of definitions) {
    box.append(
      description([
        ['p', `${one.kind} ${one.name}, line ${one.line}:`],
        ['code', one.lineText],
      ]),
    );
  }
  return box;
}

export function hovering(document: EditedDocument): Extension {
  return hoverTooltip(
    async (view, pos): Promise<Tooltip | null> => {
      const text = view.state.doc.toString();
      const answer = await api
        .post<HoverAnswer | null>(`${document.base}/hover`, { text, offset: pos })
        .catch(() => null);
      if (answer === null) return null;
      return { pos: answer.start, end: answer.end, above: true, create: () => ({ dom: hoverBox(answer, document) }) };
    },
    { hoverTime: HOVER_DELAY_MS },
  );
}

/** To where the name at a place is defined; from the definition itself to its first use. */
export async function goToDefinition(view: EditorView, { base }: EditedDocument, offset: number): Promise<boolean> {
  const text = view.state.doc.toString();
  const { definitions, uses } = await api.post<{
    readonly definitions: readonly Named[];
    readonly uses: readonly { readonly start: number; readonly end: number }[];
  }>(`${base}/definition`, { text, offset });
  const inside = (one: { readonly start: number; readonly end: number }): boolean =>
    one.start <= offset && offset <= one.end;
  const target = definitions.some(inside) ? uses.find((one) => !inside(one)) : definitions[0];
  if (target === undefined) return false;
  view.dispatch({
    selection: { anchor: target.start, head: target.end },
    effects: EditorView.scrollIntoView(target.start, { y: 'center' }),
  });
  view.focus();
  return true;
}
