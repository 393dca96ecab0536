/** As whom a shell runs: every case of the command line. */
import t from 'tap';
import { chooseShellUser } from '../../../src/admin/terminal/shell-user.ts';
import { TICKET_MS, Tickets } from '../../../src/admin/terminal/tickets.ts';

const ACCOUNTS = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
# a comment
olga:x:1000:1001:Olga:/home/olga:/bin/bash
`;

t.test('never root unless that was said', async (t) => {
  const choose = (wanted: string | undefined, asRoot: boolean, uid: number) =>
    chooseShellUser(wanted, asRoot, uid, ACCOUNTS);
  t.match(choose(undefined, false, 0), { kind: 'none', reason: /--terminal-user/ });
  t.match(choose(undefined, true, 0), { user: { name: 'root', uid: 0 } });
  t.match(choose('olga', false, 0), { user: { uid: 1000, gid: 1001, home: '/home/olga', shell: '/bin/bash' } });
  t.match(choose('daemon', false, 0), { user: { shell: '/bin/sh' } }, 'nologin is no shell');
  t.match(choose(undefined, false, 1000), { user: { name: 'olga' } });
  t.match(choose(undefined, false, 4711), { kind: 'none', reason: /4711/ });
  t.throws(() => choose('root', false, 0), /--terminal-as-root/);
  t.throws(() => choose('daemon', false, 1000), /only root/);
  t.throws(() => choose('nobody-here', false, 0), /no user/);
});

t.test('a ticket is good once, for one session, for a while', async (t) => {
  let nowMs = 1000;
  const tickets = new Tickets(() => nowMs);
  const first = tickets.issue('a');
  t.notOk(tickets.take(first, 'b'));
  t.ok(tickets.take(first, 'a'));
  t.notOk(tickets.take(first, 'a'));
  const late = tickets.issue('a');
  nowMs += TICKET_MS;
  t.notOk(tickets.take(late, 'a'));
  const replaced = tickets.issue('a');
  const newest = tickets.issue('a');
  t.notOk(tickets.take(replaced, 'a'));
  t.ok(tickets.take(newest, 'a'));
});
