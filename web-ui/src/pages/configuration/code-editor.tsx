/** A place for the editor, which is loaded when this is drawn. Until then, and if it cannot be, a plain field does. */

import type { MutableRef } from 'preact/hooks';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../../api/client.ts';
import { Notice } from '../../design/states.tsx';
import type { Diagnostic, EditedDocument, Report } from './documents.ts';
import type { Editor } from './editor/create-editor.ts';
import { wordsOf } from './words.ts';

export interface EditorHandle {
  setText(text: string): void;
  goTo(diagnostic: Diagnostic): void;
}

interface CodeEditorProperties {
  readonly document: EditedDocument;
  /** What it begins with; later texts come by the handle. */
  readonly text: string;
  readonly handle: MutableRef<EditorHandle | null>;
  readonly onChange: (text: string) => void;
  readonly onReport: (report: Report) => void;
  readonly onFormat: () => void;
  readonly check: (text: string) => Promise<Report>;
}

export function CodeEditor(properties: CodeEditorProperties) {
  const place = useRef<HTMLDivElement>(null);
  // The editor lives longer than one drawing: it calls what was handed in last.
  const latest = useRef(properties);
  latest.current = properties;
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let editor: Editor | undefined;
    let gone = false;
    const { document, handle } = properties;
    Promise.all([import('./editor/create-editor.ts'), wordsOf(document)])
      .then(([{ createEditor }, words]) => {
        if (gone || place.current === null) return;
        editor = createEditor({
          parent: place.current,
          document,
          words,
          text: latest.current.text,
          onChange: (text) => latest.current.onChange(text),
          onReport: (report) => latest.current.onReport(report),
          onFormat: () => latest.current.onFormat(),
          check: (text) => latest.current.check(text),
        });
        handle.current = editor;
      })
      .catch((error: unknown) => setFailure(messageOf(error)));
    return () => {
      gone = true;
      handle.current = null;
      editor?.destroy();
    };
  }, [properties.document]);
  if (failure !== undefined) return <Notice tone="bad">The editor could not be loaded: {failure}</Notice>;
  return <div class="code-editor" ref={place} />;
}
