/** Asks the real PCRE2 (pcre2test, of Debian's pcre2-utils) about expressions. */
import { spawnSync } from 'node:child_process';

export interface Question {
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly capture: boolean;
  readonly subjects: readonly string[];
}

/** Groups of one match as text, undefined where unset; null: no match. */
export type Match = readonly (string | undefined)[] | null;
export type Answer = { readonly error: string; readonly offset: number } | { readonly matches: readonly Match[] };

export function hasPcre2test(): boolean {
  return spawnSync('pcre2test', ['-C', 'jit']).error === undefined;
}

function hexadecimal(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}

function unescaped(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** All questions in one run. Subjects must not hold backslashes. */
export function askPcre2(questions: readonly Question[]): Answer[] {
  const input = questions.map(({ pattern, ignoreCase, capture, subjects }) => {
    const modifiers = ['hex', ...(ignoreCase ? ['caseless'] : []), ...(capture ? [] : ['no_auto_capture'])].join(',');
    const lines = subjects.map((subject) => {
      const text = [...subject].map((letter) => `\\x${hexadecimal(letter)}`).join('');
      return `    ${text}\\=ovector=20`;
    });
    return [`/${hexadecimal(pattern) || '28 3f 3a 29'}/${modifiers}`, ...lines, ''].join('\n');
  });
  const { stdout } = spawnSync('pcre2test', ['-q', '-'], { input: `${input.join('\n')}\n`, maxBuffer: 1e9 });
  return stdout
    .toString('latin1')
    .split(/^\/[0-9a-f 3]*\/hex.*\n/m)
    .slice(1)
    .map(readAnswer);
}

function readAnswer(text: string): Answer {
  const [, offset, error] = /^Failed: error \d+ at offset (\d+): (.*)$/m.exec(text) ?? [];
  if (error !== undefined) return { error, offset: Number(offset) };
  const matches: Match[] = [];
  let groups: (string | undefined)[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('    \\x') || line.startsWith('    \\=')) continue;
    if (line.startsWith('No match')) {
      matches.push(null);
      continue;
    }
    const [, number, value = ''] = /^ ?(\d+): ?(.*)$/.exec(line) ?? [];
    if (number === undefined) continue;
    if (number === '0') {
      groups = [];
      matches.push(groups);
    }
    groups[Number(number)] = value === '<unset>' ? undefined : unescaped(value);
  }
  return { matches };
}
