/** Lines of the log as the unit tells them (GET /api/log, and live). */

export interface RequestLine {
  readonly kind: 'http' | 'tcp';
  readonly number: number;
  readonly timeMs: number;
  readonly client: string;
  readonly frontend: string;
  readonly backend: string;
  readonly server: string;
  readonly requestMs: number | null;
  readonly queueMs: number | null;
  readonly connectMs: number | null;
  readonly responseMs: number | null;
  readonly totalMs: number;
  readonly status: number | null;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly termination: string;
  readonly retries: number;
  readonly serverQueue: number;
  readonly backendQueue: number;
  readonly request: string;
}

export type LogLine =
  | RequestLine
  | {
      readonly kind: 'event';
      readonly number: number;
      readonly timeMs: number;
      readonly level: number;
      readonly proxy: string;
      readonly text: string;
    }
  | { readonly kind: 'gap'; readonly number: number; readonly timeMs: number; readonly lines: number };

export interface LogFilter {
  readonly status?: string;
  readonly frontend?: string;
  readonly backend?: string;
  readonly server?: string;
  readonly termination?: string;
  readonly slowerMs?: number;
  readonly text?: string;
  readonly kind?: 'requests' | 'events';
}

const NAMES = ['status', 'frontend', 'backend', 'server', 'termination', 'text', 'kind'] as const;

/** From the address of the page, so that a filter can be linked to and kept. */
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
