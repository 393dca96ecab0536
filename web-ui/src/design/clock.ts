import { useEffect, useState } from 'preact/hooks';

const TICK_MS = 250;

/** This browser's monotonic clock, milliseconds; draws anew while it goes. */
export function useClock(): number {
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Whole seconds until a moment of that clock. */
export function useSecondsLeft(endsAt: number): number {
  return Math.max(0, Math.ceil((endsAt - useClock()) / 1000));
}
