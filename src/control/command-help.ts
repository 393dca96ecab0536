/**
 * `help`, and what an unknown command gets: the commands that begin like it, or those whose words look most like it
 * (the measure is HAProxy's, so the same candidates are named).
 */

import { distance, fingerprint } from '../config/word-distance.ts';
import type { Command } from './command.ts';

/** HAProxy compares so many words, and names so many candidates. */
const COMPARED_WORDS = 5;
const MOST_CANDIDATES = 5;

const ALWAYS =
  '  help [<command>]                        : list matching or all commands\n' +
  '  prompt                                  : toggle interactive mode with prompt\n' +
  '  quit                                    : disconnect\n';

function commonWords(command: Command, words: readonly string[]): number {
  let count = 0;
  while (count < command.words.length && command.words[count] === words[count]) {
    count++;
  }
  return count;
}

/** One fingerprint for several words: transitions add up, letters are there or not. */
function fingerprintOf(words: readonly string[]): Uint8Array {
  const sum = new Uint8Array(1024);
  for (const word of words) {
    fingerprint(word).forEach((value, index) => {
      sum[index] = index < 32 ? (sum[index] as number) | value : (sum[index] as number) + value;
    });
  }
  return sum;
}

interface Candidate {
  readonly command: Command;
  readonly distance: number;
}

/** The listed commands nearest to the words from position `from` on, best first. */
function nearest(commands: readonly Command[], words: readonly string[], from: number): readonly Candidate[] {
  const rest = words.slice(from, COMPARED_WORDS);
  const wanted = fingerprintOf(rest);
  const candidates: Candidate[] = [];
  for (const command of commands) {
    if (command.usage === undefined || commonWords(command, words) < from) {
      continue;
    }
    const others = command.words.slice(from, COMPARED_WORDS);
    const length = [...rest, ...others].reduce((sum, word) => sum + word.length, 0);
    const difference = distance(wanted, fingerprintOf(others));
    if (difference < Math.floor((5 * length) / 2)) {
      candidates.push({ command, distance: difference });
    }
  }
  candidates.sort((left, right) => left.distance - right.distance);
  const best = candidates[0]?.distance ?? 0;
  return candidates.slice(0, MOST_CANDIDATES).filter((candidate) => candidate.distance <= Math.floor((5 * best) / 2));
}

/** The message for `words`, which are a request for help or no command at all. */
export function usageMessage(words: readonly string[], commands: readonly Command[]): string {
  const isHelp = words[0] === 'help';
  const asked = isHelp ? words.slice(1) : words;
  const matched = Math.max(
    0,
    ...commands.filter(({ usage }) => usage !== undefined).map((command) => commonWords(command, asked)),
  );
  let title: string;
  if (isHelp) {
    title = 'The following commands are valid at this level:\n';
  } else if (matched === 0 && (asked[0] ?? '') === '') {
    title = 'Unknown command. Please enter one of the following commands only:\n';
  } else {
    title = 'Unknown command, but maybe one of the following ones is a better match:\n';
  }
  const candidates = asked[matched] === undefined ? [] : nearest(commands, asked, matched);
  const shown =
    candidates.length > 0
      ? candidates.map((candidate) => candidate.command)
      : commands.filter((command) => commonWords(command, asked) >= matched);
  const lines = shown.flatMap((command) => (command.usage === undefined ? [] : [command.usage])).sort();
  return title + lines.map((line) => `  ${line}\n`).join('') + ALWAYS;
}
