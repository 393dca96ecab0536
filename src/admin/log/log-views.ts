/** Viewers of the live log, each with a filter of his own: what he wants is decided here, so that he gets no more. */

import type { LogFilter, LogLine } from '../answers/log.ts';
import type { Viewer } from '../live/statistics-feed.ts';
import { MOST_WAITING_BYTES } from '../live/statistics-feed.ts';
import { compileFilter } from './log-filter.ts';

/** More are counted: nobody reads faster. */
const LINES_A_MESSAGE = 100;

interface View {
  wanted(line: LogLine): boolean;
  omitted: number;
}

export class LogViews {
  readonly #views = new Map<Viewer, View>();

  get size(): number {
    return this.#views.size;
  }

  follow(viewer: Viewer, filter: LogFilter): void {
    this.#views.set(viewer, { wanted: compileFilter(filter), omitted: 0 });
  }

  leave(viewer: Viewer): void {
    this.#views.delete(viewer);
  }

  publish(lines: readonly LogLine[], timeMs: number): void {
    for (const [viewer, view] of this.#views) {
      const wanted = lines.filter((line) => view.wanted(line));
      if (wanted.length === 0) continue;
      if (viewer.waitingBytes() > MOST_WAITING_BYTES || !viewer.mayLook()) {
        view.omitted += wanted.length;
        continue;
      }
      const shown = wanted.slice(-LINES_A_MESSAGE);
      const omitted = view.omitted + wanted.length - shown.length;
      viewer.send(JSON.stringify({ type: 'log', timeMs, lines: shown, omitted }));
      view.omitted = 0;
    }
  }
}
