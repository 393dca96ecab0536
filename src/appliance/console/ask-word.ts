/** `mahalo appliance WORD [NAME=VALUE...]`: a question to the one that runs, its answer as text. */

import { createReadStream, statSync } from 'node:fs';
import { askAppliance } from '../control/ask.ts';
import { type CommandRequest, Refusal } from '../control/command.ts';
import type { AppliancePaths } from '../paths.ts';
import { plainText } from './plain-text.ts';

/** `seconds=5` is a number, `mode=bridge` a text; what reads as JSON is JSON. */
function fieldsOf(words: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at <= 0) throw new Refusal('usage', `'${word}' is not of the form name=value`);
    const text = word.slice(at + 1);
    fields[word.slice(0, at)] = parsed(text);
  }
  return fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Asks, and writes the answer. @returns an exit status */
export async function askWord(paths: AppliancePaths, word: string, words: readonly string[]): Promise<number> {
  const onProgress = (value: unknown): void => void process.stdout.write(plainText(value));
  try {
    process.stdout.write(plainText(await answerTo(paths, word, words, onProgress)));
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

function answerTo(
  { controlSocket }: AppliancePaths,
  word: string,
  words: readonly string[],
  onProgress: (value: unknown) => void,
): Promise<unknown> {
  const ask = (request: CommandRequest, bytes?: AsyncIterable<Buffer>) =>
    askAppliance(controlSocket, request, { onProgress, ...(bytes === undefined ? {} : { bytes }) });
  const [file, ...more] = words;
  if (!['update', 'update-check'].includes(word) || file === undefined)
    return ask({ ...fieldsOf(words), command: word });
  const { size } = statSync(file);
  return ask({ ...fieldsOf(more), command: word, size }, createReadStream(file));
}
