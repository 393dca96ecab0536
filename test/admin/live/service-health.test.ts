/** Health in colours and words, and which frontend leads to which backend. */
import t from 'tap';
import { backendHealth, frontendHealth, serverHealth } from '../../../src/admin/live/service-health.ts';
import { topologyOf } from '../../../src/admin/live/topology.ts';
import { parseSessions } from '../../../src/admin/proxy/session-list.ts';

const NOW_MS = 1_700_000_000_000;
const QUIET = { requests: 0, errors: 0 };
const backend = { kind: 'backend', pxname: 'app', status: 'UP', lastchg: 9 };

function server(name: string, status: string, more: object = {}): Record<string, string | number> {
  return { kind: 'server', pxname: 'app', svname: name, status, act: 1, bck: 0, lastchg: 60, ...more };
}

const REFUSED = { check_status: 'L4CON', last_chk: 'Connection refused' };

t.test('a backend: how many are up, and what is the matter with the others', async (t) => {
  const health = (...rows: Record<string, string | number>[]) => backendHealth(backend, rows, QUIET, NOW_MS);
  t.match(health(server('s1', 'UP'), server('s2', 'UP')), { light: 'green', reason: 'both servers are up', up: 2 });
  t.match(health(server('s1', 'UP'), server('s2', 'DOWN', REFUSED), server('s3', 'UP')), {
    light: 'amber',
    reason: '2 of 3 servers are up: s2 fails its check: connection refused',
    sinceMs: NOW_MS - 60_000,
  });
  t.match(health(server('s1', 'DOWN', REFUSED), server('s2', 'MAINT')), {
    light: 'red',
    reason: 'none of its 2 servers takes requests: s1 fails its check: connection refused; s2 is in maintenance',
    sinceMs: NOW_MS - 9_000,
  });
  t.match(health(server('s1', 'DOWN', { check_status: 'L4TOUT' }), server('b', 'UP', { bck: 1 })), {
    light: 'amber',
    reason: /^only backup servers are left: s1 fails its check: the server did not take the connection in time$/,
  });
  t.match(health(server('s1', 'no check')), { light: 'green', reason: /not checked/ });
  t.match(health(server('s1', 'UP 1/3'), server('s2', 'DRAIN')), {
    light: 'amber',
    reason: /^1 of 2 .*s1 begins to fail.*s2 is being drained/,
  });
  t.match(health(), { light: 'green', reason: /no servers/ });
  const many = Array.from({ length: 6 }, (_, index) => server(`d${index}`, 'MAINT'));
  t.match(health(server('s1', 'UP'), ...many).reason, /d2 is in maintenance; and 3 more$/);
});

t.test('a backend whose servers are up and whose requests fail is not well', async (t) => {
  const rows = [server('s1', 'UP')];
  const health = (requests: number, errors: number, more: object = {}) =>
    backendHealth({ ...backend, ...more }, rows, { requests, errors }, NOW_MS);
  t.match(health(1000, 4), { light: 'green' });
  t.match(health(100, 30), { light: 'amber', reason: /^30 % of the requests/ });
  t.match(health(100, 100), { light: 'red', reason: /^all of the requests/ });
  t.match(health(100, 0, { qcur: 14 }), { light: 'amber', reason: /^14 requests wait for a free server/ });
});

t.test('a frontend is as well as what it leads to', async (t) => {
  const row = { kind: 'frontend', pxname: 'web', status: 'OPEN', scur: 1, slim: 10 };
  const good = { name: 'a', light: 'green', reason: 'fine', sinceMs: null } as const;
  const bad = { name: 'b', light: 'red', reason: 'none of its 2 servers takes requests', sinceMs: 5 } as const;
  t.match(frontendHealth(row, [good]), { light: 'green' });
  t.match(frontendHealth(row, [good, bad]), { light: 'amber', reason: /^it leads to b: none/, sinceMs: 5 });
  t.match(frontendHealth(row, [bad]), { light: 'red' });
  t.match(frontendHealth({ ...row, pxname: 'b' }, [bad]), { light: 'red', reason: /^none/ });
  t.match(frontendHealth({ ...row, scur: 10 }, [good]), { light: 'amber', reason: /its 10 connections/ });
  t.match(frontendHealth({ ...row, status: 'STOP' }, [good]), { light: 'red' });
});

t.test('a server: its state, and what its last check said', async (t) => {
  t.match(serverHealth(server('s1', 'DOWN', REFUSED), NOW_MS), {
    light: 'red',
    title: 'down',
    reason: /connection refused\.$/,
  });
  t.match(serverHealth(server('s1', 'UP'), NOW_MS), { light: 'green', takesNew: true });
});

t.test('topology: rules, defaults, maps, listen sections', async (t) => {
  const { edges, binds, computed } = topologyOf(`
defaults one
    default_backend usual
frontend web from one
    bind :80
    bind [::]:443 ssl crt x
    use_backend api if { path_beg /api } # use_backend no
    use_backend %[req.hdr(host),map(/m,fallback)] if TRUE
    use_backend missing if FALSE
frontend other from one
    default_backend api
listen both
    bind :1
    server s 127.0.0.1:1
listen stats
    stats enable
backend api
backend usual
backend fallback
`);
  const names = edges.map(({ frontend, backend }) => `${frontend}>${backend}`);
  t.same(
    names.filter((name) => !/^(?:both|stats)>usual$/.test(name)),
    ['web>api', 'web>fallback', 'web>usual', 'other>api', 'both>both'],
  );
  t.same(binds.get('web'), [':80', '[::]:443']);
  t.same([...computed], ['web']);
});

t.test('sessions: those of clients, with ages in seconds, bounded', async (t) => {
  const line = (id: number, frontend = 'web'): string =>
    `0x${id.toString(16)}: proto=tcpv4 src=192.0.2.1:5 fe=${frontend} be=<NONE> srv=<none> ts=00 epoch=0 age=1m30s calls=0 ` +
    'rate=0 cpu=0 lat=0 rq[f=0h,i=0,an=00h,rx=4s,wx=,ax=] rp[f=0h,i=0,an=00h,rx=,wx=,ax=] scf=[8,0h,fd=9] ' +
    'scb=[0,0h,fd=-1] exp=4s rc=0 c_exp=\n';
  const text = Array.from({ length: 600 }, (_, index) => line(index + 1)).join('') + line(999, 'GLOBAL');
  const { sessions, omitted } = parseSessions(text);
  t.match(sessions[0], { id: '0x1', client: '192.0.2.1:5', backend: '', ageSeconds: 90, idleLeftSeconds: 4 });
  t.equal(sessions.length + omitted, 600);
  t.equal(omitted, 100);
});
