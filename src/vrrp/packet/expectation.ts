/** What an instance accepts as an advertisement of its peers: drawn from the configuration once, read per packet. */
import { sameBytes } from '../bytes.ts';
import type { Family, InstanceModel } from '../model.ts';
import { AddressList } from './address-list.ts';
import { type Advertisement, addressNumber } from './advertisement.ts';
import {
  type ChecksumStyle,
  ChecksumStyles,
  STYLE_OLD_UNICAST,
  STYLE_PLAIN,
  STYLE_PSEUDO_HEADER,
} from './checksum-styles.ts';

/** Nobody of `unicast_peer` has this address. */
export const NOT_A_PEER = -1;

export class Expectation {
  readonly family: Family;
  readonly version: number;
  readonly vrid: number;
  readonly unicast: boolean;
  readonly authType: number;
  readonly authData: Uint8Array;
  readonly intervalMs: number;
  readonly addresses: AddressList;
  readonly checkUnicastSource: boolean;
  /** The group that old unicast checksums are computed with. */
  readonly multicastGroup: Uint8Array;
  /** The styles that are looked at: all when we learn, else the configured one. */
  readonly acceptedStyles: number;
  readonly configuredStyle: ChecksumStyle;
  readonly styles: ChecksumStyles;
  readonly minTtl: readonly number[];
  readonly maxTtl: readonly number[];
  readonly #peers: readonly Uint8Array[];
  readonly #ownSource: Uint8Array;
  #ownSourceKnown = false;

  constructor(model: InstanceModel, learnChecksum = true) {
    this.family = model.family;
    this.version = model.version;
    this.vrid = model.vrid;
    this.unicast = model.unicast;
    this.authType = model.version === 2 ? model.authentication.type : 0;
    this.authData = model.authentication.data;
    this.intervalMs = model.advertIntervalMs;
    const inFamily = model.addresses.filter((address) => address.family === model.family);
    this.addresses = new AddressList(
      inFamily.map((address) => address.address),
      model.family,
    );
    this.checkUnicastSource = model.checkUnicastSource;
    this.multicastGroup = model.multicastGroup;
    this.configuredStyle = checksumStyleOf(model);
    const all = STYLE_PSEUDO_HEADER | STYLE_PLAIN | (model.unicast ? STYLE_OLD_UNICAST : 0);
    this.acceptedStyles = learnChecksum ? all : this.configuredStyle;
    this.styles = new ChecksumStyles(this.configuredStyle);
    this.#peers = model.unicastPeers.map((peer) => peer.address);
    this.minTtl = model.unicastPeers.map((peer) => peer.minTtl);
    this.maxTtl = model.unicastPeers.map((peer) => peer.maxTtl);
    this.#ownSource = new Uint8Array(model.family === 4 ? 4 : 16);
  }

  /** The address we send from: a packet that claims to come from it is our own, come back. */
  setOwnSource(address: Uint8Array): void {
    this.#ownSource.set(address);
    this.#ownSourceKnown = true;
  }

  isOwn(packet: Advertisement): boolean {
    return this.#ownSourceKnown && sameBytes(this.#ownSource, packet.source);
  }

  /** The checksum style this peer was last heard to use; 0: none was, or it is IPv6. For `AdvertisementFrame.styleFor`. */
  styleOf(address: Uint8Array): ChecksumStyle {
    return address.length === 4 ? this.styles.styleOf(addressNumber(address, 0)) : 0;
  }

  /** Index of the sender in `unicast_peer`, or NOT_A_PEER. */
  peerOf(packet: Advertisement): number {
    const peers = this.#peers;
    for (let index = 0; index < peers.length; index++) {
      if (sameBytes(peers[index] as Uint8Array, packet.source)) return index;
    }
    return NOT_A_PEER;
  }
}

/** How the configuration tells us to compute the checksum of what we send. */
export function checksumStyleOf(model: InstanceModel): ChecksumStyle {
  if (model.checksumAsV2) return STYLE_PLAIN;
  return model.unicast && model.oldUnicastChecksum ? STYLE_OLD_UNICAST : STYLE_PSEUDO_HEADER;
}
