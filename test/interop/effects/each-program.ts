/** The same test on the real haproxy, which proves the test, and on ours. */
import t, { type Test } from 'tap';
import { findCandidate, findReference } from '../differential/proxy-process.ts';

export interface Program {
  readonly name: 'haproxy' | 'mahalo';
  readonly path: string;
}

type Body = (t: Test, program: Program) => Promise<void>;

/** `skip`: why it cannot run here, or false. */
export function onEachProgram(title: string, skip: string | false, body: Body): void {
  const programs = [
    ['haproxy', findReference()],
    ['mahalo', findCandidate()],
  ] as const;
  for (const [name, path] of programs) {
    const reason = skip !== false ? skip : path === null ? `${name} is not there` : false;
    t.test(`${title} (${name})`, { skip: reason }, (t) => (path === null ? undefined : body(t, { name, path })));
  }
}

export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
