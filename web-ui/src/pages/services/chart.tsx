/** A metric over time. The library is loaded when the first chart is drawn; until then, and without it, the words stand. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Metric, ObjectHistory } from '../../../../src/admin/answers/figures.ts';
import { formatMetric, METRIC_WORDS } from '../../application/live/rates.tsx';
import { formatTime } from '../../design/format.ts';
import { Panel } from '../../design/page.tsx';
import './services.css';

const HEIGHT = 140;

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
  const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line') }, ticks: { stroke: colour('--line') } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (_plot, _low, high) => [0, Number.isFinite(high) && high > 0 ? high * 1.1 : 1] } },
    axes: [
      { ...axis, values: (_plot, splits) => splits.map((value) => formatTime(1000 * value).slice(11, 16)) },
      { ...axis, size: 70, values: (_plot, splits) => splits.map((value) => formatMetric(metric, value)) },
    ],
    series: [{}, { stroke: colour('--accent'), width: 1.5, points: { show: false }, spanGaps: false }],
  };
}

/** The newest value that was measured, and the largest. */
function summaryOf(history: ObjectHistory, metric: Metric): string {
  const known = history.values[metric].filter((value) => value !== null);
  if (known.length === 0) return 'nothing was measured';
  return `now ${formatMetric(metric, known.at(-1))}, at most ${formatMetric(metric, Math.max(...known))}`;
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
  return (
    <Panel title={title}>
      <p class="muted">
        {summaryOf(history, metric)} <span>({about})</span>
      </p>
      <div class="chart" ref={place} role="img" aria-label={`${title}: ${summaryOf(history, metric)}`} />
    </Panel>
  );
}
