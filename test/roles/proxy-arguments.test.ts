import t from 'tap';
import { type ArgumentsResult, type ProxyArguments, parseProxyArguments } from '../../src/roles/proxy-arguments.ts';

function parse(line: string): ArgumentsResult {
  return parseProxyArguments(line.split(' ').filter((word) => word !== ''));
}

function accepted(line: string): ProxyArguments {
  const result = parse(line);
  if (result.kind !== 'run') {
    throw new Error(`${line}: ${JSON.stringify(result)}`);
  }
  return result.arguments;
}

t.test('configurations: every -f in order, and all that follows --', (t) => {
  t.same(accepted('-f a -f b -- c -d').configurations, ['a', 'b', 'c', '-d']);
  t.end();
});

t.test('flags: only their first letters count, the longest name wins', (t) => {
  t.match(accepted('-f a -db'), { foreground: true, debug: false });
  t.match(accepted('-f a -d'), { foreground: false, debug: true });
  t.match(accepted('-f a -Dnonsense -quiet -Verbose'), { daemon: true, quiet: true, verbose: true });
  t.match(accepted('-f a -c'), { checkOnly: true, condition: undefined });
  t.match(accepted('-cc 1'), { checkOnly: false, condition: '1' });
  t.match(accepted('-f a -dW -dS'), { zeroWarning: true, noSplice: true, debug: false });
  t.end();
});

t.test('values: numbers are read as atol reads them', (t) => {
  t.match(accepted('-f a -n 12x -N 7 -m 64 -L peer -p /run/x -C /tmp'), {
    maxconn: 12,
    proxyMaxconn: 7,
    memoryMegabytes: 64,
    localPeer: 'peer',
    pidfile: '/run/x',
    directory: '/tmp',
  });
  t.equal(accepted('-f a -n many').maxconn, 0);
  t.end();
});

t.test('old processes: numbers up to the next flag, finished or terminated', (t) => {
  t.match(accepted('-f a -sf 1 22 -p x'), { oldProcesses: [1, 22], oldProcessSignal: 'SIGUSR1', pidfile: 'x' });
  t.match(accepted('-f a -st 5'), { oldProcesses: [5], oldProcessSignal: 'SIGTERM' });
  t.match(accepted('-f a -sf'), { oldProcesses: [] });
  t.match(parse('-sf 12x'), { kind: 'refused', text: '-sf option: some bytes unconsumed in PID list {x}\n' });
  t.match(parse('-sf 0'), { kind: 'usage' });
  t.end();
});

t.test('usage: what is no flag, misses its value or has an unknown letter', (t) => {
  for (const line of ['config', '-f', '-n', '-Z', '-Z 1', '-cc']) {
    t.equal(parse(line).kind, 'usage', line);
  }
  t.end();
});

t.test('version: ends the reading at once', (t) => {
  t.match(parse('-v -Z'), { kind: 'version', buildOptions: false });
  t.match(parse('-vv'), { kind: 'version', buildOptions: true });
  t.end();
});

t.test('flags that tell more: diagnoses, keywords, libraries, JSON', (t) => {
  t.match(accepted('-c -f x -dD -dL -dKcfg,smp'), {
    diagnose: true,
    objectFiles: true,
    keywordClasses: 'cfg,smp',
    json: false,
  });
  t.match(accepted('-c --json -f x'), { json: true, configurations: ['x'] });
  t.match(parse('--json -f x'), { kind: 'refused', text: "'--json' goes with '-c' only\n" });
  t.end();
});

t.test('flags that need later machinery: refused by name', (t) => {
  for (const flag of ['-W', '-Ws', '-de', '-dR', '-dV']) {
    t.match(parse(flag), { kind: 'refused', text: /^'-\w+'.* is not implemented yet/, usage: false }, flag);
  }
  t.match(parse('-S /run/x'), { kind: 'refused', text: /^'-S' \(master CLI\) is not implemented yet/ });
  t.match(parse('-x /run/x'), { kind: 'refused', text: /is not implemented yet/ });
  t.match(parse('-x'), { kind: 'refused', text: 'Unix socket path expected with the -x flag\n\n', usage: true });
  t.match(parse('-S'), { kind: 'refused', usage: true });
  t.end();
});
