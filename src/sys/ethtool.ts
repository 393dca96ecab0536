/**
 * What a port tells its neighbour that it can do (ethtool's ETHTOOL_GLINKSETTINGS and SLINKSETTINGS, <linux/ethtool.h>):
 * a port that offers no more than 100 Mb/s saves a third of a watt. Functions return >= 0 or -errno.
 *
 *   struct ethtool_link_settings: u32 command, u32 speed, u8 duplex, port, address, autoneg (11), mdio, crossover (two),
 *   s8 words (15), more (16 to 47), then three masks of `words` u32 each: supported, advertised, the neighbour's
 */
import { native, settle } from './ffi.ts';
import { allocate, writeWord } from './memory.ts';
import { AF_INET, close, SOCK_CLOEXEC, SOCK_DGRAM, socket } from './socket.ts';

const SIOCETHTOOL = 0x8946;
const ETHTOOL_GLINKSETTINGS = 0x4c;
const ETHTOOL_SLINKSETTINGS = 0x4d;
const NAME_SIZE = 16;
const HEAD_SIZE = 48;
const AUTONEG_AT = 11;
const WORDS_AT = 15;
/** Many more link modes than there are. */
const MOST_WORDS = 32;

const cIoctl = native('int ioctl(int, unsigned long, uintptr_t)');

/** A bit a link mode (enum ethtool_link_mode_bit_indices). */
export interface LinkModes {
  readonly supported: bigint;
  readonly advertised: bigint;
}

/** 10baseT half to 100baseT full. */
const UP_TO_100 = 0b1111n;
/** 1000baseT half and full, 1000baseKX, 1000baseX. */
const GIGABIT = (1n << 4n) | (1n << 5n) | (1n << 17n) | (1n << 41n);
/** Autoneg, connectors, pause: nothing about speed. */
const NO_SPEED = 0b1111_1100_0000n | (1n << 13n) | (1n << 14n) | (1n << 16n);

/** Those of `supported` that are no faster; speeds beyond a gigabit are not told apart. */
export function linkModesUpTo(supported: bigint, mbit: number): bigint {
  if (mbit > 1000) return supported;
  return supported & (NO_SPEED | UP_TO_100 | (mbit >= 1000 ? GIGABIT : 0n));
}

/** `-errno`: -ENODEV without such a port, -EOPNOTSUPP when its driver has no such thing. */
export function readLinkModes(port: string): LinkModes | number {
  const settings = readSettings(port);
  if (typeof settings === 'number') return settings;
  const words = settings.readInt8(WORDS_AT);
  return { supported: readMask(settings, 0, words), advertised: readMask(settings, 1, words) };
}

/** The link goes down for a moment while both sides agree anew. 0 or `-errno` (-EPERM without CAP_NET_ADMIN). */
export function advertiseLinkModes(port: string, modes: bigint): number {
  const settings = readSettings(port);
  if (typeof settings === 'number') return settings;
  const words = settings.readInt8(WORDS_AT);
  settings.writeUInt32LE(ETHTOOL_SLINKSETTINGS, 0);
  settings[AUTONEG_AT] = 1;
  for (let word = 0; word < words; word++) {
    settings.writeUInt32LE(Number((modes >> BigInt(32 * word)) & 0xffff_ffffn), HEAD_SIZE + 4 * (words + word));
  }
  return call(port, settings);
}

/** The head and the three masks. The kernel is asked twice: first it only says how many words a mask has, below zero. */
function readSettings(port: string): Buffer | number {
  const { bytes } = allocate(HEAD_SIZE + 3 * 4 * MOST_WORDS);
  bytes.writeUInt32LE(ETHTOOL_GLINKSETTINGS, 0);
  const asked = call(port, bytes);
  if (asked < 0) return asked;
  const words = -bytes.readInt8(WORDS_AT);
  bytes.fill(0);
  bytes.writeUInt32LE(ETHTOOL_GLINKSETTINGS, 0);
  bytes.writeInt8(words, WORDS_AT);
  const told = call(port, bytes);
  return told < 0 ? told : bytes;
}

function readMask(settings: Buffer, which: number, words: number): bigint {
  let mask = 0n;
  for (let word = words - 1; word >= 0; word--) {
    mask = (mask << 32n) | BigInt(settings.readUInt32LE(HEAD_SIZE + 4 * (which * words + word)));
  }
  return mask;
}

function call(port: string, settings: Buffer): number {
  const fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  // struct ifreq: a name, and where the rest is.
  const request = allocate(40);
  request.bytes.write(port.slice(0, NAME_SIZE - 1), 'latin1');
  const copy = allocate(settings.length);
  settings.copy(copy.bytes);
  writeWord(request.bytes, NAME_SIZE, copy.address);
  const result = settle(cIoctl(fd, SIOCETHTOOL, request.address));
  copy.bytes.copy(settings);
  close(fd);
  return result;
}
