/** A filter of the log as the address of the page, so that it can be linked to and kept. */

import type { LogFilter } from '../../../../src/admin/answers/log.ts';

const NAMES = ['status', 'frontend', 'backend', 'server', 'termination', 'text', 'kind'] as const;

export function filterOf(search: string): LogFilter {
  const given = new URLSearchParams(search);
  const found = NAMES.flatMap((name) => {
    const value = given.get(name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  const slower = given.get('slowerMs');
  return {
    ...(Object.fromEntries(found) as LogFilter),
    ...(slower !== null && /^\d{1,8}$/.test(slower) ? { slowerMs: Number(slower) } : {}),
  };
}

export function searchOf(filter: LogFilter): string {
  const words = Object.entries(filter).map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(words).toString();
}
