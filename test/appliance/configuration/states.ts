/** A state on a data partition, and builds that know different numbers of its form. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateFormat } from '../../../src/appliance/configuration/state-format.ts';

export function makeState(data: string, version: number, word: string): void {
  mkdirSync(join(data, 'admin/proxy'), { recursive: true });
  writeFileSync(join(data, 'appliance.json'), JSON.stringify({ version, word }));
  writeFileSync(join(data, 'admin/users.json'), word);
  writeFileSync(join(data, 'admin/proxy/1.cfg'), 'defaults\n');
}

export function readState(data: string): unknown {
  const document = JSON.parse(readFileSync(join(data, 'appliance.json'), 'utf8')) as object;
  return { ...document, people: readFileSync(join(data, 'admin/users.json'), 'utf8') };
}

/** Each step adds its number to the document, and once to what admin keeps. */
export function formatOf(number: number, known: readonly number[] = [2, 3]): StateFormat {
  const steps = known.map((step) => {
    const change: StateFormat['steps'] extends ReadonlyMap<number, infer Step> ? Step : never = (document, data) => {
      const path = join(data, 'admin/users.json');
      const text = readFileSync(path, 'utf8');
      if (!text.includes(`changed by ${step}`)) writeFileSync(path, `${text}, changed by ${step}`);
      return { ...document, steps: [...((document['steps'] as readonly number[] | undefined) ?? []), step] };
    };
    return [step, change] as const;
  });
  return { number, steps: new Map(steps) };
}
