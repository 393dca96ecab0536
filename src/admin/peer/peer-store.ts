/** The other unit of a pair, as its owner entered it: kept in peer.json, its token in clear, for it has to be sent. */

import { join } from 'node:path';
import { isObject, JsonFile, type JsonFileOptions } from '../store/json-file.ts';
import { type PeerPlace, parsePeerPlace } from './pinned-request.ts';

export interface Peer {
  readonly place: PeerPlace;
  /** SHA-256 of its certificate, as Node writes it. */
  readonly fingerprint: string;
  readonly token: string;
  /** What its owner calls it, when it was paired. */
  readonly unit: string;
  readonly pairedBy: string;
  readonly pairedMs: number;
}

interface PeerFile {
  /** Undefined: this unit stands alone. */
  readonly peer: Peer | undefined;
}

export const FINGERPRINT_PATTERN = '^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$';

function readPeer(document: unknown): PeerFile | undefined {
  if (!isObject(document)) return undefined;
  const { peer } = document;
  if (peer === undefined) return { peer: undefined };
  if (!isObject(peer) || !isObject(peer['place'])) return undefined;
  const { place, fingerprint, token, unit, pairedBy, pairedMs } = peer;
  const { host, port } = place as { host: unknown; port: unknown };
  const texts = [host, fingerprint, token, unit, pairedBy].every((value) => typeof value === 'string');
  if (!texts || typeof port !== 'number' || typeof pairedMs !== 'number') return undefined;
  if (parsePeerPlace(`[${host}]:${port}`) === undefined && parsePeerPlace(`${host}:${port}`) === undefined) {
    return undefined;
  }
  return { peer: peer as unknown as Peer };
}

export class PeerStore {
  readonly #file: JsonFile<PeerFile>;

  constructor(directory: string, options: Pick<JsonFileOptions<unknown>, 'onDamage' | 'nowMs'>) {
    const initial: PeerFile = { peer: undefined };
    this.#file = new JsonFile({ path: join(directory, 'peer.json'), initial, read: readPeer, ...options });
  }

  get peer(): Peer | undefined {
    return this.#file.value.peer;
  }

  set(peer: Peer | undefined): void {
    this.#file.write({ peer });
  }
}
