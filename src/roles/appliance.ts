/** The role `mahalo appliance`: what init starts on the device; and, with a word, a question to it. */

import { resolve } from 'node:path';
import { askWord } from '../appliance/console/ask-word.ts';
import { askAppliance } from '../appliance/control/ask.ts';
import { Refusal } from '../appliance/control/command.ts';
import { appliancePaths } from '../appliance/paths.ts';
import { APPLIANCE_USAGE, type ApplianceArguments, parseApplianceArguments } from './appliance-arguments.ts';

/** One that runs answers at once, also while it starts or stops. */
const ANOTHER_MS = 10_000;

/** Runs to the end of a question; the unit goes on after this has returned. */
export async function runAppliance(words: readonly string[]): Promise<void> {
  const result = parseApplianceArguments(words);
  switch (result.kind) {
    case 'help':
      process.stdout.write(APPLIANCE_USAGE);
      return;
    case 'refused':
      process.stderr.write(`mahalo appliance: ${result.text}\n\n${APPLIANCE_USAGE}`);
      process.exitCode = 1;
      return;
    case 'ask':
      process.exitCode = await askWord(appliancePaths(resolve(result.root)), result.word, result.fields);
      return;
    case 'run':
      process.exitCode = await run({ ...result.arguments, root: resolve(result.arguments.root) });
  }
}

async function run(given: ApplianceArguments): Promise<number> {
  const paths = appliancePaths(given.root);
  try {
    if (await anotherRuns(paths.controlSocket)) throw new Error('another one runs already');
    const { ApplianceService } = await import('./appliance-service.ts');
    await new ApplianceService(given, paths).start();
    return 0;
  } catch (error) {
    process.stderr.write(`mahalo appliance: ${(error as Error).message}\n`);
    return 1;
  }
}

async function anotherRuns(path: string): Promise<boolean> {
  try {
    await askAppliance(path, { command: 'help' }, { answerMs: ANOTHER_MS });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'absent') return false;
    throw error;
  }
}
