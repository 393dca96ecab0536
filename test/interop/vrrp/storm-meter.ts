/** What a storm costs and where its packets went: CPU time of a process, the kernel's counters of a namespace. */
import { readFileSync } from 'node:fs';
import type { Agent } from './lab/agents.ts';

const TICKS_PER_SECOND = 100;
/** 224.0.0.18 as /proc/net/raw has it: the bytes of the network order, read as one little-endian word. */
const GROUP = '120000E0';
const PROTOCOL_VRRP = '0070';

/** User and system time of all processes of the agent, seconds. */
export function cpuSeconds(agent: Agent): number {
  let ticks = 0;
  for (const pid of agent.pids()) {
    // The name in parentheses may hold anything: fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_SECOND;
}

/** VRRP packets that waited for the agent's raw socket in vain: its buffer was full. */
export function socketDrops(agent: Agent): number {
  const lines = readFileSync(`/proc/${agent.pid}/net/raw`, 'latin1').trim().split('\n').slice(1);
  let drops = 0;
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    if (fields[1]?.endsWith(`:${PROTOCOL_VRRP}`)) drops += Number(fields.at(-1));
  }
  return drops;
}

/** That the agent listens where `socketDrops` looks. */
export function hasGroupSocket(agent: Agent): boolean {
  return readFileSync(`/proc/${agent.pid}/net/raw`, 'latin1').includes(`${GROUP}:${PROTOCOL_VRRP}`);
}

/** Packets that the namespace's IP layer handed up, to whatever protocol. */
export function ipDelivers(agent: Agent): number {
  const lines = readFileSync(`/proc/${agent.pid}/net/snmp`, 'latin1').split('\n');
  const [names = '', values = ''] = lines.filter((line) => line.startsWith('Ip: '));
  return Number(values.split(' ')[names.split(' ').indexOf('InDelivers')]);
}
