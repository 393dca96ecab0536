/**
 * FRR's vrrpd, a third implementation, beside ours: each hears the other's advertisements and gives way to the higher
 * priority. FRR keeps its addresses on an interface that it holds down as backup, so the states decide here, not who
 * holds an address.
 */
import t, { type Test } from 'tap';
import { Agent } from './lab/agents.ts';
import { until } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { Frr, type FrrRouter, type FrrState, frrMissing } from './lab/frr.ts';
import { Lab, labMissing, VIP, VIP6, VIP6_LINK } from './lab/lab.ts';
import { STATE } from './pair.ts';

t.jobs = 3;
// A busy machine may need it.
t.setTimeout(600_000);
const skip = labMissing() || frrMissing();

interface Meeting {
  readonly ours: Agent;
  readonly frr: Frr;
  frrIs(status: 'Master' | 'Backup', also?: (state: FrrState) => boolean): Promise<void>;
  oursIs(state: number): Promise<void>;
}

function meeting(
  name: string,
  router: Pick<FrrRouter, 'family' | 'version' | 'intervalMs'>,
  priorities: { readonly ours: number; readonly frr: number },
  body: (t: Test, meeting: Meeting) => Promise<void>,
): void {
  t.test(name, { skip, buffered: true }, async (t) => {
    const lab = await Lab.open();
    t.teardown(() => lab.close());
    const { family, version = 3, intervalMs } = router;
    const addresses = family === 4 ? [`${VIP}/24`] : [`${VIP6_LINK}/64`, `${VIP6}/64`];
    const frr = new Frr(lab.node('b'), { vrid: 51, priority: priorities.frr, addresses, ...router });
    const advert = String(intervalMs / 1000);
    const instance = { priority: priorities.ours, family, version, advert, addresses };
    const ours = new Agent('mahalo', lab.node('a'), configText({ instances: [instance] }));
    await body(t, {
      ours,
      frr,
      async frrIs(status, also = () => true) {
        let last: unknown;
        await until(
          `FRR is ${status}`,
          async () => {
            const state = await frr.state();
            last = state;
            return state.status === status && also(state);
          },
          undefined,
          50,
        ).catch((error: unknown) => {
          throw new Error(`${error}; FRR says ${JSON.stringify(last)}; ours:\n${ours.log().slice(-2000)}`);
        });
      },
      async oursIs(state) {
        const reached = async (): Promise<boolean> => (await ours.instance()).data.state === state;
        await until(`ours is in state ${state}:\n${ours.log().slice(-2000)}`, reached, undefined, 50);
      },
    });
  });
}

/** Nothing that FRR sent was refused. */
async function nothingRefused(t: Test, ours: Agent): Promise<void> {
  const { advert_rcvd, ...stats } = (await ours.instance()).stats;
  t.ok(advert_rcvd! > 0, 'we heard it');
  const refused = Object.entries(stats).filter(([name, count]) => /_err$|^auth|^invalid/.test(name) && count > 0);
  t.strictSame(refused, [], 'and refused nothing');
}

for (const [name, router] of [
  ['VRRP 3 over IPv4', { family: 4, intervalMs: 100 }],
  ['VRRP 3 over IPv6', { family: 6, intervalMs: 100 }],
  ['VRRP 2', { family: 4, version: 2, intervalMs: 1000 }],
] as const) {
  meeting(
    `${name}: FRR gives way to us, and takes over when we stop`,
    router,
    { ours: 150, frr: 100 },
    async (t, meet) => {
      const { ours, frr } = meet;
      await frr.start();
      await meet.frrIs('Master');
      ours.start();
      await meet.oursIs(STATE.MASTER);
      await meet.frrIs('Backup', ({ stats }) => stats.adverRx >= 3);
      await nothingRefused(t, ours);
      await ours.stop();
      await meet.frrIs('Master');
      t.ok(true, 'FRR takes over');
    },
  );

  meeting(
    `${name}: we give way to FRR, and take over when it stops`,
    router,
    { ours: 100, frr: 200 },
    async (t, meet) => {
      const { ours, frr } = meet;
      ours.start();
      await meet.oursIs(STATE.MASTER);
      await frr.start();
      await meet.frrIs('Master');
      await meet.oursIs(STATE.BACKUP);
      await nothingRefused(t, ours);
      await frr.stop();
      await meet.oursIs(STATE.MASTER);
      t.ok(true, 'we take over');
    },
  );
}
