/** Hands captured frames to tshark: an independent judge of checksums. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAGIC = 0xa1b2c3d4;
const ETHERNET = 1;

/** The fields that tshark finds in each frame. */
export function dissect(tshark: string, frames: readonly Buffer[], fields: readonly string[]): string[][] {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(ETHERNET, 20);
  const records = frames.flatMap((frame) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return [record, frame];
  });
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-pcap-'));
  try {
    const file = join(folder, 'frames.pcap');
    writeFileSync(file, Buffer.concat([header, ...records]));
    const wanted = fields.flatMap((field) => ['-e', field]);
    const options = ['-o', 'ip.check_checksum:TRUE'];
    const text = execFileSync(tshark, ['-r', file, ...options, '-T', 'fields', ...wanted], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
