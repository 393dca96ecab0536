/**
 * The hour at 10 ms: `node test/interop/vrrp/faults-load.ts --minutes 60`. Agents on --agent-core, load on --load-core;
 * one transition, or an advertisement in twenty missing, is a failure.
 */
import { parseArgs } from 'node:util';
import { runLoad } from './faults-load-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    'agent-core': { type: 'string', default: '1' },
    'load-core': { type: 'string', default: '0' },
    burners: { type: 'string', default: '1' },
    nice: { type: 'string', default: '0' },
    realtime: { type: 'string', default: '0' },
    kind: { type: 'string', default: 'mahalo' },
  },
});

const result = await runLoad({
  seconds: Number(values.minutes) * 60,
  agentCore: Number(values['agent-core']),
  loadCore: Number(values['load-core']),
  burners: Number(values.burners),
  niceness: Number(values.nice),
  realTime: Number(values.realtime),
  kind: values.kind === 'keepalived' ? 'keepalived' : 'mahalo',
  tell: (text) => console.log(text),
});
const { log, ...figures } = result;
console.log(JSON.stringify(figures));
const enough = result.advertsSent >= (result.elapsedMs / 10) * 0.95;
if (result.changes.length > 0 || !enough) {
  console.error(log);
  process.exitCode = 1;
}
