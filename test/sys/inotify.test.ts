import { appendFileSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { check, EAGAIN, EINVAL, ENOENT } from '../../src/sys/errno.ts';
import * as inotify from '../../src/sys/inotify.ts';
import { close } from '../../src/sys/socket.ts';

t.test('a watched directory tells of its files, a watched file of itself', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mahalo-inotify-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const fd = check(inotify.openInotify(), 'inotify_init1');
  t.teardown(() => close(fd));
  const heard: [number, number, string][] = [];
  const note = { onInotify: (watch: number, mask: number, name: string): void => void heard.push([watch, mask, name]) };

  t.equal(inotify.addWatch(fd, join(folder, 'missing'), inotify.IN_MODIFY), -ENOENT);
  const directory = inotify.addWatch(fd, folder, inotify.IN_CLOSE_WRITE | inotify.IN_MOVED_TO | inotify.IN_DELETE);
  t.ok(directory > 0);
  t.equal(inotify.readInotify(fd, note), -EAGAIN, 'never waits');
  const file = join(folder, 'weight');
  writeFileSync(file, '1');
  writeFileSync(`${file}.new`, '2');
  const own = inotify.addWatch(fd, file, inotify.IN_MODIFY | inotify.IN_DELETE_SELF);
  appendFileSync(file, '3');
  renameSync(`${file}.new`, file);
  unlinkSync(file);
  t.equal(inotify.readInotify(fd, note), 0);
  t.equal(inotify.readInotify(fd, note), -EAGAIN);
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
  t.equal(inotify.removeWatch(fd, own), -EINVAL, 'gone with its file');
  t.equal(inotify.removeWatch(fd, directory), 0);
  inotify.readInotify(fd, note);
  t.same(heard, [[directory, inotify.IN_IGNORED, '']]);
  t.end();
});

t.test('no bytes make the event walk throw or leave what was read', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(300), (bytes, length) => {
      let total = 0;
      inotify.tellFileEvents(Buffer.from(bytes), length, { onInotify: () => total++ });
      return total <= bytes.length / 16;
    }),
  );
  t.end();
});
