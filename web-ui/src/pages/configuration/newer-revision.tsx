/** Another text came into force since this one was begun: nothing is overwritten before the difference was looked at. */

import { useState } from 'preact/hooks';
import { toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { Notice } from '../../design/states.tsx';
import { type EditedDocument, readInForce, type TextInForce } from './documents.ts';
import { type Draft, rebaseDraft } from './drafts.ts';
import { SideBySide } from './review.tsx';

interface Properties {
  readonly document: EditedDocument;
  readonly draft: Draft;
  /** The number in force. */
  readonly confirmed: number;
}

export function NewerRevision({ confirmed, document, draft }: Properties) {
  const [inForce, setInForce] = useState<TextInForce>();
  const show = (): void => void readInForce(document).then(setInForce).catch(toastError);
  const known = inForce?.number === confirmed ? inForce : undefined;
  return (
    <div class="stack">
      <Notice tone="warning">
        Revision {confirmed} is in force by now, and this text was begun from revision {draft.base.number}. As it stands
        it would undo what came since: look at the difference, bring what you want of it into your text, and go on; or
        discard your changes.
      </Notice>
      <div class="row">
        <Button onClick={show}>Show the difference</Button>
        {known !== undefined && (
          <Button onClick={() => rebaseDraft(document, known)}>Go on with this text, from revision {confirmed}</Button>
        )}
      </div>
      {known !== undefined && (
        <SideBySide
          document={document}
          before={{ text: known.text, label: `In force: revision ${confirmed}` }}
          after={{ text: draft.text, label: 'What you wrote' }}
        />
      )}
    </div>
  );
}
