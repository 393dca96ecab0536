import t from 'tap';
import { judgeProxyAnswer, proxyCommands } from '../../../src/vrrp/tracking/proxy-answer.ts';

const INFO = 'Name: HAProxy\nVersion: 2.6.12\nUptime: 0d\nStopping: 0\nNode: x\n\n';
const COLUMNS = '# pxname,svname,scur,status,weight,act,bck,\n';
const WISHES = { frontends: ['web'], backends: [{ name: 'app', usableServers: 2 }] };

function answer(frontend: string, status: string, act: number, bck: number): string {
  return `${INFO}${COLUMNS}${frontend},FRONTEND,0,${status},,,,\n\n${COLUMNS}app,BACKEND,0,UP,1,${act},${bck},\n\n`;
}

t.test('one connection asks for all', async (t) => {
  t.equal(proxyCommands(WISHES), 'show info;show stat web 1 -1;show stat app 2 -1\n');
  t.equal(proxyCommands({ frontends: [], backends: [] }), 'show info\n');
});

const JUDGEMENTS = [
  ['all is well', answer('web', 'OPEN', 2, 0), ''],
  ['backup servers count', answer('web', 'OPEN', 1, 1), ''],
  ['too few servers', answer('web', 'OPEN', 1, 0), 'backend app has 1 usable servers of 2 wanted'],
  ['a paused frontend', answer('web', 'PAUSED', 2, 0), 'frontend web is PAUSED'],
  ['a frontend of another name', answer('other', 'OPEN', 2, 0), 'there is no frontend web'],
  ['no backend', `${INFO}${COLUMNS}web,FRONTEND,0,OPEN,,,,\n\nNo such proxy.\n\n`, 'there is no backend app'],
  ['a proxy that stops', answer('web', 'OPEN', 2, 0).replace('Stopping: 0', 'Stopping: 1'), 'the proxy is stopping'],
  ['somebody else', 'HTTP/1.0 400 Bad request\n', 'the answer is none of a proxy: HTTP/1.0 400 Bad request'],
  ['nothing', '', 'the answer is none of a proxy: it is empty'],
  ['figures that are none', answer('web', 'OPEN', Number.NaN, 0), 'backend app has NaN usable servers of 2 wanted'],
] as const;

for (const [name, text, expected] of JUDGEMENTS) {
  t.test(name, async (t) => t.equal(judgeProxyAnswer(text, WISHES), expected));
}

t.test('alive is enough when nothing else is asked', async (t) => {
  t.equal(judgeProxyAnswer(INFO, { frontends: [], backends: [] }), '');
});
