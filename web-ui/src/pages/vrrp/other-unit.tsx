/** The link to the other unit: whether there is one, whether it holds, and since when not. */

import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { mayAct } from '../../application/session.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { formatAge, formatTime } from '../../design/format.ts';
import { Facts, Panel } from '../../design/page.tsx';
import { Badge, Notice, type Tone } from '../../design/states.tsx';
import { PairDialog } from './pair-dialog.tsx';
import type { OtherUnit } from './vrrp-api.ts';

const WORDS: Readonly<Record<NonNullable<OtherUnit['state']>, { readonly tone: Tone; readonly text: string }>> = {
  answers: { tone: 'good', text: 'answers' },
  silent: { tone: 'bad', text: 'does not answer' },
  changed: { tone: 'bad', text: 'has another certificate' },
  refused: { tone: 'warning', text: 'refuses our token' },
};

interface PanelProperties {
  readonly other: OtherUnit | null;
  readonly refresh: () => Promise<void>;
}

export function OtherUnitPanel({ other, refresh }: PanelProperties) {
  const [open, setOpen] = useState<'pair' | 'part'>();
  const close = (): void => setOpen(undefined);
  const isAdmin = mayAct('admin');
  return (
    <Panel
      title="The other unit"
      actions={
        isAdmin && (
          <>
            <Button small primary={other === null} onClick={() => setOpen('pair')}>
              {other === null ? 'Pair with the other unit' : 'Pair anew'}
            </Button>
            {other !== null && (
              <Button small danger onClick={() => setOpen('part')}>
                Part
              </Button>
            )}
          </>
        )
      }
    >
      {other === null ? (
        <p class="muted">
          This unit stands alone, as far as it knows.{' '}
          {isAdmin
            ? 'Pair it with the other one, and both are seen here: who is master, why, and how a fail-over goes.'
            : 'An admin can pair it with another one.'}
        </p>
      ) : (
        <Link other={other} />
      )}
      {open === 'pair' && <PairDialog address={other?.address ?? ''} onClose={close} onPaired={refresh} />}
      {open === 'part' && other !== null && (
        <ConfirmDialog
          title={`Part from ${other.unit}?`}
          deed="Part"
          danger
          onClose={close}
          onConfirm={async () => {
            await api.delete('/api/vrrp/peer');
            toast({ tone: 'good', text: `This unit forgot its token for ${other.unit}; revoke it there.` });
            await refresh();
          }}
        >
          <p>
            VRRP goes on as before: only these pages do not show the other unit any more. Its token is forgotten here;
            revoke it there as well.
          </p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function Link({ other }: { readonly other: OtherUnit }) {
  const { address, answeredMs, fingerprint, pairedBy, pairedMs, reason, sinceMs, state, unit } = other;
  const words = state === null ? { tone: 'neutral' as Tone, text: 'is being asked' } : WORDS[state];
  return (
    <div class="stack">
      {state !== null && state !== 'answers' && (
        <Notice tone={words.tone}>
          <strong>
            {unit} {words.text}
          </strong>{' '}
          since {formatTime(sinceMs)}: {reason}.{' '}
          {answeredMs === null
            ? 'It has not answered since this admin began.'
            : `It answered last ${formatAge(answeredMs)}; what is shown of it is from then.`}
          {state === 'changed' && ' Nothing was sent there. If you gave it another certificate, pair anew.'}
          {state === 'refused' && ' Make a new token there, and pair anew.'}
        </Notice>
      )}
      <Facts
        facts={[
          ['Unit', <span key="unit">{unit}</span>],
          [
            'Link',
            <Badge key="state" tone={words.tone}>
              {words.text}
            </Badge>,
          ],
          [
            'Address',
            <a key="address" href={`https://${address}/vrrp`} target="_blank" rel="noreferrer">
              {address}
            </a>,
          ],
          ['Fingerprint', <code key="fingerprint">{fingerprint}</code>],
          ['Paired', `${formatTime(pairedMs)} by ${pairedBy}`],
        ]}
      />
    </div>
  );
}
