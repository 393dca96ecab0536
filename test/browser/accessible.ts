/** axe-core on what a page shows now. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const run = (rules: readonly string[] | undefined): string => `axe.run(document, {
  resultTypes: ['violations'],
  ${rules === undefined ? '' : `runOnly: ${JSON.stringify(rules)},`}
}).then(({ violations }) => violations.map(
  ({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.slice(0, 5).map(({ html }) => html.slice(0, 200)) })))`;

export interface Violation {
  readonly id: string;
  readonly impact: 'minor' | 'moderate' | 'serious' | 'critical';
  readonly help: string;
  /** Elements, at most five. */
  readonly where: readonly string[];
}

/** @param rules of axe; not given, what WCAG 2.2 A and AA say, and what axe calls good practice */
async function violations(page: Page, rules?: readonly string[]): Promise<readonly Violation[]> {
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(source);
  return page.evaluate(run(rules));
}

export async function seriousViolations(page: Page, rules?: readonly string[]): Promise<readonly Violation[]> {
  return (await violations(page, rules)).filter(({ impact }) => impact === 'serious' || impact === 'critical');
}
