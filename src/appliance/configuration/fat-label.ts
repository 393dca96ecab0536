/** The label of a FAT file system (FAT12, FAT16, FAT32), as every system writes and shows it. Pure but for `read`. */

const BOOT_SECTOR = 512;
const SIGNATURE = 0xaa55;
const ENTRY_SIZE = 32;
const LABEL_SIZE = 11;
const VOLUME_LABEL = 0x08;
/** A piece of a long name has this one, too. */
const LONG_NAME = 0x0f;
const DELETED = 0xe5;
/** Of a root directory, what is looked at: the label is among its first entries. */
const MOST_BYTES = 16384;

/** So many bytes from an offset; fewer where the medium ends. */
export type ReadBytes = (offset: number, size: number) => Buffer;

/** `''` without a label; undefined: no FAT. The root directory's entry counts, as in Windows; then the boot sector's. */
export function fatLabel(read: ReadBytes): string | undefined {
  const sector = read(0, BOOT_SECTOR);
  if (sector.length < BOOT_SECTOR || sector.readUInt16LE(510) !== SIGNATURE) return undefined;
  const bytesPerSector = sector.readUInt16LE(11);
  const sectorsPerCluster = sector.readUInt8(13);
  const reserved = sector.readUInt16LE(14);
  const tables = sector.readUInt8(16);
  const isPlausible = [512, 1024, 2048, 4096].includes(bytesPerSector) && sectorsPerCluster > 0 && reserved > 0;
  if (!isPlausible || tables < 1 || tables > 2) return undefined;
  const tableSectors = sector.readUInt16LE(22);
  const isFat32 = tableSectors === 0;
  const label = textOf(sector.subarray(isFat32 ? 71 : 43));
  if (!sector.toString('latin1', isFat32 ? 82 : 54).startsWith('FAT')) return undefined;
  const firstData = reserved + tables * (isFat32 ? sector.readUInt32LE(36) : tableSectors);
  const rootSector = isFat32 ? firstData + (sector.readUInt32LE(44) - 2) * sectorsPerCluster : firstData;
  const size = isFat32 ? sectorsPerCluster * bytesPerSector : sector.readUInt16LE(17) * ENTRY_SIZE;
  return rootLabel(read(rootSector * bytesPerSector, Math.min(size, MOST_BYTES))) ?? (label === 'NO NAME' ? '' : label);
}

function rootLabel(directory: Buffer): string | undefined {
  for (let at = 0; at + ENTRY_SIZE <= directory.length; at += ENTRY_SIZE) {
    const first = directory.readUInt8(at);
    if (first === 0) return undefined;
    const attributes = directory.readUInt8(at + LABEL_SIZE);
    const isLabel = (attributes & VOLUME_LABEL) !== 0 && attributes !== LONG_NAME && first !== DELETED;
    if (isLabel) return textOf(directory.subarray(at));
  }
  return undefined;
}

function textOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, LABEL_SIZE).trimEnd();
}
