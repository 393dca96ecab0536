/**
 * `make emulator-pair`: two emulated units with one virtual address, configured over their API; a client that asks through
 * the address; the unit that answers is killed, and the other one goes on. Tells for how long nobody answered.
 *
 *     --stay   keep both units (the killed one is switched on again) until Ctrl-C
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { imageMissing } from './image.ts';
import { SharedAddress } from './shared-address.ts';
import { Traffic } from './traffic.ts';

const began = performance.now();

function tell(text: string): void {
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

async function failOver(pair: SharedAddress, traffic: Traffic): Promise<void> {
  tell(`both have their configuration; asking ${pair.url}, which leads to the virtual address`);
  const first = await traffic.answeredAfter(0);
  tell(`answered, through ${first.text}`);
  const killed = pair.units.find(({ plan }) => plan.name === first.text);
  if (killed === undefined) throw new Error(`answered by ${first.text}, which is none of ours`);
  const killMs = performance.now();
  await killed.cutPower();
  tell(`the power of ${killed.plan.name} is cut`);
  const next = await traffic.answeredAfter(killMs);
  tell(`answered again, through ${next.text}: nobody answered for at most ${traffic.darkMs(killMs).toFixed(0)} ms`);
}

async function stay(pair: SharedAddress): Promise<void> {
  for (const unit of pair.units.filter(({ machine }) => !machine.isRunning)) await unit.powerOnAgain();
  for (const { plan } of pair.units) tell(`${plan.name}: https://127.0.0.1:${plan.pages.port}/`);
  tell('user owner, password "a long enough secret". Ctrl-C switches both off.');
  // Their disks are in a directory that goes with them.
  process.removeAllListeners('SIGINT');
  await once(process, 'SIGINT');
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { stay: { type: 'boolean', default: false } } });
  const missing = imageMissing();
  if (missing !== false) {
    console.error(missing);
    return 1;
  }
  tell('two units are switched on');
  const pair = await SharedAddress.open(2);
  let traffic: Traffic | undefined;
  try {
    await pair.configure();
    traffic = new Traffic(pair.url);
    await failOver(pair, traffic);
    if (values.stay) await stay(pair);
  } finally {
    await traffic?.stop();
    await pair.close();
  }
  return 0;
}

process.exitCode = await main();
