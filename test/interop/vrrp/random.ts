/**
 * The long random test: `node test/interop/vrrp/random.ts --minutes 60 --seed 7 --log run.jsonl`. Two agents, random
 * faults; at no time do two connected units hold the address for longer than one advertisement, and in every calm exactly
 * the right one does. `--round N` runs one round of a seed again; `--kinds mahalo,keepalived` is interoperation.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AgentKind } from './lab/agents.ts';
import { type RandomOptions, runRandom } from './random-run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    kinds: { type: 'string', default: 'mahalo,mahalo' },
    interval: { type: 'string', default: '100' },
    realtime: { type: 'string', default: '0' },
    log: { type: 'string', default: '' },
    round: { type: 'string' },
  },
});

const log = values.log;
if (log !== '') writeFileSync(log, `${JSON.stringify({ what: 'options', ...values })}\n`);

const options: RandomOptions = {
  seed: Number(values.seed),
  minutes: Number(values.minutes),
  kinds: values.kinds.split(',') as [AgentKind, AgentKind],
  intervalMs: Number(values.interval),
  realTime: Number(values.realtime),
  tell: (event) => {
    if (log !== '') appendFileSync(log, `${JSON.stringify(event)}\n`);
    if (log === '' || event.what === 'FAILURE' || event.what === 'calm') console.log(JSON.stringify(event));
  },
  ...(values.round === undefined ? {} : { onlyRound: Number(values.round) }),
};

const { logs, ...result } = await runRandom(options);
console.log(JSON.stringify(result, null, 2));
if (result.failures.length > 0) {
  console.error(logs);
  process.exitCode = 1;
}
