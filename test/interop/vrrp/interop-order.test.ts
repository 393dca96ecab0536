/**
 * Becoming master, in order (RFC 5798 section 6.4.2 and keepalived): the advertisement first, which silences the other,
 * then the address, then the neighbours are told. One trace of the system calls shows all three.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findProgram } from '../../find-program.ts';
import { waysToPlay } from '../../table-sample.ts';
import { Agent, type AgentKind } from './lab/agents.ts';
import { until } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { Lab, labMissing, VIP } from './lab/lab.ts';

const skip = labMissing('keepalived') || (findProgram('strace') === null && 'strace is not installed');

/** What a traced send is; `''`: something else. */
function kindOf(call: string): string {
  if (call.includes('RTM_NEWADDR')) return 'address';
  // Data in hexadecimal: version 4, TOS 0xc0 and, 9 bytes in, protocol 112.
  if (/"\\x45\\xc0(\\x..){7}\\x70/.test(call)) return 'advertisement';
  // Broadcast, from us, ARP.
  if (/"(\\xff){6}(\\x..){6}\\x08\\x06/.test(call)) return 'announcement';
  return '';
}

for (const kind of waysToPlay<AgentKind>('keepalived', 'mahalo')) {
  t.test(`a new master advertises, takes the address, announces it: ${kind}`, { skip }, async (t) => {
    const lab = await Lab.open({ units: ['a'] });
    t.teardown(() => lab.close());
    const node = lab.node('a');
    const agent = new Agent(kind, node, configText({ instances: [{ priority: 150, advert: '3' }] }));
    agent.start();
    // Three adverts of three seconds until it is master: time to look over its shoulder.
    await agent.line(/Entering BACKUP STATE/);
    const file = join(node.directory, 'trace');
    const processes = agent.pids().flatMap((pid) => ['-p', String(pid)]);
    const calls = ['-f', '-xx', '-s', '128', '-e', 'trace=sendto,sendmsg,sendmmsg', '-o', file];
    const tracer = node.start(['strace', ...calls, ...processes]);
    await tracer.line(/attached/);
    await until(`it is master:\n${agent.log().slice(-2000)}`, () => node.holds(VIP));
    const kinds = (): string[] => readFileSync(file, 'utf8').split('\n').map(kindOf).filter(Boolean);
    await until('the announcement is traced', () => kinds().includes('announcement'));
    t.strictSame([...new Set(kinds())], ['advertisement', 'address', 'announcement']);
    await tracer.stop('SIGINT');
  });
}
