import { appendFileSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { EAGAIN, EINVAL, ENOENT, SystemError } from '../../src/sys/errno.ts';
import * as inotify from '../../src/sys/inotify.ts';

t.test('a watched directory tells of its files, a watched file of itself', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-inotify-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const watcher = inotify.Inotify.open();
  if (typeof watcher === 'number') throw new SystemError(-watcher, 'inotify_init1');
  t.teardown(() => watcher.close());
  const heard: [number, number, string][] = [];
  const note = (watch: number, mask: number, name: string): void => void heard.push([watch, mask, name]);

  t.equal(watcher.watch(join(folder, 'missing'), inotify.IN_MODIFY), -ENOENT);
  const directory = watcher.watch(folder, inotify.IN_CLOSE_WRITE | inotify.IN_MOVED_TO | inotify.IN_DELETE);
  t.ok(directory > 0);
  t.equal(watcher.read(note), -EAGAIN, 'never waits');
  const file = join(folder, 'weight');
  writeFileSync(file, '1');
  writeFileSync(`${file}.new`, '2');
  const own = watcher.watch(file, inotify.IN_MODIFY | inotify.IN_DELETE_SELF);
  appendFileSync(file, '3');
  renameSync(`${file}.new`, file);
  unlinkSync(file);
  t.equal(watcher.read(note), 0);
  t.equal(watcher.read(note), -EAGAIN);
  t.same(heard, [
    [directory, inotify.IN_CLOSE_WRITE, 'weight'],
    [directory, inotify.IN_CLOSE_WRITE, 'weight.new'],
    [own, inotify.IN_MODIFY, ''],
    [directory, inotify.IN_CLOSE_WRITE, 'weight'],
    [directory, inotify.IN_MOVED_TO, 'weight'],
    [own, inotify.IN_DELETE_SELF, ''],
    [own, inotify.IN_IGNORED, ''],
    [directory, inotify.IN_DELETE, 'weight'],
  ]);
  heard.length = 0;
  t.equal(watcher.unwatch(own), -EINVAL, 'gone with its file');
  t.equal(watcher.unwatch(directory), 0);
  watcher.read(note);
  t.same(heard, [[directory, inotify.IN_IGNORED, '']]);
  t.end();
});

t.test('no bytes make the event walk throw or leave what was read', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(300), (bytes, length) => {
      let total = 0;
      inotify.visitFileEvents(Buffer.from(bytes), length, () => total++);
      return total <= bytes.length / 16;
    }),
  );
  t.end();
});
