/** Cases with a line left out, doubled, or a word or character put in: what nobody thought of. The same for a seed. */

import { CASES, type VerdictCase } from './cases.ts';

const CHARACTERS = '{}"!#$@~ \\';

export function changedCases(seed: number, count: number): VerdictCase[] {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const known = CASES.filter(({ name }) => /^(whole|vrrp_|global)/.test(name));
  const words = known.flatMap(({ text }) => text.split(/\s+/)).filter((word) => word !== '');
  const change = (lines: string[]): void => {
    const at = random(lines.length);
    const line = lines[at] ?? '';
    const kind = random(4);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(at, 0, lines[random(lines.length)] ?? '');
    else if (kind === 2) {
      const parts = line.split(' ');
      parts[random(parts.length)] = words[random(words.length)] ?? '';
      lines[at] = parts.join(' ');
    } else {
      const place = random(line.length + 1);
      lines[at] = line.slice(0, place) + CHARACTERS[random(CHARACTERS.length)] + line.slice(place);
    }
  };
  return Array.from({ length: count }, (_, index) => {
    const one = known[random(known.length)]!;
    const lines = one.text.split('\n');
    for (let times = random(2); times >= 0; times--) change(lines);
    return { name: `${seed}/${index} of ${one.name}`, text: `${lines.join('\n')}\n` };
  });
}
