import { createSocket } from 'node:dgram';
import t from 'tap';
import type { CheckVerdict } from '../../src/health/check-status.ts';
import {
  BACKEND_DOWN_LEVEL,
  backendDownAlert,
  backendDownLine,
  drainLine,
  healthCheckLine,
  leavingDrainLine,
  leavingMaintenanceLine,
  maintenanceLine,
  reasonOfCheck,
  SERVER_DOWN_LEVEL,
  SERVER_NOTICE_LEVEL,
  type ServersLeft,
  serverDownLine,
  serverStoppingLine,
  serverUpLine,
  stillDrainingLine,
} from '../../src/health/messages.ts';
import { ServerHealth } from '../../src/health/server-health.ts';
import { haproxyMissing, RealHaproxy, waitUntil } from '../balance/real-haproxy.ts';
import { answer, Peer } from './peer.ts';
import { withoutDuration } from './plain-target.ts';

function checked(verdict: CheckVerdict, rise = 2, fall = 2): ServerHealth {
  const health = new ServerHealth(rise, fall);
  health.begin(0);
  health.conclude(verdict, 0);
  return health;
}

const left = (active: number, backups: number): ServersLeft => ({
  active,
  backups,
  requeued: 0,
  queued: 0,
  sessions: 0,
});
const refused: CheckVerdict = { status: 'L4CON', code: 0, info: 'Connection refused' };
const fine: CheckVerdict = { status: 'L7OK', code: 200, info: '' };

t.test('texts escape what a server says and name backups', async (t) => {
  const name = { backend: 'b', server: 's', backup: true };
  const health = checked({ status: 'L7STS', code: 503, info: 'a"b<c>\x1b\xe9%' });
  t.equal(
    healthCheckLine(name, health, 1),
    'Health check for backup server b/s failed, reason: Layer7 wrong status, code: 503, ' +
      'info: "a<22>b<3C>c<3E><1B><E9>%", check duration: 0ms, status: 0/2 DOWN.',
  );
  t.equal(
    healthCheckLine(name, checked({ status: 'L7OKC', code: 404, info: '' }, 1, 3), 0),
    'Health check for backup server b/s conditionally succeeded, reason: Layer7 check conditionally passed, code: 404, ' +
      'check duration: 0ms, status: 3/3 DRAIN.',
  );
  t.equal(
    serverStoppingLine(name, null, { ...left(1, 2), requeued: 3, queued: 4 }),
    'Backup Server b/s is stopping. 1 active and 2 backup servers online. 3 sessions requeued, 4 total in queue.',
  );
  t.equal(reasonOfCheck(health, true), null);
  t.equal(reasonOfCheck(health, false), health);
  t.equal(backendDownAlert('backend', 'b'), "backend 'b' has no server available!");
});

t.test('lines and levels of changes equal those of haproxy', { skip: haproxyMissing() ?? false }, async (t) => {
  const log = createSocket('udp4');
  await new Promise<void>((resolve) => log.bind(0, '127.0.0.1', resolve));
  const theirs: string[] = [];
  log.on('message', (message) => theirs.push(withoutDuration(message.toString('latin1').trim())));
  const script = answer('HTTP/1.0 200 OK\r\n\r\n');
  const main = await Peer.start(script);
  const spare = await Peer.start(script);
  const haproxy = new RealHaproxy();
  t.teardown(async () => {
    log.close();
    await haproxy.stop();
    await main.stop();
    await spare.stop();
  });
  await haproxy.start(
    `defaults
  mode http
  timeout connect 1s
  timeout server 1s
  timeout client 1s
  log 127.0.0.1:${log.address().port} format short local0
  option httpchk
listen l
  bind unix@${haproxy.path('front')}
  default-server inter 60 rise 2 fall 2
  server a 127.0.0.1:${main.port} check
  server k 127.0.0.1:${spare.port} check backup
backend m
  default-server inter 1h
  server a 127.0.0.1:${spare.port} check
  server k 127.0.0.1:${spare.port} check backup
`,
    '  max-spread-checks 1\n',
  );
  const ours: string[] = [];
  const said = async (level: number, line: string) => {
    ours.push(withoutDuration(`<${level}>${line}`));
    await waitUntil(() => theirs.length >= ours.length, ours.at(-1) as string).catch(() => {});
  };
  const a = { backend: 'l', server: 'a', backup: false };
  const k = { backend: 'l', server: 'k', backup: true };
  // Both have passed a check, so that it takes two failures.
  await waitUntil(async () => {
    const stat = await haproxy.command('show stat l 4 -1');
    return stat.split('\n').filter((line) => line.includes('L7OK')).length === 2;
  }, 'first checks');
  const mainPort = main.port;
  const sparePort = spare.port;

  await main.stop();
  await said(SERVER_DOWN_LEVEL, serverDownLine(a, checked(refused), left(0, 1)));
  await spare.stop();
  await said(SERVER_DOWN_LEVEL, serverDownLine(k, checked(refused), left(0, 0)));
  await said(BACKEND_DOWN_LEVEL, backendDownLine('proxy', 'l'));
  await spare.listen(sparePort);
  await said(SERVER_NOTICE_LEVEL, serverUpLine(k, checked(fine), left(0, 1)));
  await main.listen(mainPort);
  await said(SERVER_NOTICE_LEVEL, serverUpLine(a, checked(fine), left(1, 1)));

  const b = { backend: 'm', server: 'a', backup: false };
  const command = async (words: string) => t.equal((await haproxy.command(words)).trim(), '', words);
  await command('disable server m/a');
  await said(SERVER_DOWN_LEVEL, maintenanceLine(b, false, left(0, 1)));
  await command('enable server m/a');
  await said(SERVER_NOTICE_LEVEL, leavingMaintenanceLine(b, true, false));
  await command('set server m/a state drain');
  await said(SERVER_NOTICE_LEVEL, drainLine(b, left(0, 1)));
  await command('set server m/a state ready');
  await said(SERVER_NOTICE_LEVEL, leavingDrainLine(b, true));
  await command('set server m/a health down');
  await said(SERVER_DOWN_LEVEL, serverDownLine(b, 'changed from CLI', left(0, 1)));
  await command('disable server m/a');
  await said(SERVER_NOTICE_LEVEL, maintenanceLine(b, true, left(0, 1)));
  await command('set server m/a state drain');
  await said(SERVER_NOTICE_LEVEL, leavingMaintenanceLine(b, true, true));
  await said(SERVER_NOTICE_LEVEL, stillDrainingLine(b));
  await command('set server m/a health down');
  await said(SERVER_NOTICE_LEVEL, serverDownLine(b, 'changed from CLI', left(0, 1)));
  await said(SERVER_NOTICE_LEVEL, stillDrainingLine(b));
  await command('set server m/a health up');
  await said(SERVER_NOTICE_LEVEL, serverUpLine(b, 'changed from CLI', left(0, 1)));
  await said(SERVER_NOTICE_LEVEL, stillDrainingLine(b));
  await command('disable server m/k');
  await said(SERVER_DOWN_LEVEL, maintenanceLine({ backend: 'm', server: 'k', backup: true }, false, left(0, 0)));
  await said(BACKEND_DOWN_LEVEL, backendDownLine('backend', 'm'));
  t.same(ours, theirs);
});
