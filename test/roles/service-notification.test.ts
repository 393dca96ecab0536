import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { notifyService } from '../../src/roles/service-notification.ts';
import { allocate } from '../../src/sys/memory.ts';
import { AF_UNIX, bind, close, recv, SOCK_DGRAM, SOCK_NONBLOCK, socket } from '../../src/sys/socket.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';

function listen(address: SocketAddress): { read(): string; close(): void } {
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  t.equal(bind(fd, address), 0);
  const room = allocate(256);
  return {
    read: () => room.bytes.toString('utf8', 0, Math.max(0, recv(fd, room.address, 256, 0))),
    close: () => close(fd),
  };
}

t.test('systemd is told over its socket, a path or an abstract name', async (test) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-notify-'));
  test.teardown(() => {
    rmSync(directory, { recursive: true });
    delete process.env['NOTIFY_SOCKET'];
  });
  const path = join(directory, 'n.sock');
  const name = `mahalo-notify-${process.pid}`;
  for (const [told, address] of [
    [path, SocketAddress.unix(path)],
    [`@${name}`, SocketAddress.abstract(name)],
  ] as const) {
    const manager = listen(address);
    process.env['NOTIFY_SOCKET'] = told;
    test.ok(notifyService('READY=1'));
    test.equal(manager.read(), 'READY=1');
    manager.close();
  }
  test.notOk(notifyService('STOPPING=1'), 'nobody listens any more');
});

t.test('elsewhere nothing happens', async (test) => {
  delete process.env['NOTIFY_SOCKET'];
  test.notOk(notifyService('READY=1'));
});
