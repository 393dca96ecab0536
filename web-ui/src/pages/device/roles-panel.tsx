/** The processes of the unit: do they run, how often did they have to be started again, what did they say before that. */

import { useState } from 'preact/hooks';
import type { DeviceRole, LastWords } from '../../../../src/admin/answers/device.ts';
import { useAsked } from '../../application/asked.ts';
import { mayAct } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { formatAge, formatCount, formatTime } from '../../design/format.ts';
import { Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice, type Tone } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';

const STATES: Readonly<Record<DeviceRole['state'], readonly [word: string, tone: Tone]>> = {
  starting: ['starts', 'information'],
  running: ['runs', 'good'],
  silent: ['does not answer', 'bad'],
  waiting: ['starts again soon', 'warning'],
  stopped: ['not started', 'neutral'],
  stopping: ['stops', 'information'],
};

export function RolesPanel({ roles }: { readonly roles: readonly DeviceRole[] }) {
  const [asked, setAsked] = useState<string>();
  return (
    <Panel title="Processes">
      <Table
        label="Processes"
        rows={roles}
        keyOf={({ name }) => name}
        empty="None is looked after."
        columns={[
          { id: 'name', head: 'Name', cell: ({ name }) => name },
          { id: 'state', head: 'State', cell: (role) => <RoleState role={role} /> },
          { id: 'pid', head: 'Process', number: true, cell: ({ pid }) => pid ?? '-' },
          {
            id: 'started',
            head: 'Started',
            cell: ({ startedAt }) => (startedAt === null ? '-' : formatAge(startedAt)),
          },
          { id: 'restarts', head: 'Restarts', number: true, cell: ({ restarts }) => formatCount(restarts) },
          ...(mayAct('admin')
            ? [
                {
                  id: 'words',
                  head: 'Last words',
                  hidden: true,
                  cell: ({ name }: DeviceRole) => (
                    <Button small label={`Last words of ${name}`} onClick={() => setAsked(name)}>
                      Last words
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {asked !== undefined && <WordsDialog role={asked} onClose={() => setAsked(undefined)} />}
    </Panel>
  );
}

function RoleState({ role: { state, why } }: { readonly role: DeviceRole }) {
  const [word, tone] = STATES[state];
  return (
    <>
      <Badge tone={tone}>{word}</Badge>
      {why !== '' && <span class="muted"> {why}</span>}
    </>
  );
}

function WordsDialog({ onClose, role }: { readonly role: string; readonly onClose: () => void }) {
  const { answer, failure } = useAsked<readonly LastWords[]>(`/api/device/words/${role}`);
  return (
    <Dialog title={`Last words of ${role}`} onClose={onClose} wide>
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {answer === undefined && failure === undefined && <Loading what="last words" />}
      {answer?.length === 0 && <p>It never ended without being told to.</p>}
      {answer?.toReversed().map(({ endedAt, how, pid, text }) => (
        <section key={`${endedAt} ${pid}`} class="stack">
          <h3>
            {formatTime(Date.parse(endedAt))}: {how}
          </h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre class="device-words" tabIndex={0}>
            {text || 'It said nothing.'}
          </pre>
        </section>
      ))}
    </Dialog>
  );
}
