/** Converters that ask for the state of backends and servers by name (manual 7.3.1). */
import type { Converter } from '../converter.ts';
import { SINT, STR } from '../sample.ts';

/** How many servers could get a request now: active ones, or else the backups that would step in. */
const USABLE_SERVERS: Converter = {
  input: STR,
  output: SINT,
  make: (_args, { environment }) => {
    return (sample) => {
      const backend = environment.surroundings?.findBackend(sample.text()) ?? null;
      if (backend === null) return false;
      const { active, backup } = backend.countServers();
      return sample.setInteger(active > 0 ? active : backup);
    };
  },
};

/** `backend/server`, or a server of the backend that the stream is with. */
const SERVER_QUEUE: Converter = {
  input: STR,
  output: SINT,
  make: (_args, { environment }) => {
    return (sample, context) => {
      const text = sample.text();
      const slash = text.indexOf('/');
      const backend =
        slash < 0 ? context.stream?.backend : (environment.surroundings?.findBackend(text.slice(0, slash)) ?? null);
      const name = text.slice(slash + 1);
      const server = backend?.servers.find((one) => one.name === name);
      return server !== undefined && sample.setInteger(server.queued);
    };
  },
};

export const SERVER_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['nbsrv', USABLE_SERVERS],
  ['srv_queue', SERVER_QUEUE],
];
