/** `capture-req` and `capture-res` (manual 7.3.1): keep the value in one of the frontend's places for captures. */
import type { Converter } from '../converter.ts';
import { keepText } from '../kept-text.ts';
import { type Sample, STR } from '../sample.ts';
import type { StreamView } from '../views.ts';
import { countArgument } from './arguments.ts';

function capture(side: 'requestCaptures' | 'responseCaptures'): Converter {
  const keep = (stream: StreamView, slot: number, sample: Sample): boolean => {
    const place = stream.frontend.model[side][slot];
    const places = stream[side];
    if (place === undefined || places === null) return false;
    places[slot] = keepText(sample.bytes, sample.view, sample.start, Math.min(sample.end, sample.start + place.length));
    return true;
  };
  return {
    input: STR,
    output: STR,
    make: (args) => {
      const slot = countArgument(args[0], 0);
      return (sample, { stream }) => stream !== null && keep(stream, slot, sample);
    },
  };
}

export const CAPTURE_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['capture-req', capture('requestCaptures')],
  ['capture-res', capture('responseCaptures')],
];
