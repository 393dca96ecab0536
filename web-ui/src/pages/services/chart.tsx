/** A metric over time. The library is loaded when the first chart is drawn; until then, and without it, the words stand. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Metric, ObjectHistory } from '../../../../src/admin/answers/figures.ts';
import { formatMetric, METRIC_WORDS } from '../../application/live/rates.tsx';
import { formatTime } from '../../design/format.ts';
import { Panel } from '../../design/page.tsx';
import './services.css';

const HEIGHT = 120;
/** Room for the clock below, and for figures with their unit at the left. */
const CLOCK_ROOM = 26;
const FIGURES_ROOM = 62;
/** Steps of an axis that counts: there is no half a session. */
const WHOLE_STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((power) => [1, 2, 5].map((one) => one * 10 ** power));
const COUNTED: ReadonlySet<Metric> = new Set(['sessions', 'queued', 'up', 'responseMs']);

type Plot = typeof uPlot;

async function loadPlot(): Promise<Plot> {
  const [{ default: plot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  return plot;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function dataOf({ fromMs, stepMs, values }: ObjectHistory, metric: Metric): uPlot.AlignedData {
  const column = values[metric];
  return [column.map((_, index) => (fromMs + index * stepMs) / 1000), [...column]];
}

function optionsOf(metric: Metric, width: number): uPlot.Options {
  const lines = { stroke: colour('--line'), width: 1 };
  const axis = { stroke: colour('--muted'), grid: lines, ticks: { ...lines, size: 4 }, gap: 3 };
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (_plot, _low, high) => [0, Number.isFinite(high) && high > 0 ? high * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        size: CLOCK_ROOM,
        space: 40,
        values: (_plot, splits) => splits.map((value) => formatTime(1000 * value).slice(11, 16)),
      },
      {
        ...axis,
        size: FIGURES_ROOM,
        ...(COUNTED.has(metric) ? { incrs: WHOLE_STEPS } : {}),
        values: (_plot, splits) => splits.map((value) => formatMetric(metric, value)),
      },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        fill: colour('--accent-soft'),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      },
    ],
  };
}

interface Summary {
  /** The newest value that was measured. */
  readonly now: string;
  readonly most: string;
}

/** Undefined: nothing was measured. */
function summaryOf(history: ObjectHistory, metric: Metric): Summary | undefined {
  const known = history.values[metric].filter((value) => value !== null);
  if (known.length === 0) return undefined;
  return { now: formatMetric(metric, known.at(-1)), most: formatMetric(metric, Math.max(...known)) };
}

export function Chart({ history, metric }: { readonly history: ObjectHistory; readonly metric: Metric }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot>();
  const [plot, setPlot] = useState<{ readonly Plot: Plot }>();
  useEffect(() => {
    let gone = false;
    void loadPlot().then((Plot) => gone || setPlot({ Plot }));
    return () => {
      gone = true;
    };
  }, []);
  useEffect(() => {
    const element = place.current;
    if (plot === undefined || element === null) return;
    const made = new plot.Plot(optionsOf(metric, element.clientWidth), dataOf(history, metric), element);
    drawn.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [plot, metric]);
  useEffect(() => drawn.current?.setData(dataOf(history, metric)), [history, metric]);
  const { about, title } = METRIC_WORDS[metric];
  const summary = summaryOf(history, metric);
  const words = summary === undefined ? 'nothing was measured' : `now ${summary.now}, at most ${summary.most}`;
  return (
    <Panel title={title} actions={<strong class="number">{summary?.now}</strong>}>
      <p class="muted small">
        {about}
        {summary === undefined ? '; nothing was measured' : `; at most ${summary.most}`}
      </p>
      <div class="chart" ref={place} role="img" aria-label={`${title}: ${words}`} />
    </Panel>
  );
}
