/** In place of the pages while the unit is away on purpose. */

import { Button } from '../design/button.tsx';
import { useClock, useSecondsLeft } from '../design/clock.ts';
import { formatDuration } from '../design/format.ts';
import { Notice } from '../design/states.tsx';
import { type Away, comeBack } from './away.ts';
import { plainVersion, unit } from './session.ts';

export function AwayPage({ now }: { readonly now: Away }) {
  return (
    <main class="entrance">
      <section class="panel stack">
        <AwayContent now={now} />
      </section>
    </main>
  );
}

function AwayContent({ now }: { readonly now: Away }) {
  const name = unit.value.unit || 'The unit';
  switch (now.kind) {
    case 'off':
      return (
        <>
          <h1>{name} is being switched off</h1>
          <p>
            Its lights go out in a few seconds; then it may be unplugged. To switch it on again, take its power away and
            give it back.
          </p>
        </>
      );
    case 'moved':
      return <Moved name={name} places={now.places} returnsAt={now.returnsAt} />;
    case 'restart':
      return now.phase === 'back' ? (
        <Back name={name} version={now.version} expected={now.expected} />
      ) : (
        <>
          <h1>{name} starts anew</h1>
          <p role="status">
            {now.phase === 'going' ? 'It stops what runs.' : 'It is away, and will be back in a moment.'} This page
            waits and says which version runs then.
          </p>
          <p class="muted">
            Usually it takes 15 to 40 s. A new version that does not get well is given up after three tries, and the one
            before runs again; that takes a few minutes.
          </p>
          <Waited sinceMs={now.sinceMs} />
        </>
      );
  }
}

function Waited({ sinceMs }: { readonly sinceMs: number }) {
  const seconds = Math.floor((useClock() - sinceMs) / 1000);
  return seconds < 1 ? null : <p class="muted">Waiting for {formatDuration(1000 * seconds)}.</p>;
}

interface BackProperties {
  readonly name: string;
  readonly version: string;
  readonly expected: string | undefined;
}

function Back({ expected, name, version }: BackProperties) {
  const runs = plainVersion(version);
  const asExpected = expected === undefined || runs === plainVersion(expected);
  return (
    <>
      <h1>{name} is back</h1>
      <Notice tone={asExpected ? 'good' : 'warning'}>
        It runs version {runs}.
        {!asExpected && ` Version ${plainVersion(expected ?? '')} was expected: the page "Device" says why it is not.`}
      </Notice>
      <p class="muted">Sessions ended with the restart.</p>
      <div class="row">
        <Button primary onClick={comeBack}>
          Go on
        </Button>
      </div>
    </>
  );
}

interface MovedProperties {
  readonly name: string;
  readonly places: readonly string[];
  readonly returnsAt: number;
}

function Moved({ name, places, returnsAt }: MovedProperties) {
  const seconds = useSecondsLeft(returnsAt);
  return (
    <>
      <h1>{name} does not answer here any more</h1>
      <p>
        Its network settings have changed. It should be found at one of these addresses; log in there, and press "Keep
        it" if all is well:
      </p>
      <ul>
        {places.map((place) => (
          <li key={place}>
            <a href={place}>{place}</a>
          </li>
        ))}
      </ul>
      <p class="muted">
        Your browser asks about the certificate again, because it goes by addresses: it is the same one. Its fingerprint
        stands on the console of the unit.
      </p>
      <Notice tone="information">
        {seconds > 0 ? (
          <>
            If nobody keeps the new settings, those before return in <span class="number">{seconds} s</span>, and this
            page goes on by itself.
          </>
        ) : (
          'If nobody kept the new settings, those before are in force again: this page goes on when the unit answers.'
        )}
      </Notice>
    </>
  );
}
