import t from 'tap';
import { Conversation } from './conversation.ts';

async function open(t: { teardown(close: () => void): void }): Promise<Conversation> {
  const api = await Conversation.open();
  t.teardown(() => api.close());
  return api;
}

/** One row of `show stat`, by column name. */
function row(api: Conversation, proxy: string, server: string, command = 'show stat'): Record<string, string> {
  const [header = '', ...lines] = api.ask(command).split('\n');
  const names = header.replace('# ', '').split(',');
  const values = lines.find((line) => line.startsWith(`${proxy},${server},`))?.split(',') ?? [];
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

t.test('set server state: maintenance, drain, ready', async (t) => {
  const api = await open(t);
  t.match(row(api, 'be', 's1'), { status: 'no check', act: '1', weight: '1' });
  t.equal(api.ask('set server be/s1 state maint'), '');
  t.match(row(api, 'be', 's1'), { status: 'MAINT' });
  t.match(row(api, 'be', 'BACKEND'), { status: 'UP', act: '0', bck: '1' });
  t.match(api.messages.join('\n'), /Server be\/s1 is going DOWN for maintenance\./);
  t.equal(api.ask('enable server be/s1'), '');
  t.equal(api.ask('set server be/s1 state drain'), '');
  t.match(row(api, 'be', 's1'), { status: 'DRAIN' });
  t.match(api.ask('show servers state be'), /\n\d+ be 1 s1 127\.0\.0\.1 2 8 1 1 0 /);
  t.equal(api.ask('set server be/s1 state ready'), '');
  t.match(row(api, 'be', 's1'), { status: 'no check' });
  t.equal(api.ask('set server be/s1 state x'), "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n");
});

t.test('set server health: up, stopping, down', async (t) => {
  const api = await open(t);
  t.equal(api.ask('set server be/s1 health down'), '');
  t.match(row(api, 'be', 's1'), { status: 'DOWN' });
  t.equal(api.ask('set server be/s1 health stopping'), '');
  t.match(row(api, 'be', 's1'), { status: 'NOLB' });
  t.equal(api.ask('set server be/s1 health up'), '');
  t.match(row(api, 'be', 's1'), { status: 'no check' });
});

t.test('weights: absolute, relative, within what the algorithm allows', async (t) => {
  const api = await open(t);
  t.equal(api.ask('get weight be/s2'), '20 (initial 20)\n');
  t.equal(api.ask('set weight be/s2 50%'), '');
  t.equal(api.ask('get weight be/s2'), '10 (initial 20)\n');
  t.equal(api.ask('set server be/s2 weight 256'), '');
  t.equal(api.ask('set server be/s2 weight 257'), 'Absolute weight can only be between 0 and 256 inclusive.\n');
  t.equal(api.ask('set server be/s2 weight'), 'Require <weight> or <weight%>.\n');
  t.equal(api.ask('set server fixed/s1 weight 0'), '');
  t.match(api.ask('set server fixed/s1 weight 5'), /^Backend is using a static LB algorithm/);
  t.match(row(api, 'fixed', 's1'), { uweight: '0', weight: '0' });
});

t.test('addresses: told what changed, refused when they are none', async (t) => {
  const api = await open(t);
  t.equal(
    api.ask('set server be/s1 addr 127.0.0.2 port 99'),
    "IP changed from '127.0.0.1' to '127.0.0.2', port changed from '1001' to '99' by 'stats socket command'\n",
  );
  t.match(row(api, 'be', 's1'), { addr: '127.0.0.2:99' });
  t.equal(api.ask('set server be/s1 addr 127.0.0.2'), "no need to change the addr by 'stats socket command'\n");
  t.equal(api.ask('set server be/s1 addr foo'), "Invalid addr 'foo' by 'stats socket command'\n");
});

t.test('limits: server, frontend and process', async (t) => {
  const api = await open(t);
  t.equal(api.ask('set maxconn server be/s1 5'), '');
  t.match(row(api, 'be', 's1'), { slim: '5' });
  t.equal(api.ask('set maxconn frontend fe 10'), '');
  t.match(row(api, 'fe', 'FRONTEND'), { slim: '10' });
  t.equal(api.ask('set maxconn global 50'), '');
  t.match(api.ask('show info'), /\nMaxconn: 50\nHard_maxconn: 200\n/);
  t.equal(api.ask('set maxconn global 500'), 'Value out of range.\n');
  t.equal(api.ask('set maxconn global 0'), '');
  t.match(api.ask('show info'), /\nMaxconn: 200\n/);
});

t.test('frontends: disabled, enabled, shut down', async (t) => {
  const api = await open(t);
  t.equal(api.ask('disable frontend fe'), '');
  t.equal(api.ask('disable frontend fe'), 'All sockets are already disabled.\n');
  t.equal(api.ask('enable frontend fe'), '');
  t.equal(api.ask('shutdown frontend fe'), '');
  t.match(row(api, 'fe', 'FRONTEND'), { status: 'STOP' });
  t.equal(api.ask('enable frontend fe'), 'Frontend was previously shut down, cannot enable.\n');
});

t.test("names that lead nowhere: HAProxy's answers", async (t) => {
  const api = await open(t);
  const cases: Readonly<Record<string, string>> = {
    'disable server': "Require 'backend/server'.\n",
    'disable server be': "Require 'backend/server'.\n",
    'disable server nope/s1': 'No such backend.\n',
    'disable server be/nope': 'No such server.\n',
    'disable frontend': 'A frontend name is expected.\n',
    'disable frontend nope': 'No such frontend.\n',
    'show servers state nope': "Can't find backend.\n",
    'show errors nope': 'No such proxy.\n',
    'show sess 0x1': 'Session not found.\n',
    'shutdown session': "Session pointer expected (use 'show sess').\n",
    'shutdown session 0x1': "No such session (use 'show sess').\n",
    'enable health be/s1': 'Health check was not configured on this server, cannot enable.\n',
  };
  for (const [command, answer] of Object.entries(cases)) {
    t.equal(api.ask(command), answer, command);
  }
});

t.test('show stat: selections and formats agree', async (t) => {
  const api = await open(t);
  t.same(
    api
      .ask('show stat be 4 -1')
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(0, 2).join()),
    ['be,s1', 'be,s2', 'be,s3', ''],
  );
  t.match(row(api, 'be', 'BACKEND', 'show stat up'), { status: 'UP (2/3)' });
  t.equal(row(api, 'be', 's3', 'show stat no-maint')['svname'], '');
  const objects = JSON.parse(api.ask('show stat json'));
  t.equal(objects.length, 10, 'two frontends, five servers, three backends');
  t.match(objects[1][0], { objType: 'Server', field: { pos: 0, name: 'pxname' }, value: { type: 'str', value: 'be' } });
  t.match(api.ask('show stat typed'), /\nS\.\d+\.2\.6\.slim\.1:CLP:u32:10\n/);
  const info = JSON.parse(api.ask('show info json'));
  t.match(info[50 - 2], { field: { pos: 50, name: 'node' }, value: { type: 'str', value: 'unit-1' } });
});
