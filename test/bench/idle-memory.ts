/** Memory of a proxy that holds thousands of idle client connections, each of which did one request. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadCore, proxyCore, REST_MS, type Settings } from './measure.ts';
import { descriptorLimit, type Memory, memory, processTree } from './process-usage.ts';
import { freePorts, type Programs, pinning, proxyProgram } from './programs.ts';
import { idleConfiguration } from './workloads.ts';

const wantedConnections = 10_000;
/** Descriptors that haproxy reserves besides two a connection; with them it refuses a maxconn the limit cannot hold. */
const reservedDescriptors = 40;

export interface IdleProgramResult {
  readonly program: string;
  readonly before: Memory;
  readonly after: Memory;
  /** Once the clients have gone again. */
  readonly closed: Memory;
  readonly bytesPerConnection: number;
}

export interface IdleResult {
  readonly connections: number;
  readonly programs: readonly IdleProgramResult[];
  /** All of Mahalo's resident memory with the connections over all of haproxy's. */
  readonly totalRatio: number;
  /** The same of what the connections added. */
  readonly growthRatio: number;
}

/** The first line that the client process prints. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('\n')) {
        resolve(text.trim());
      }
    });
    child.once('exit', () => resolve(text.trim()));
  });
}

async function measureProgram(
  programs: Programs,
  name: string,
  command: string,
  connections: number,
  settings: Settings,
): Promise<IdleProgramResult> {
  const [port] = (await freePorts(1)) as [number];
  const path = join(programs.directory, `idle-${name}.cfg`);
  writeFileSync(
    path,
    idleConfiguration(
      { proxy: port, origin: settings.originPort, directory: programs.directory, log: settings.logPort },
      connections,
    ),
  );
  const program = programs.startProxy(name, command, path, { core: proxyCore });
  await program.listening(port);
  const pids = processTree(program.pid);
  await delay(REST_MS);
  const before = memory(pids);
  const script = fileURLToPath(new URL('./idle-clients.ts', import.meta.url));
  const [file, ...rest] = [...pinning(loadCore), process.execPath, script, `${port}`, `${connections}`];
  const clients = spawn(file as string, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const said = await firstLine(clients);
    if (said !== 'ready') {
      throw new Error(`${name} with ${connections} idle connections: ${said}\n${program.output}`);
    }
    await delay(2000);
    const after = memory(pids);
    const gone = new Promise((resolve) => clients.once('exit', resolve));
    clients.stdin.end();
    await gone;
    await delay(1000);
    const bytesPerConnection = (after.rssBytes - before.rssBytes) / connections;
    return { program: name, before, after, closed: memory(pids), bytesPerConnection };
  } finally {
    clients.kill('SIGKILL');
    await program.stop();
  }
}

export async function measureIdle(programs: Programs, settings: Settings): Promise<IdleResult> {
  const most = Math.floor((descriptorLimit() - reservedDescriptors) / 2);
  const connections = Math.min(wantedConnections, most);
  const haproxy = await measureProgram(programs, 'haproxy', settings.haproxy, connections, settings);
  const mahalo = await measureProgram(programs, 'mahalo', proxyProgram(), connections, settings);
  return {
    connections,
    programs: [haproxy, mahalo],
    totalRatio: mahalo.after.rssBytes / haproxy.after.rssBytes,
    growthRatio: mahalo.bytesPerConnection / haproxy.bytesPerConnection,
  };
}
