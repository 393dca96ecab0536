/** Which lines somebody wants to see. Everything that is given must hold. */

import type { LogFilter, LogLine } from '../answers/log.ts';

/** Everybody is told of lines that are missing. */
export function compileFilter(filter: LogFilter): (line: LogLine) => boolean {
  const { backend, frontend, kind, server, slowerMs, status, termination, text } = filter;
  const wantedText = text?.toLowerCase() ?? '';
  const ofRequest = [frontend, backend, server, slowerMs, status, termination].some((one) => one !== undefined);
  return (line) => {
    if (line.kind === 'gap') return true;
    if (line.kind === 'event') {
      return kind !== 'requests' && !ofRequest && `${line.proxy} ${line.text}`.toLowerCase().includes(wantedText);
    }
    if (kind === 'events') return false;
    if (status !== undefined && !hasStatus(line.status, status)) return false;
    if (frontend !== undefined && line.frontend !== frontend) return false;
    if (backend !== undefined && line.backend !== backend) return false;
    if (server !== undefined && line.server !== server && `${line.backend}/${line.server}` !== server) return false;
    if (termination !== undefined && !hasState(line.termination, termination)) return false;
    if (slowerMs !== undefined && line.totalMs < slowerMs) return false;
    return wantedText === '' || `${line.client} ${line.request}`.toLowerCase().includes(wantedText);
  };
}

function hasStatus(status: number | null, wanted: string): boolean {
  if (wanted === 'none') return status === null;
  if (status === null) return false;
  return wanted.endsWith('xx') ? Math.floor(status / 100) === Number(wanted.charAt(0)) : status === Number(wanted);
}

function hasState(state: string, wanted: string): boolean {
  if (wanted === 'failed') return !state.startsWith('--') && !state.startsWith('LR');
  return [...wanted].every((letter, index) => letter === '.' || state.charAt(index) === letter);
}
