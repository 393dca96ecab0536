/**
 * Sample expressions: haproxy and ours evaluate the same ones on the same bytes. `EXPRESSION_CASES=<regular expression>`
 * plays matching expressions only, `EXPRESSION_TOPICS` topics.
 */
import t from 'tap';
import { findCandidate, findReference } from './differential/proxy-process.ts';
import type { ExpressionTopic } from './expressions/case.ts';
import { runTcpTopic } from './expressions/tcp-topic-run.ts';
import { type Outcome, runTopic } from './expressions/topic-run.ts';
import { TOPICS } from './expressions/topics.ts';

t.setTimeout(600_000);

const reference = findReference();
const candidate = findCandidate();
const skip = reference === null || candidate === null ? 'haproxy and ours must both be here' : false;
const caseFilter = new RegExp(process.env['EXPRESSION_CASES'] ?? '');
const topicFilter = new RegExp(process.env['EXPRESSION_TOPICS'] ?? '');

function chosen(topic: ExpressionTopic): ExpressionTopic {
  return { ...topic, cases: topic.cases.filter(({ expression }) => caseFilter.test(expression)) };
}

function text(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'nothing';
  return 'refusal' in outcome ? `refused: ${outcome.refusal}` : outcome.value;
}

function isRefusal(outcome: string): boolean {
  return outcome.startsWith('refused: ');
}

for (const topic of TOPICS.filter(({ name }) => topicFilter.test(name)).map(chosen)) {
  if (topic.cases.length === 0) continue;
  t.test(`${topic.name}: values are haproxy's`, { skip }, async (test) => {
    const run = topic.mode === 'tcp' ? runTcpTopic : runTopic;
    const [theirs, ours] = await Promise.all([run(reference as string, topic), run(candidate as string, topic)]);
    topic.cases.forEach(({ expression, shape, refused = false, direction = 'request' }, index) => {
      const name = `${direction} ${expression}`;
      const expected = text(theirs[index]);
      const value = text(ours[index]);
      if (shape === undefined) {
        if (refused) test.ok(isRefusal(expected) && isRefusal(value), `${name}: refused by both (${value})`);
        else if (isRefusal(expected)) test.fail(`${name}: the reference refuses it (${expected})`);
        else test.equal(value, expected, name);
        return;
      }
      test.match(expected, shape, `${name}: the reference has the shape`);
      test.match(value, shape, name);
    });
  });
}
