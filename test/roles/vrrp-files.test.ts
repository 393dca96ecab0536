/** Pid files and logs of `mahalo vrrp`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { Reactor } from '../../src/loop/reactor.ts';
import { logFilePath, syslogTag, VrrpLog } from '../../src/roles/vrrp-log.ts';
import { pidFileState, pidFilesOf, reloadFileOf, removePidFile, writePidFile } from '../../src/roles/vrrp-pid-files.ts';
import { whileReloadFile } from '../../src/roles/vrrp-reload-file.ts';
import { allocate } from '../../src/sys/memory.ts';
import { AF_UNIX, bind, close, recv, SOCK_DGRAM, SOCK_NONBLOCK, socket } from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-vrrp-files-'));
t.teardown(() => rmSync(directory, { recursive: true }));

t.test('pid files are where keepalived 2.2.7 has them', async (test) => {
  const none = { mainPidFile: undefined, vrrpPidFile: undefined };
  test.strictSame(pidFilesOf(none, { namespace: '', instance: '', directory: false }), {
    main: '/run/keepalived.pid',
    vrrp: '/run/vrrp.pid',
  });
  test.strictSame(pidFilesOf(none, { namespace: '', instance: 'I', directory: false }), {
    main: '/run/keepalived/keepalived_I.pid',
    vrrp: '/run/keepalived/vrrp_I.pid',
  });
  test.strictSame(
    pidFilesOf({ mainPidFile: '/m', vrrpPidFile: undefined }, { namespace: 'N', instance: '', directory: true }),
    {
      main: '/m',
      vrrp: '/run/keepalived/N/vrrp.pid',
    },
  );
});

t.test('reload_file is where keepalived 2.2.7 has it', async (test) => {
  const agent = { namespace: '', instance: '', directory: false };
  test.equal(reloadFileOf(undefined, agent), undefined);
  test.equal(reloadFileOf('', agent), '/run/keepalived.reload');
  test.equal(reloadFileOf('', { ...agent, directory: true }), '/run/keepalived/keepalived.reload');
  test.equal(reloadFileOf('', { ...agent, instance: 'I' }), '/run/keepalived/keepalived_I.reload');
  test.equal(reloadFileOf('/x', agent), '/x');
});

t.test('reload_file: empty and readable for all while it reads, gone afterwards', async (test) => {
  const path = join(directory, 'reloading');
  const umask = process.umask(0o077);
  test.teardown(() => process.umask(umask));
  const complaints: string[] = [];
  const complain = (text: string): void => void complaints.push(text);
  const look = (): string => `${readFileSync(path, 'utf8')} ${(statSync(path).mode & 0o777).toString(8)}`;
  test.equal(whileReloadFile(path, complain, look), ' 644');
  test.notOk(existsSync(path));
  test.equal(process.umask(), 0o077, 'the umask is what it was');
  test.throws(() =>
    whileReloadFile(path, complain, () => {
      throw new Error('unreadable');
    }),
  );
  test.notOk(existsSync(path));
  writeFileSync(path, 'old');
  test.equal(
    whileReloadFile(path, complain, () => readFileSync(path, 'utf8')),
    '',
    'one that is there is emptied',
  );
  test.equal(
    whileReloadFile(undefined, complain, () => 'read'),
    'read',
    'without a file it is read all the same',
  );
  test.strictSame(complaints, []);
  test.equal(
    whileReloadFile(join(directory, 'none', 'x'), complain, () => 'read'),
    'read',
  );
  test.match(complaints, [/^Failed to create reload file \(.*x\): ENOENT/]);
});

t.test('a pid file is written, readable for all, and removed only while it is ours', async (test) => {
  const path = join(directory, 'sub', 'a.pid');
  test.equal(writePidFile(path), undefined);
  test.equal(readFileSync(path, 'utf8'), `${process.pid}\n`);
  test.equal(statSync(path).mode & 0o777, 0o644);
  removePidFile(path);
  test.notOk(existsSync(path));
  writeFileSync(path, '1\n');
  removePidFile(path);
  test.ok(existsSync(path), 'of another process');
  const link = join(directory, 'link.pid');
  symlinkSync(path, link);
  test.match(writePidFile(link), 'Cannot open');
});

t.test('a left-over pid file is told from a running agent', async (test) => {
  const path = join(directory, 'b.pid');
  test.equal(pidFileState(path).kind, 'free');
  const states: readonly (readonly [string, string])[] = [
    ['', 'names no process'],
    ['x', 'names no process'],
    [`${process.pid}\n`, 'names a process that had our number'],
    ['4194304\n', 'which is gone'],
  ];
  for (const [text, reason] of states) {
    writeFileSync(path, text);
    test.match(pidFileState(path), { kind: 'stale', reason: new RegExp(reason) });
  }
  const stranger = spawn('sleep', ['60']);
  await once(stranger, 'spawn');
  writeFileSync(path, `${stranger.pid}\n`);
  test.match(pidFileState(path), { kind: 'stale', reason: /which is 'sleep' and none of ours/ });
  stranger.kill();
  const fake = join(directory, 'main.ts');
  writeFileSync(fake, 'setInterval(() => {}, 1000);');
  const agent = spawn(process.execPath, [fake, 'vrrp', '-n']);
  await once(agent, 'spawn');
  writeFileSync(path, `${agent.pid}\n`);
  test.strictSame(pidFileState(path), { kind: 'running', pid: agent.pid });
  agent.kill();
});

t.test("log files and syslog names are those of keepalived's VRRP process", async (test) => {
  test.equal(logFilePath('/var/log/ka.log', '/tmp'), '/var/log/ka_vrrp.log');
  test.equal(logFilePath('ka', '/tmp'), '/tmp/ka_vrrp');
  test.equal(syslogTag('', ''), 'Keepalived_vrrp');
  test.equal(syslogTag('blue', 'one'), 'Keepalived_vrrp_blue_one');
});

t.test('a line goes to syslog and to the file; details with -D only', async (test) => {
  const path = join(directory, 'log.sock');
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  test.equal(bind(fd, SocketAddress.unix(path)), 0);
  const room = allocate(4096);
  const receive = async (): Promise<string> => {
    for (let tries = 0; tries < 400; tries++) {
      const length = recv(fd, room.address, 4096, 0);
      if (length > 0) return room.bytes.toString('utf8', 0, length);
      await delay(5);
    }
    throw new Error('no line came');
  };
  const reactor = new Reactor();
  const file = join(directory, 'v.log');
  const settings = {
    console: false,
    syslog: true,
    facility: 'local1',
    tag: 'Keepalived_vrrp',
    syslogSocket: path,
  } as const;
  const log = new VrrpLog(reactor, { ...settings, detail: false, file });
  log.write('detail', 'not this');
  log.write('notice', '(VI_1) Entering MASTER STATE');
  test.match(
    await receive(),
    /^<141>\w{3} [ \d]\d \d\d:\d\d:\d\d Keepalived_vrrp\[\d+\]: \(VI_1\) Entering MASTER STATE\n?$/,
  );
  test.match(
    readFileSync(file, 'utf8'),
    /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d\.\d{9} \d{4}: \(VI_1\) Entering MASTER STATE\n$/,
  );
  log.close();
  const detailed = new VrrpLog(reactor, { ...settings, detail: true, file: undefined });
  detailed.write('detail', 'this');
  test.match(await receive(), /this\n?$/);
  detailed.close();
  close(fd);
  reactor.close();
});
