/** The wizard's proof on a real unit with real traffic: what counts as proved, and what is said when it is not. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { AdminProcess, type Answer, type Browser, PASSWORD, until } from '../../admin/admin-process.ts';
import { freePort } from '../differential/free-port.ts';

t.setTimeout(600_000);

async function addressOf(test: Test, server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  test.teardown(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

class Owner {
  readonly browser: Browser;
  /** What the templates have written so far. */
  #text = '';

  constructor(browser: Browser) {
    this.browser = browser;
  }

  async add(template: string, answers: Readonly<Record<string, unknown>>): Promise<void> {
    const body = { answers: { address: '127.0.0.1', ...answers }, text: this.#text };
    const { json, text } = await this.browser.call('POST', `/api/templates/${template}/text`, { body });
    if (json.configuration === undefined) throw new Error(text);
    this.#text = json.configuration.text;
  }

  async apply(): Promise<Answer> {
    const body = { text: this.#text, parent: 0, note: 'all of them' };
    return this.browser.call('POST', '/api/configuration/apply', { body });
  }

  proof(frontend: string, speech: string): Promise<Answer> {
    return this.browser.call('POST', '/api/wizard/proof', { body: { frontend, speech, site: 'localhost' } });
  }

  /** Health checks take their time: until the proof says what is expected. */
  async proofUntil(frontend: string, speech: string, expected: RegExp): Promise<Answer['json']> {
    let last: Answer['json'];
    await until(`the proof says ${expected}`, async () => {
      last = (await this.proof(frontend, speech)).json;
      return expected.test(last.reason);
    });
    return last;
  }
}

t.test('the wizard', async (t) => {
  const admin = await new AdminProcess(['--stop-proxy', '--confirm-seconds', '600']).start();
  t.teardown(async () => {
    await admin.end();
    await admin.remove();
  });
  const browser = await admin.claim();
  const owner = new Owner(browser);
  const good = await addressOf(
    t,
    createHttpServer((_request, response) => response.end('here')),
  );
  const ill = await addressOf(
    t,
    createHttpServer((request, response) => {
      // Well when it is asked by the health check, and ill for others.
      response.statusCode = request.headers['user-agent'] === 'mahalo' ? 500 : 200;
      response.end();
    }),
  );
  const silent = await addressOf(
    t,
    createServer((socket) => socket.on('error', () => {})),
  );
  const away = `127.0.0.1:${await freePort()}`;
  const port = await freePort();

  await t.test('it tells the addresses of the unit', async (t) => {
    const { json } = await browser.call('GET', '/api/wizard');
    t.ok(json.addresses.includes('127.0.0.1'));
    t.ok(json.lowestPort >= 1);
  });

  await t.test('without a proxy nothing is proved, and it says so', async (t) => {
    t.match((await owner.proof('web_in', 'http')).json, { passed: false, reason: 'The proxy does not run.' });
  });

  await owner.add('web-farm', { servers: [good], port });
  await owner.add('web-farm', { name: 'gone', servers: [away], port: await freePort() });
  await owner.add('web-farm', { name: 'ill', servers: [ill], port: await freePort() });
  await owner.add('tcp-service', { servers: [silent], port: await freePort() });
  await owner.add('tcp-service', { name: 'no', servers: [away], port: await freePort() });
  const applied = await owner.apply();
  t.equal(applied.status, 200, applied.text);

  await t.test('a request that a server answered is proved, with the server that counted it', async (t) => {
    const proof = (await owner.proof('web_in', 'http')).json;
    t.match(proof, { passed: true, status: 200, servers: ['web_servers/web1'], address: `127.0.0.1:${port}` });
    t.match((await owner.proof('nothing', 'http')).json, { passed: false, reason: /has no frontend "nothing"/ });
  });

  await t.test('servers that are away are told with the reason of their health checks', async (t) => {
    const proof = await owner.proofUntil('gone_in', 'http', /is DOWN: The connection was refused/);
    t.match(proof, { passed: false, status: 503, servers: [] });
    t.equal((await owner.proofUntil('no_in', 'tcp', /is DOWN/)).passed, false);
  });

  await t.test('a server that answers with an error is no proof', async (t) => {
    const proof = (await owner.proof('ill_in', 'http')).json;
    t.match(proof, { passed: false, status: 500, servers: ['ill_servers/web1'] });
    t.match(proof.reason, /got the answer 500 from ill_servers\/web1/);
  });

  await t.test('a TCP connection is proved once its server is known to take connections', async (t) => {
    const proof = await owner.proofUntil('service_in', 'tcp', /went through to service_servers\/server1/);
    t.equal(proof.passed, true);
  });

  await t.test('only admins may send it', async (t) => {
    await browser.call('POST', '/api/users', { body: { name: 'op', role: 'operator', password: PASSWORD } });
    const operator = admin.browser();
    await operator.logIn('op');
    t.equal((await new Owner(operator).proof('web_in', 'http')).json.error.code, 'not-allowed');
  });
});
