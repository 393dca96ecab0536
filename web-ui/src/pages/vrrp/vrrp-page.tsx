/** Both units on one screen: who has which address, why, and how a fail-over goes. */

import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useAsked } from '../../application/asked.ts';
import { mayAct, type Role } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Loading, Notice, type Tone } from '../../design/states.tsx';
import { InstanceCard } from './instance-card.tsx';
import { OtherUnitPanel } from './other-unit.tsx';
import { RehearsalDialog, type RehearsalRow, RehearsalTable } from './rehearsal.tsx';
import { type Instance, type Pair, type SharedAddress, sharedAddresses, type UnitView } from './vrrp-api.ts';
import './vrrp.css';

const PERIOD_MS = 1_000;

interface Wanted {
  readonly unit: 'this' | 'other';
  readonly name: string;
  readonly instance: Instance;
}

export function VrrpPage() {
  const { answer: pair, failure, refresh } = useAsked<Pair>('/api/vrrp/pair', PERIOD_MS);
  const [wanted, setWanted] = useState<Wanted>();
  return (
    <>
      <PageHeader
        title="Floating addresses"
        about="Addresses that move to the other unit when this one fails (VRRP). Clients use them and notice little."
      />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {pair === undefined && failure === undefined && <Loading what="the floating addresses" />}
      {pair !== undefined && (
        <>
          <AgentNotice unit={pair.here} />
          {sharedAddresses(pair).map((shared) => (
            <SharedPanel key={shared.key} shared={shared} pair={pair} onRehearse={setWanted} />
          ))}
          <OtherUnitPanel other={pair.other} refresh={refresh} />
          {(pair.here.agent !== 'none' || pair.other?.said?.agent === 'answers') && (
            <Panel title="Rehearsals">
              <RehearsalTable rows={allRehearsals(pair)} />
            </Panel>
          )}
        </>
      )}
      {wanted !== undefined && <RehearsalDialog {...wanted} onClose={() => setWanted(undefined)} onBegun={refresh} />}
    </>
  );
}

function allRehearsals({ here, other }: Pair): readonly RehearsalRow[] {
  const of = (unit: UnitView | null | undefined): readonly RehearsalRow[] =>
    (unit?.rehearsals ?? []).map((one) => ({ ...one, unit: unit?.unit ?? '' }));
  return [...of(here), ...of(other?.said)].sort((one, next) => next.startedMs - one.startedMs);
}

function AgentNotice({ unit }: { readonly unit: UnitView }) {
  switch (unit.agent) {
    case 'none':
      return (
        <Notice tone="neutral">
          This unit runs no VRRP agent, so it shares no address with another unit. The agent starts with the first{' '}
          {mayAct('admin') ? <Link href="/configuration/floating">keepalived.conf</Link> : 'keepalived.conf'} that an
          admin applies here. One that is started elsewhere is found when <code>mahalo admin</code> is given its control
          socket (<code>--vrrp-socket</code>).
        </Notice>
      );
    case 'unreachable':
      return (
        <Notice tone="bad">
          The VRRP agent of this unit does not answer ({unit.reason}). Nobody here keeps the floating addresses.
        </Notice>
      );
    case 'answers':
      return unit.instances.length === 0 ? (
        <Notice tone="neutral">The VRRP agent runs, and its configuration has no instance.</Notice>
      ) : null;
  }
}

/** What both units together mean for those who use the address. */
function judge({ here, other }: SharedAddress, pair: Pair): { readonly tone: Tone; readonly text: string } | undefined {
  const names = [pair.here.unit, pair.other?.unit ?? ''];
  const masters = [here, other].flatMap((one, index) => (one?.state === 'MASTER' ? (names[index] ?? []) : []));
  const knowsOther = pair.other?.state === 'answers' && other !== undefined;
  if (!knowsOther) return undefined;
  if (masters.length === 2) {
    return { tone: 'bad', text: 'Both units are master: they do not hear each other. Look at the cable between them.' };
  }
  if (masters.length === 0) return { tone: 'bad', text: 'Nobody has the address: no unit is master.' };
  const backup = [here, other].some((one) => one?.state === 'BACKUP');
  return backup
    ? { tone: 'good', text: `${masters[0]} has the address; the other unit would take over.` }
    : { tone: 'warning', text: `${masters[0]} has the address; the other unit could not take over now.` };
}

interface SharedProperties {
  readonly shared: SharedAddress;
  readonly pair: Pair;
  readonly onRehearse: (wanted: Wanted) => void;
}

function SharedPanel({ onRehearse, pair, shared }: SharedProperties) {
  const { here: unit, other: link } = pair;
  const { here, other } = shared;
  const known = here ?? other;
  const verdict = judge(shared, pair);
  const stale = link?.state !== 'answers';
  const rehearse = (which: Wanted['unit'], name: string, instance: Instance, role: Role) =>
    instance.state === 'MASTER' &&
    mayAct('operator') &&
    role !== 'viewer' && (
      <Button
        small
        label={`Rehearse a fail-over of ${instance.name} on ${name}`}
        onClick={() => onRehearse({ unit: which, name, instance })}
      >
        Rehearse a fail-over
      </Button>
    );
  return (
    <Panel title={known?.addresses.map((address) => address.split(' ')[0]).join(', ') || known?.name}>
      <div class="stack">
        <p class="muted">
          Virtual router {known?.vrid}, VRRP version {known?.version}, IPv{known?.family}
        </p>
        {verdict !== undefined && <Notice tone={verdict.tone}>{verdict.text}</Notice>}
        <div class="vrrp-units">
          {here !== undefined && (
            <InstanceCard
              unit={unit.unit}
              instance={here}
              saidMs={unit.timeMs}
              actions={rehearse('this', unit.unit, here, unit.callerRole)}
            />
          )}
          {other !== undefined && link?.said && (
            <InstanceCard
              unit={link.unit}
              instance={other}
              saidMs={link.said.timeMs}
              stale={stale}
              actions={!stale && rehearse('other', link.unit, other, link.said.callerRole)}
            />
          )}
        </div>
      </div>
    </Panel>
  );
}
