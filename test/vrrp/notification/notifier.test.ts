import { closeSync, constants, lstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import t from 'tap';
import type { NotifyFifoModel } from '../../../src/vrrp/model.ts';
import { Notifier } from '../../../src/vrrp/notification/notifier.ts';
import { BACKUP, MASTER } from '../../../src/vrrp/states.ts';
import { command, globalModel, notifyModel, ScriptLab, until } from './script-lab.ts';

function fifo(path: string, more: Partial<NotifyFifoModel> = {}): NotifyFifoModel {
  return { path, user: undefined, script: undefined, ...more };
}

/** Reads what a pipe holds now. */
class PipeReader {
  readonly #fd: number;
  readonly #bytes = Buffer.alloc(65_536);

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  text(): string {
    try {
      return this.#bytes.toString('utf8', 0, readSync(this.#fd, this.#bytes));
    } catch {
      return ''; // EAGAIN: nothing there
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

t.test('each state has its script, and notify gets four words', async (t) => {
  const lab = new ScriptLab(t);
  const record = lab.script('record', `echo "$*" >> ${lab.path('out')}`);
  const own = (word: string) => command([record, word]);
  const notify = notifyModel({
    master: own('m'),
    backup: own('b'),
    fault: own('f'),
    stop: own('s'),
    deleted: own('d'),
    notifyDeleted: true,
    masterRxLowerPriority: own('lower'),
    any: own('any'),
  });
  const notifier = new Notifier(globalModel(), lab.runner);
  const lines = async (...expected: string[]) => {
    await lab.runner.idle();
    t.same(lab.text('out').trim().split('\n').sort(), expected.sort());
    writeFileSync(lab.path('out'), '');
  };
  for (const [event, letter] of [
    ['MASTER', 'm'],
    ['BACKUP', 'b'],
    ['FAULT', 'f'],
    ['STOP', 's'],
    ['DELETED', 'd'],
  ] as const) {
    notifier.instance({ name: 'VI 1', notify }, event, 150);
    await lines(letter, `any INSTANCE VI 1 ${event} 150`);
  }
  notifier.instance({ name: 'VI 1', notify }, 'MASTER_RX_LOWER_PRI', 150);
  await lines('lower');
  notifier.group({ name: 'G1', notify }, 'MASTER');
  await lines('m', 'any GROUP G1 MASTER 0');
  await notifier.stop();
});

t.test('a deletion is told as FAULT without notify_deleted, and runs no state script', async (t) => {
  const lab = new ScriptLab(t);
  const record = lab.script('record', `echo "$*" >> ${lab.path('out')}`);
  const notify = notifyModel({ fault: command([record, 'f']), any: command([record]) });
  const notifier = new Notifier(globalModel(), lab.runner);
  notifier.instance({ name: 'VI', notify }, 'DELETED', 1);
  await lab.runner.idle();
  t.equal(lab.text('out'), 'INSTANCE VI FAULT 1\n');
});

t.test('a script told STOP is killed after a second, and stop waits for it', async (t) => {
  const lab = new ScriptLab(t);
  const slow = lab.script('slow', "trap '' TERM; while :; do sleep 1; done");
  const notifier = new Notifier(globalModel(), lab.runner);
  const before = Date.now();
  notifier.instance({ name: 'VI', notify: notifyModel({ stop: command([slow]) }) }, 'STOP', 1);
  await notifier.stop();
  const took = Date.now() - before;
  // Of itself it never ends.
  t.ok(took >= 990, `after ${took} ms`);
  t.equal(lab.runner.running, 0);
});

t.test('a FIFO is made with 0644 and gets every line byte for byte', async (t) => {
  const lab = new ScriptLab(t);
  const paths = [lab.path('one'), lab.path('two')];
  const umask = process.umask(0);
  t.teardown(() => process.umask(umask));
  const notifier = new Notifier(globalModel({ fifos: paths.map((path) => fifo(path)) }), lab.runner);
  notifier.start();
  const notify = notifyModel({ priorityChanges: true });
  const readers = paths.map((path) => new PipeReader(path));
  for (const path of paths) {
    t.ok(lstatSync(path).isFIFO());
    t.equal(lstatSync(path).mode & 0o777, 0o644);
  }
  notifier.instance({ name: 'VI_1', notify }, 'BACKUP', 100);
  notifier.instance({ name: 'VI_1', notify }, 'MASTER', 100);
  notifier.instance({ name: 'VI_1', notify }, 'MASTER_RX_LOWER_PRI', 100);
  notifier.instance({ name: 'VI_1', notify }, 'MASTER_PRIORITY', 90);
  notifier.instance({ name: 'VI_1', notify: notifyModel() }, 'BACKUP_PRIORITY', 80);
  notifier.group({ name: 'G 1', notify }, 'FAULT');
  for (const reader of readers) {
    t.equal(
      reader.text(),
      'INSTANCE "VI_1" BACKUP 100\nINSTANCE "VI_1" MASTER 100\nINSTANCE "VI_1" MASTER_RX_LOWER_PRI 100\n' +
        'INSTANCE "VI_1" MASTER_PRIORITY 90\nGROUP "G 1" FAULT 0\n',
    );
    reader.close();
  }
  await notifier.stop();
  for (const path of paths) t.equal(lstatSync(path, { throwIfNoEntry: false }), undefined, 'made by us: removed');
});

t.test('a FIFO that nobody reads takes what it can, and holds nobody up', async (t) => {
  const lab = new ScriptLab(t);
  const notifier = new Notifier(globalModel({ fifos: [fifo(lab.path('fifo'))] }), lab.runner);
  notifier.start();
  const model = { name: 'VI_1', notify: notifyModel() };
  for (let count = 0; count < 5000; count++) notifier.instance(model, 'MASTER', 100);
  const [pipe] = notifier.fifos;
  t.ok((pipe?.written ?? 0) > 2000);
  t.equal((pipe?.written ?? 0) + (pipe?.dropped ?? 0), 5000);
  const reader = new PipeReader(lab.path('fifo'));
  t.match(reader.text(), /^INSTANCE "VI_1" MASTER 100\n/);
  reader.close();
  notifier.instance(model, 'BACKUP', 100);
  const again = new PipeReader(lab.path('fifo'));
  t.match(again.text(), /INSTANCE "VI_1" BACKUP 100\n$/, 'a reader may come and go');
  again.close();
  await notifier.stop();
});

t.test('a FIFO that was there is used and stays', async (t) => {
  const lab = new ScriptLab(t);
  const path = lab.path('fifo');
  await lab.runner.run(command(['/usr/bin/mkfifo', path]), [], { timeoutMs: 0 })?.end;
  const notifier = new Notifier(globalModel({ fifos: [fifo(path)] }), lab.runner);
  notifier.start();
  await notifier.stop();
  t.ok(lstatSync(path).isFIFO());
});

t.test("the FIFO's script gets its path as the last word and ends with us", async (t) => {
  const lab = new ScriptLab(t);
  const script = lab.script('reader', `echo "$*" > ${lab.path('args')}; exec cat "$2" > ${lab.path('out')}`);
  const path = lab.path('fifo');
  const notifier = new Notifier(globalModel({ fifos: [fifo(path, { script: command([script, 'own']) })] }), lab.runner);
  notifier.start();
  notifier.instance({ name: 'VI', notify: notifyModel() }, 'MASTER', 7);
  await until(() => lab.text('out') !== '', 'the script has read the line');
  t.equal(lab.text('args'), `own ${path}\n`);
  t.equal(lab.text('out'), 'INSTANCE "VI" MASTER 7\n');
  await notifier.stop();
  t.equal(lab.runner.running, 0);
});

t.test('a FIFO that cannot be made is logged, and nothing else fails', async (t) => {
  const lab = new ScriptLab(t);
  const notifier = new Notifier(globalModel({ fifos: [fifo('/nonexistent/folder/fifo')] }), lab.runner);
  notifier.start();
  notifier.instance({ name: 'VI', notify: notifyModel() }, 'MASTER', 1);
  t.match(lab.log, ['Unable to create notify fifo /nonexistent/folder/fifo: No such file or directory']);
  await notifier.stop();
});

t.test('a reload keeps a FIFO that both configurations have, and writes states if asked to', async (t) => {
  const lab = new ScriptLab(t);
  const [kept, gone, fresh] = ['kept', 'gone', 'fresh'].map((name) => lab.path(name)) as [string, string, string];
  const notifier = new Notifier(globalModel({ fifos: [fifo(kept), fifo(gone)] }), lab.runner);
  notifier.start();
  const inode = lstatSync(kept).ino;
  notifier.reload(globalModel({ fifos: [fifo(kept), fifo(fresh)], fifoWriteStatesOnReload: true }));
  t.equal(lstatSync(kept).ino, inode);
  t.equal(lstatSync(gone, { throwIfNoEntry: false }), undefined);
  const reader = new PipeReader(fresh);
  notifier.instance({ name: 'VI_2', notify: notifyModel() }, 'BACKUP', 90);
  notifier.reloadDone(
    [
      { model: { name: 'VI_1' }, instance: { state: MASTER, effectivePriority: 100 } },
      { model: { name: 'VI_2' }, instance: { state: BACKUP, effectivePriority: 90 } },
    ],
    [{ model: { name: 'G' }, state: MASTER }],
  );
  t.equal(reader.text(), 'INSTANCE "VI_2" BACKUP 90\nGROUP "G" MASTER 0\nINSTANCE "VI_1" MASTER 100\n');
  reader.close();
  await notifier.stop();
});
