/** An archive as the kernel unpacks it at start (cpio, format "newc"), owned by root, whoever builds it. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';

export function packCpio(folder: string): Buffer {
  const parts: Buffer[] = [];
  let number = 0;
  const add = (name: string, mode: number, data: Buffer): void => {
    number++;
    // inode, mode, uid, gid, links, mtime, size, device (2), device file (2), length of the name, checksum
    const fields = [number, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
    const head = `${MAGIC}${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
    parts.push(padded(Buffer.from(head, 'latin1')), padded(data));
  };
  const walk = (path: string): void => {
    const stat = lstatSync(path);
    if (path !== folder) add(relative(folder, path), stat.mode, contentOf(path, stat));
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name));
  };
  walk(folder);
  add(TRAILER, 0, Buffer.alloc(0));
  return Buffer.concat(parts);
}

function contentOf(path: string, stat: ReturnType<typeof lstatSync>): Buffer {
  if (stat?.isSymbolicLink()) return Buffer.from(readlinkSync(path), 'latin1');
  return stat?.isFile() ? readFileSync(path) : Buffer.alloc(0);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
