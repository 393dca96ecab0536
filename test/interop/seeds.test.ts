/** The configurations that made people ask for this program run as printed, and the traffic goes where they say. */
import t from 'tap';
import {
  fetchText,
  forEachProgram,
  listenAddress,
  mailDialogue,
  smtpOrigin,
  startSeed,
  webOrigin,
} from './seeds/seed-proxy.ts';

t.setTimeout(600_000);

forEachProgram(t, "the notes' first configuration takes its three servers in turn", async (test, program) => {
  const { port, address } = await listenAddress();
  const origins = await Promise.all(['web1', 'web2', 'web3'].map((name) => webOrigin(test, name)));
  await startSeed(test, program, 'notes-simple', {
    '*:18080': address,
    '192.168.1.1:80': origins[0]?.address ?? '',
    '192.168.1.2:80': origins[1]?.address ?? '',
    '192.168.1.3:80': origins[2]?.address ?? '',
  });
  const bodies: string[] = [];
  for (let index = 0; index < 9; index += 1) {
    const { status, body } = await fetchText(port, `/${index}`);
    test.equal(status, 200);
    bodies.push(body);
  }
  test.strictSame(bodies, ['web1', 'web2', 'web3', 'web1', 'web2', 'web3', 'web1', 'web2', 'web3']);
  test.strictSame(
    origins.map((origin) => origin.requests.map((one) => one.url)),
    [
      ['/0', '/3', '/6'],
      ['/1', '/4', '/7'],
      ['/2', '/5', '/8'],
    ],
  );
});

forEachProgram(t, "the notes' first configuration goes round a server that is down", async (test, program) => {
  const { port, address } = await listenAddress();
  const { address: dead } = await listenAddress();
  const [web1, web3] = [await webOrigin(test, 'web1'), await webOrigin(test, 'web3')];
  await startSeed(test, program, 'notes-simple', {
    '*:18080': address,
    '192.168.1.1:80': web1.address,
    '192.168.1.2:80': dead,
    '192.168.1.3:80': web3.address,
  });
  // web2's turn is given to another server by `option redispatch`, after the retries.
  const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => fetchText(port, `/${index}`)));
  test.strictSame(new Set(answers.map((one) => one.status)), new Set([200]));
  test.equal(web1.requests.length + web3.requests.length, 6);
});

forEachProgram(t, "the slides' good stuff alternates between two web servers", async (test, program) => {
  const { port, address } = await listenAddress();
  const origins = await Promise.all(['apache1', 'apache2'].map((name) => webOrigin(test, name)));
  await startSeed(test, program, 'slides-good-stuff', {
    '*:10080': address,
    '10.11.11.10:1080': origins[0]?.address ?? '',
    '10.11.11.11:1080': origins[1]?.address ?? '',
  });
  const bodies: string[] = [];
  for (let index = 0; index < 4; index += 1) bodies.push((await fetchText(port, '/')).body);
  test.strictSame(bodies, ['apache1', 'apache2', 'apache1', 'apache2']);
});

forEachProgram(
  t,
  "the slides' layer 7 routing sends /static to the web servers, the rest to the application",
  async (test, program) => {
    const { port, address } = await listenAddress();
    const names = ['apache1', 'apache2', 'tomcat1', 'tomcat2'];
    const origins = await Promise.all(names.map((name) => webOrigin(test, name)));
    await startSeed(test, program, 'slides-layer7', {
      '*:10080': address,
      '10.11.11.10:1080': origins[0]?.address ?? '',
      '10.11.11.11:1080': origins[1]?.address ?? '',
      '10.11.11.20:1080': origins[2]?.address ?? '',
      '10.11.11.21:1080': origins[3]?.address ?? '',
    });
    const paths = ['/static/a.css', '/', '/static', '/app', '/statics', '/Static', '/x/static/', '/static/b?q=1'];
    const bodies: string[] = [];
    for (const path of paths) bodies.push((await fetchText(port, path)).body);
    test.strictSame(
      bodies.map((body) => body.slice(0, -1)),
      ['apache', 'tomcat', 'apache', 'tomcat', 'apache', 'tomcat', 'tomcat', 'apache'],
    );
    test.strictSame(bodies, ['apache1', 'tomcat1', 'apache2', 'tomcat2', 'apache1', 'tomcat1', 'tomcat2', 'apache2']);
  },
);

forEachProgram(t, "the slides' SMTP servers keep a client by its address", async (test, program) => {
  const { port, address } = await listenAddress();
  await startSeed(test, program, 'slides-smtp', {
    '*:10025': address,
    '10.11.11.10:1025': await smtpOrigin(test, 'exim1'),
    '10.11.11.11:1025': await smtpOrigin(test, 'exim2'),
  });
  const servers = new Set<string>();
  for (let client = 2; client < 10; client += 1) {
    const source = `127.0.0.${client}`;
    const first = await mailDialogue(port, source);
    const name = /^220 (exim[12]) ESMTP/.exec(first)?.[1] ?? '';
    test.equal(first, `220 ${name} ESMTP\r\n250 ${name}\r\n221 ${name} closing\r\n`, `${source} has a whole dialogue`);
    for (let again = 0; again < 3; again += 1)
      test.equal(await mailDialogue(port, source), first, `${source} stays with ${name}`);
    servers.add(name);
  }
  test.strictSame([...servers].sort(), ['exim1', 'exim2'], 'different clients reach different servers');
});
