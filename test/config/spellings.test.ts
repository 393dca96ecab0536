/** Spellings of 1.9 that HAProxy 2.6 has no more: they mean what they meant, and are warned about. And server templates. */
import t from 'tap';
import { loadProxy, messagesOf } from './loading.ts';

const HTTP = 'defaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n';

t.test(
  'clitimeout, contimeout and srvtimeout are the timeouts of today, with or without timeout before them',
  async (t) => {
    const text = `defaults\n mode http\n clitimeout 1500\n contimeout 2s\n timeout srvtimeout 3s\nlisten l\n bind :1\n`;
    const { timeouts } = await loadProxy(text, 'l');
    t.equal(timeouts.client, 1500);
    t.equal(timeouts.connect, 2000);
    t.equal(timeouts.server, 3000);
    t.match(
      (await messagesOf(text)).join('\n'),
      /the 'clitimeout' directive is now deprecated in favor of 'timeout client'/,
    );
    t.match((await messagesOf(`${HTTP} clitimeout x\n`)).join('\n'), /unexpected character 'x' in 'timeout client'/);
  },
);

t.test('redispatch and redisp are option redispatch', async (t) => {
  for (const name of ['redispatch', 'redisp']) {
    const text = `${HTTP}backend b\n ${name}\n`;
    t.equal((await loadProxy(text, 'b')).options.redispatch, -1, name);
    t.match((await messagesOf(text)).join('\n'), /deprecated in favor of 'option redispatch'/);
  }
});

t.test('option forceclose is option httpclose', async (t) => {
  const text = `${HTTP}frontend f\n bind :1\n option forceclose\n`;
  t.equal((await loadProxy(text, 'f')).httpMode, 'close');
  t.match((await messagesOf(text)).join('\n'), /deprecated in favor of 'httpclose'/);
});

t.test('option http-use-htx, bind-process and nbproc 1 change nothing', async (t) => {
  const lines = ' option http-use-htx\n no option http-use-htx\n bind-process all\n';
  t.equal((await loadProxy(`global\n nbproc 1\n${HTTP}frontend f\n bind :1\n${lines}`, 'f')).httpMode, 'keep-alive');
  t.match((await messagesOf('global\n nbproc 2\n')).join('\n'), /nbproc is not supported any more/);
});

t.test('block rules come before all http-request rules, those of reqxxx before redirections', async (t) => {
  const proxy = await loadProxy(
    `${HTTP}frontend f\n bind :1\n redirect location /a if FALSE\n reqadd A:\\ b\n reqdel ^X\n http-request allow\n block if FALSE\n`,
    'f',
  );
  t.strictSame(
    proxy.httpRequestRules.map((rule) => rule.action.kind),
    ['deny', 'allow'],
  );
  t.strictSame(
    proxy.redirectRules.map((rule) => rule.action.kind),
    ['filter-lines', 'add-header', 'redirect'],
  );
});

t.test('rules of 1.9 are left out in TCP mode, with a warning', async (t) => {
  const text = `${HTTP}frontend f\n mode tcp\n bind :1\n reqadd A:\\ b\n block if FALSE\n`;
  const proxy = await loadProxy(text, 'f');
  t.equal(proxy.httpRequestRules.length + proxy.redirectRules.length, 0);
  t.match((await messagesOf(text)).join('\n'), /'reqxxx' rules ignored for frontend 'f'/);
});

t.test('a server template makes servers that differ in their number', async (t) => {
  const { servers } = await loadProxy(
    `${HTTP}backend b\n server first 10.0.0.1:80\n server-template web 2-4 10.0.0.2:8080 weight 7 check\n`,
    'b',
  );
  t.strictSame(
    servers.map(({ name, id, weight }) => [name, id, weight]),
    [
      ['first', 1, 1],
      ['web2', 2, 7],
      ['web3', 3, 7],
      ['web4', 4, 7],
    ],
  );
  t.equal((await loadProxy(`${HTTP}backend b\n server-template s 2 10.0.0.2:80\n`, 'b')).servers.length, 2);
});
