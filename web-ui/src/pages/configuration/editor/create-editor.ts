/** The editor itself: everything of CodeMirror that the pages use, in a chunk of its own. */

import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { styleNonce } from '../../../application/style-nonce.ts';
import type { Diagnostic, EditedDocument, Report } from '../documents.ts';
import { checking, completing, goToDefinition, hovering, placeOf } from './assistance.ts';
import { colouring } from './colours.ts';
import type { Words } from './tokens.ts';

export interface EditorSettings {
  readonly parent: HTMLElement;
  readonly document: EditedDocument;
  readonly text: string;
  readonly words: Words;
  readonly onChange: (text: string) => void;
  readonly onReport: (report: Report) => void;
  readonly onFormat: () => void;
  readonly check: (text: string) => Promise<Report>;
}

export interface Editor {
  setText(text: string): void;
  goTo(diagnostic: Diagnostic): void;
  focus(): void;
  destroy(): void;
}

function appearance(label: string, words: Words): Extension {
  return [
    EditorView.cspNonce.of(styleNonce()),
    // Said, not only so: what scrolls is then known to be reached by keyboard.
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off', tabindex: '0' }),
    lineNumbers(),
    colouring(words),
  ];
}

function assistance({ document, onFormat }: EditorSettings): Extension {
  const format = {
    key: 'Shift-Alt-f',
    run: () => {
      onFormat();
      return true;
    },
  };
  const follow = (view: EditorView, offset: number): boolean => {
    void goToDefinition(view, document, offset).catch(() => false); // the unit is away: nothing to go to
    return true;
  };
  return [
    hovering(document),
    autocompletion({ override: [completing(document)] }),
    keymap.of([
      format,
      { key: 'F12', run: (view) => follow(view, view.state.selection.main.head) },
      ...completionKeymap,
    ]),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (!(event.ctrlKey || event.metaKey) || event.button !== 0) return false;
        const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
        return offset !== null && follow(view, offset);
      },
    }),
  ];
}

export function createEditor(settings: EditorSettings): Editor {
  const { check, document, onChange, onReport, parent, text, words } = settings;
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      appearance(`Text of ${document.fileName}`, words),
      history(),
      drawSelection(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      lintGutter(),
      checking(check, onReport),
      assistance(settings),
      // Tab is left to the browser: whoever uses the keyboard can get out of the text.
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
    ],
  });
  return {
    setText(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    goTo(diagnostic) {
      const { from, to } = placeOf(view.state.doc, diagnostic);
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

export interface DifferenceSettings {
  readonly parent: HTMLElement;
  readonly before: { readonly text: string; readonly label: string };
  readonly after: { readonly text: string; readonly label: string };
  readonly words: Words;
}

/** Two texts beside each other do not fit a phone: the older one's lines stand above those that take their place. */
const NARROW = '(max-width: 760px)';
const COLLAPSED = { margin: 3, minSize: 6 };

/** Two texts beside each other; what is equal is folded. Returns what takes it away. */
export function showDifference({ after, before, parent, words }: DifferenceSettings): () => void {
  const side = ({ label, text }: { readonly text: string; readonly label: string }) => ({
    doc: text,
    extensions: [appearance(label, words), EditorState.readOnly.of(true), EditorView.lineWrapping],
  });
  if (matchMedia(NARROW).matches) {
    const { doc, extensions } = side(after);
    const unified = unifiedMergeView({
      original: before.text,
      mergeControls: false,
      collapseUnchanged: COLLAPSED,
      gutter: true,
    });
    const view = new EditorView({ parent, doc, extensions: [extensions, unified] });
    return () => view.destroy();
  }
  const view = new MergeView({
    parent,
    a: side(before),
    b: side(after),
    collapseUnchanged: COLLAPSED,
    gutter: true,
  });
  return () => view.destroy();
}
