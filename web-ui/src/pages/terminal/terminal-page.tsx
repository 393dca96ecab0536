/** Before a terminal opens: is there one, and the password once more. */

import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, api, messageOf } from '../../api/client.ts';
import { useAsked } from '../../application/asked.ts';
import { currentSession } from '../../application/session.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { CodeField } from '../../design/code-field.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { formatDuration } from '../../design/format.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { EmptyState, Loading, Notice } from '../../design/states.tsx';

interface TerminalState {
  readonly enabled: boolean;
  readonly available: boolean;
  readonly reason: string;
  readonly user: string;
  readonly idleSeconds: number;
  readonly open: number;
}

/** What draws it is large, and comes with the ticket. */
interface Opened {
  readonly ticket: string;
  readonly View: ComponentType<{ readonly ticket: string; readonly onEnd: (reason: string) => void }>;
}

export function TerminalPage() {
  const { answer: state, failure, refresh } = useAsked<TerminalState>('/api/terminal');
  const [opened, setOpened] = useState<Opened>();
  const [ended, setEnded] = useState<string>();
  const [switching, setSwitching] = useState(false);
  const onEnd = (reason: string): void => {
    setOpened(undefined);
    setEnded(reason);
    void refresh();
  };
  return (
    <>
      <PageHeader
        title="Terminal"
        about="A shell on the unit itself. Opening and closing it stands in the audit log."
        actions={
          state?.available === true && (
            <Button danger={state.enabled} onClick={() => setSwitching(true)}>
              {state.enabled ? 'Turn it off' : 'Turn it on'}
            </Button>
          )
        }
      />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {state === undefined && failure === undefined && <Loading what="the terminal" />}
      {state !== undefined && !state.available && (
        <EmptyState title="This unit has no terminal" below>
          {state.reason}.
        </EmptyState>
      )}
      {state?.available === true && !state.enabled && (
        <EmptyState title="The terminal is off" below>
          It stays off until an admin turns it on: whoever has a shell has more than these pages.
        </EmptyState>
      )}
      {state?.enabled === true && opened === undefined && (
        <>
          {ended !== undefined && <Notice tone="neutral">The terminal was closed: {ended}.</Notice>}
          <OpenPanel state={state} onOpened={setOpened} />
        </>
      )}
      {opened !== undefined && <opened.View ticket={opened.ticket} onEnd={onEnd} />}
      {switching && state !== undefined && (
        <SwitchDialog state={state} onClose={() => setSwitching(false)} onDone={refresh} />
      )}
    </>
  );
}

interface OpenProperties {
  readonly state: TerminalState;
  readonly onOpened: (opened: Opened) => void;
}

function OpenPanel({ onOpened, state: { idleSeconds, user } }: OpenProperties) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const open = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      // First what takes long: the ticket is good for half a minute.
      const { TerminalView } = await import('./terminal-view.tsx');
      const body = { password, ...(needsCode ? { code } : {}) };
      const { ticket } = await api.post<{ readonly ticket: string }>('/api/terminal/ticket', body);
      onOpened({ ticket, View: TerminalView });
      return;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'code-needed') setNeedsCode(true);
      else setFailure(messageOf(error));
    }
    setBusy(false);
  };
  return (
    <Panel title="Open a terminal">
      <form class="stack" onSubmit={open}>
        <p>
          The shell runs as the user <code>{user}</code>. It ends when this page closes, when your session ends, or when
          nobody types for {formatDuration(1000 * idleSeconds)}.
        </p>
        <input type="text" name="username" autoComplete="username" value={currentSession().user} readOnly hidden />
        <TextField
          label="Your password"
          help="Once more, so that nobody finds a shell at an unattended screen."
          type="password"
          value={password}
          onInput={setPassword}
          autoComplete="current-password"
          required
          focus
        />
        {needsCode && <CodeField code={code} onCode={setCode} focus />}
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        <div class="row">
          <Button primary submit disabled={busy}>
            {busy ? 'Opening' : 'Open'}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

interface SwitchProperties {
  readonly state: TerminalState;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

function SwitchDialog({ onClose, onDone, state: { enabled, open, user } }: SwitchProperties) {
  return (
    <ConfirmDialog
      title={enabled ? 'Turn the terminal off?' : 'Turn the terminal on?'}
      deed={enabled ? 'Turn it off' : 'Turn it on'}
      danger={enabled}
      onClose={onClose}
      onConfirm={async () => {
        await api.put('/api/terminal', { enabled: !enabled });
        toast({ tone: 'good', text: enabled ? 'The terminal is off.' : 'Admins may open a terminal now.' });
        await onDone();
      }}
    >
      {enabled ? (
        <p>{open === 0 ? 'None is open now.' : `Those that are open (${open}) end at once.`}</p>
      ) : (
        <p>
          Every admin may then open a shell of the user <code>{user}</code> here, for his password. What that user may
          do on the machine, he may do.
        </p>
      )}
    </ConfirmDialog>
  );
}
