/** A share of something, as a bar and as a number. */

import { useId } from 'preact/hooks';

export function Gauge({ label, percent }: { readonly label: string; readonly percent: number }) {
  const id = useId();
  return (
    <div>
      <span id={id}>{label}</span>
      <meter class="gauge" aria-labelledby={id} min={0} max={100} low={70} high={90} optimum={0} value={percent} />
      <span class="number">{percent.toFixed(1)} %</span>
    </div>
  );
}
