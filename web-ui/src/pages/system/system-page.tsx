/** Is the machine itself well: processor, memory, temperature, ports, clock, power. */

import type { SystemReading } from '../../../../src/admin/answers/system.ts';
import { useAsked } from '../../application/asked.ts';
import { formatBytes, formatDuration, formatTime } from '../../design/format.ts';
import { Facts, PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';
import { Gauge } from './gauge.tsx';
import { PortsTable } from './ports-table.tsx';
import './system.css';

const PERIOD_MS = 2_000;
/** Beyond this a browser's clock and the unit's differ by more than the way there and back. */
const CLOCKS_DIFFER_MS = 10_000;
const HOT_CELSIUS = 75;
const UNKNOWN = <span class="muted">not known on this machine</span>;

export function SystemPage() {
  const { answer: reading, failure } = useAsked<SystemReading>('/api/system', PERIOD_MS);
  return (
    <>
      <PageHeader title="System" about="The machine itself, read every two seconds while somebody looks." />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {reading === undefined && failure === undefined && <Loading what="the machine" />}
      {reading !== undefined && (
        <>
          <div class="system-cards">
            <Processor reading={reading} />
            <Memory reading={reading} />
            <Clock reading={reading} />
            <Power reading={reading} />
            <Versions reading={reading} />
          </div>
          <Panel title="Network ports">
            <PortsTable reading={reading} />
          </Panel>
        </>
      )}
    </>
  );
}

interface Read {
  readonly reading: SystemReading;
}

function Processor({ reading: { processor, temperatureCelsius } }: Read) {
  const [one, five, fifteen] = processor.loadAverages;
  return (
    <Panel title="Processor">
      <div class="stack">
        <div class="gauges">
          <Gauge label="All cores" percent={processor.percent} />
          {processor.coresPercent.map((percent, core) => (
            <Gauge key={core} label={`Core ${core}`} percent={percent} />
          ))}
        </div>
        <Facts
          facts={[
            [
              'Temperature',
              temperatureCelsius === null ? (
                UNKNOWN
              ) : (
                <>
                  {temperatureCelsius.toFixed(1)} &deg;C{' '}
                  {temperatureCelsius > HOT_CELSIUS && <Badge tone="bad">hot</Badge>}
                </>
              ),
            ],
            ['Tasks that run or wait', `${one} over 1 min, ${five} over 5 min, ${fifteen} over 15 min`],
            ['Clock rate', processor.megahertz === null ? UNKNOWN : `${processor.megahertz} MHz`],
            ['Model', `${processor.model} (${processor.architecture})`],
          ]}
        />
      </div>
    </Panel>
  );
}

const share = (part: number, whole: number): number => (whole <= 0 ? 0 : (100 * part) / whole);

function Memory({ reading: { memory, storage } }: Read) {
  const { adminBytes, availableBytes, swapTotalBytes, swapUsedBytes, totalBytes } = memory;
  return (
    <Panel title="Memory and storage">
      <div class="stack">
        <div class="gauges">
          <Gauge label="Memory" percent={share(totalBytes - availableBytes, totalBytes)} />
          {swapTotalBytes > 0 && <Gauge label="Swap" percent={share(swapUsedBytes, swapTotalBytes)} />}
          <Gauge label="Storage" percent={share(storage.totalBytes - storage.freeBytes, storage.totalBytes)} />
        </div>
        <Facts
          facts={[
            ['Memory', `${formatBytes(availableBytes)} of ${formatBytes(totalBytes)} can still be given to programs`],
            ['Storage', `${formatBytes(storage.freeBytes)} of ${formatBytes(storage.totalBytes)} free`],
            ['This web interface', `${formatBytes(adminBytes)} of memory`],
          ]}
        />
      </div>
    </Panel>
  );
}

function Clock({ reading: { clock, timeMs, uptimeSeconds } }: Read) {
  const differMs = Math.abs(Date.now() - timeMs);
  return (
    <Panel title="Time">
      <div class="stack">
        <Facts
          facts={[
            ['Its clock', formatTime(timeMs)],
            ['Set by', <Synchronized key="clock" clock={clock} />],
            ['Runs for', formatDuration(1000 * uptimeSeconds)],
          ]}
        />
        {differMs > CLOCKS_DIFFER_MS && (
          <Notice tone="warning">
            The clock of the unit and that of this browser differ by {formatDuration(differMs)}: times in logs, one-time
            passwords and certificates go by the unit's.
          </Notice>
        )}
      </div>
    </Panel>
  );
}

function Synchronized({ clock: { estimatedErrorMs, synchronized } }: { readonly clock: SystemReading['clock'] }) {
  if (synchronized === null) return UNKNOWN;
  if (!synchronized) return <Badge tone="warning">nothing: it may drift</Badge>;
  return (
    <>
      <Badge tone="good">NTP</Badge>
      {estimatedErrorMs !== null && ` within about ${estimatedErrorMs.toFixed(1)} ms`}
    </>
  );
}

function Power({ reading: { board, power } }: Read) {
  if (power === null) return null;
  return (
    <Panel title="Power, by estimate">
      <div class="stack">
        <p>
          About <strong>{power.watts.toFixed(2)} W</strong>. This {board} has no meter: this is a sum of published
          measurements of its parts.
        </p>
        <Facts facts={power.parts.map(({ watts, what }) => [what, `${watts.toFixed(2)} W`] as const)} />
      </div>
    </Panel>
  );
}

function Versions({ reading: { board, host, versions } }: Read) {
  return (
    <Panel title="What it is">
      <Facts
        facts={[
          ['Mahalo', versions.mahalo],
          ['Host name', host],
          ['Board', board ?? UNKNOWN],
          ['Linux', versions.distribution === null ? versions.kernel : `${versions.kernel} (${versions.distribution})`],
          ['Node.js', versions.node],
        ]}
      />
    </Panel>
  );
}
