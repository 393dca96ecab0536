/** Classes for the words on screen, by tokens.ts; what is not on screen is not looked at. */

import { type Extension, RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { type TokenKind, tokensOf, type Words } from './tokens.ts';

const marks = new Map<TokenKind, Decoration>();

function markOf(kind: TokenKind): Decoration {
  const known = marks.get(kind);
  if (known !== undefined) return known;
  const mark = Decoration.mark({ class: `word-${kind}` });
  marks.set(kind, mark);
  return mark;
}

function decorate(view: EditorView, words: Words): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      for (const { end, kind, start } of tokensOf(line.text, words)) {
        builder.add(line.from + start, line.from + end, markOf(kind));
      }
      at = line.to + 1;
    }
  }
  return builder.finish();
}

export function colouring(words: Words): Extension {
  return ViewPlugin.define(
    (view) => ({
      decorations: decorate(view, words),
      update(update: ViewUpdate) {
        if (update.docChanged || update.viewportChanged) this.decorations = decorate(update.view, words);
      },
    }),
    { decorations: (plugin) => plugin.decorations },
  );
}
