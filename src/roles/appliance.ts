/** The role `mahalo appliance`: what init starts on the device; and, with a word, a question to it. */

import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { askWord } from '../appliance/console/ask-word.ts';
import { askAppliance } from '../appliance/control/ask.ts';
import { Refusal } from '../appliance/control/command.ts';
import { type AppliancePaths, appliancePaths } from '../appliance/paths.ts';
import { APPLIANCE_USAGE, type ApplianceArguments, parseApplianceArguments } from './appliance-arguments.ts';
import { keepCompiledCode } from './compiled-code.ts';

const FACTORY_RESET_USAGE = `Usage: mahalo factory-reset [--yes] [--root DIR]   back to how it came: all that was kept is gone
`;

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
      process.exitCode = await ask(appliancePaths(resolve(result.root)), result.word, result.fields);
      return;
    case 'run':
      process.exitCode = await run({ ...result.arguments, root: resolve(result.arguments.root) });
  }
}

async function ask(paths: AppliancePaths, word: string, fields: readonly string[]): Promise<number> {
  if (word !== 'console') return askWord(paths, word, fields);
  const { Prompt } = await import('../appliance/console/prompt.ts');
  await new Prompt(paths).run();
  process.exit(0); // its questions to the one that runs have no end
}

/** `mahalo factory-reset`: the word of the same name, asked for twice. */
export async function runFactoryReset(words: readonly string[]): Promise<void> {
  const result = parseApplianceArguments(['factory-reset', ...words.filter((word) => word !== '--yes')]);
  if (result.kind !== 'ask' || result.fields.length > 0) {
    process.stderr.write(FACTORY_RESET_USAGE);
    process.exitCode = 1;
    return;
  }
  if (!words.includes('--yes') && !(await isSure())) {
    process.stderr.write('nothing was done\n');
    process.exitCode = 1;
    return;
  }
  process.exitCode = await askWord(appliancePaths(resolve(result.root)), 'factory-reset', []);
}

async function isSure(): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question('All configuration, people and history of this unit will be gone. Type yes: ');
  lines.close();
  return answer.trim() === 'yes';
}

async function run(given: ApplianceArguments): Promise<number> {
  const paths = appliancePaths(given.root);
  try {
    if (await anotherRuns(paths.controlSocket)) throw new Error('another one runs already');
    keepCompiledCode(paths);
    // It looks after others once in ten seconds, for ever: an optimizing compiler would wake its threads for hours.
    for (const flag of ['--no-maglev', '--no-opt']) setFlagsFromString(flag);
    const { beginUnit } = await import('./appliance-beginning.ts');
    const begun = await beginUnit(given, paths);
    const { ApplianceService } = await import('./appliance-service.ts');
    await new ApplianceService(given, paths, begun).start();
    return 0;
  } catch (error) {
    process.stderr.write(`mahalo appliance: ${(error as Error).message}\n`);
    process.exit(1); // what has begun already would keep it alive
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
