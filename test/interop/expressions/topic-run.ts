/**
 * Evaluates the cases of a topic with one program. Cases with the same messages share a `listen` section, whose rules
 * put every value into a header; a case that the program refuses is told by the line it complains about, taken out, and
 * the others are tried again.
 */
import { freePort } from '../differential/free-port.ts';
import { ProxyProcess, ProxyStartError } from '../differential/proxy-process.ts';
import type { ExpressionCase, ExpressionTopic } from './case.ts';
import { PLAIN_REQUEST, PLAIN_RESPONSE } from './case.ts';
import { exchange, headersOf, RecordingOrigin } from './exchange.ts';

/** The value as text, `(none)` when there is no sample, or why the program refuses the expression. */
export type Outcome = { readonly value: string } | { readonly refusal: string };

export interface Group {
  readonly request: string;
  readonly response: string;
  readonly members: number[];
}

const GLOBAL = ['tune.bufsize 131072', 'tune.maxrewrite 65536', 'tune.http.maxhdr 4000'];

function groupsOf(cases: readonly ExpressionCase[], refused: ReadonlyMap<number, string>): readonly Group[] {
  const groups = new Map<string, Group>();
  cases.forEach((subject, index) => {
    if (refused.has(index)) return;
    const { request = PLAIN_REQUEST, response = PLAIN_RESPONSE } = subject;
    const key = `${request}\n${response}`;
    const group = groups.get(key) ?? { request, response, members: [] };
    group.members.push(index);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/** A word of a configuration that is taken as it is. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function rulesOf({ expression, acl, direction = 'request' }: ExpressionCase, index: number): readonly string[] {
  const rule = `  http-${direction} set-header`;
  return [
    `${rule} x-v${index} ${quoted(`<%[${expression}]>`)}`,
    `${rule} x-f${index} 1 if { ${acl ?? `${quoted(expression)} -m found`} }`,
  ];
}

export interface Written {
  readonly text: string;
  /** The case of each line, from line 1. */
  readonly caseAt: ReadonlyMap<number, number>;
}

function writeHttp(topic: ExpressionTopic, groups: readonly Group[], ports: readonly (readonly number[])[]): Written {
  const lines = ['global', ...[...GLOBAL, ...(topic.global ?? [])].map((line) => `  ${line}`)];
  lines.push('defaults', '  mode http', '  timeout client 5s', '  timeout server 5s', '  timeout connect 5s');
  const caseAt = new Map<number, number>();
  groups.forEach((group, i) => {
    const [port, origin] = ports[i] ?? [];
    lines.push(`listen expressions${i}`, `  bind 127.0.0.1:${port} ${topic.bindOptions ?? ''}`);
    lines.push(...(topic.lines ?? []).map((line) => `  ${line}`));
    for (const index of group.members) {
      for (const rule of rulesOf(topic.cases[index] as ExpressionCase, index)) {
        lines.push(rule);
        caseAt.set(lines.length, index);
      }
    }
    lines.push(`  server origin 127.0.0.1:${origin}`);
  });
  lines.push(...(topic.sections ?? []));
  return { text: `${lines.join('\n')}\n`, caseAt };
}

/** Which cases a program's complaints are about. */
function refusalsIn(output: string, { caseAt }: Written): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of output.split('\n')) {
    const at = /(?:ALERT.*|^ +parsing \[.*)proxy\.cfg:(\d+)/.exec(line)?.[1];
    const index = caseAt.get(Number(at));
    if (index !== undefined && !found.has(index)) found.set(index, line.replace(/^.*proxy\.cfg:[\d:]+\]?\s*:?\s*/, ''));
  }
  return found;
}

export type Writer = (
  topic: ExpressionTopic,
  groups: readonly Group[],
  ports: readonly (readonly number[])[],
) => Written;

export async function startWhatIsAccepted(
  program: string,
  topic: ExpressionTopic,
  refused: Map<number, string>,
  write: Writer,
): Promise<{ groups: readonly Group[]; origins: RecordingOrigin[]; ports: number[]; proxy: ProxyProcess }> {
  for (;;) {
    const groups = groupsOf(topic.cases, refused);
    const origins = await Promise.all(
      groups.map((group) => RecordingOrigin.open(group.response, topic.mode === 'tcp')),
    );
    const ports = await Promise.all(groups.map(() => freePort()));
    const written = write(
      topic,
      groups,
      groups.map((_group, i) => [ports[i] as number, (origins[i] as RecordingOrigin).port]),
    );
    try {
      return { groups, origins, ports, proxy: await ProxyProcess.start(program, written.text) };
    } catch (error) {
      for (const origin of origins) origin.close();
      if (!(error instanceof ProxyStartError)) throw error;
      const found = refusalsIn(error.output, written);
      if (found.size === 0) throw error;
      for (const [index, reason] of found) refused.set(index, reason);
    }
  }
}

/** What each case of the topic came to. */
export async function runTopic(program: string, topic: ExpressionTopic): Promise<readonly Outcome[]> {
  const refused = new Map<number, string>();
  const { groups, origins, ports, proxy } = await startWhatIsAccepted(program, topic, refused, writeHttp);
  const values = new Map<number, string>();
  try {
    for (const [i, group] of groups.entries()) {
      const response = await exchange(ports[i] as number, group.request);
      const request = (origins[i] as RecordingOrigin).received;
      const seen = { request: headersOf(request), response: headersOf(response) };
      for (const index of group.members) {
        const headers = seen[topic.cases[index]?.direction ?? 'request'];
        const value = headers.get(`x-v${index}`) ?? `no header; the client got ${JSON.stringify(response)}`;
        const found = headers.get(`x-f${index}`) === '1';
        values.set(index, found ? value : `(none) ${value}`);
      }
    }
  } finally {
    await proxy.stop();
    for (const origin of origins) origin.close();
  }
  return topic.cases.map((_subject, index) => {
    const refusal = refused.get(index);
    return refusal === undefined ? { value: values.get(index) ?? 'not evaluated' } : { refusal };
  });
}
