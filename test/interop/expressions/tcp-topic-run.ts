/**
 * Evaluates the cases of a topic in TCP mode: `tcp-request content` (or `tcp-response content`) rules wait for each
 * expression to have a sample, as long as `inspect-delay` lets them, and the log line shows what they kept.
 */
import { SyslogSocket } from '../differential/syslog-socket.ts';
import type { ExpressionCase, ExpressionTopic } from './case.ts';
import { sendBytes } from './exchange.ts';
import { type Group, type Outcome, quoted, startWhatIsAccepted, type Written } from './topic-run.ts';

const LOG_DEADLINE_MS = 20_000;
const INSPECT_DELAY_MS = 200;

function ruleOf({ expression, acl, direction = 'request' }: ExpressionCase, index: number): string {
  const condition = acl ?? `${quoted(expression)} -m found`;
  return `  tcp-${direction} content set-var(sess.v${index}) ${quoted(expression)} if { ${condition} }`;
}

function writer(syslogPort: number) {
  return (topic: ExpressionTopic, groups: readonly Group[], ports: readonly (readonly number[])[]): Written => {
    const lines = ['global', ...(topic.global ?? []).map((line) => `  ${line}`)];
    lines.push('defaults', '  timeout client 5s', '  timeout server 5s', '  timeout connect 5s');
    const caseAt = new Map<number, number>();
    groups.forEach((group, i) => {
      const [port, origin] = ports[i] ?? [];
      lines.push(`listen expressions${i}`, '  mode tcp', `  bind 127.0.0.1:${port}`);
      lines.push(`  log 127.0.0.1:${syslogPort} len 8192 local0`);
      lines.push(
        `  tcp-request inspect-delay ${INSPECT_DELAY_MS}ms`,
        `  tcp-response inspect-delay ${INSPECT_DELAY_MS}ms`,
      );
      for (const index of group.members) {
        lines.push(ruleOf(topic.cases[index] as ExpressionCase, index));
        caseAt.set(lines.length, index);
      }
      const values = group.members.map((index) => `${index}=<%[var(sess.v${index})]>`);
      lines.push(`  log-format "%f|${values.join('|')}|"`, `  server origin 127.0.0.1:${origin}`);
    });
    return { text: `${lines.join('\n')}\n`, caseAt };
  };
}

export async function runTcpTopic(program: string, topic: ExpressionTopic): Promise<readonly Outcome[]> {
  let told = (): void => {};
  const syslog = await SyslogSocket.open(() => told());
  const refused = new Map<number, string>();
  const { groups, origins, ports, proxy } = await startWhatIsAccepted(program, topic, refused, writer(syslog.port));
  const lineOf = (i: number): string | undefined => syslog.lines.find((line) => line.includes(`expressions${i}|`));
  const values = new Map<number, string>();
  try {
    await Promise.all(groups.map((group, i) => sendBytes(ports[i] as number, group.request)));
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, LOG_DEADLINE_MS);
      told = () => {
        if (groups.some((_group, i) => lineOf(i) === undefined)) return;
        clearTimeout(deadline);
        resolve();
      };
      told();
    });
    for (const [i, group] of groups.entries()) {
      const line = lineOf(i) ?? '';
      for (const index of group.members) {
        values.set(index, new RegExp(`\\|${index}=(<.*?>)\\|`, 's').exec(line)?.[1] ?? `not logged: ${line}`);
      }
    }
  } finally {
    await proxy.stop();
    syslog.close();
    for (const origin of origins) origin.close();
  }
  return topic.cases.map((_subject, index) => {
    const refusal = refused.get(index);
    return refusal === undefined ? { value: values.get(index) ?? 'not evaluated' } : { refusal };
  });
}
