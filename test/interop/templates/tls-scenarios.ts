/** Templates with TLS. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createServer as createSecureServer, request as secureRequest } from 'node:https';
import { freePort } from '../differential/free-port.ts';
import { listen, webOrigin } from '../seeds/seed-proxy.ts';
import { type Certificate, makeCertificate } from './certificate.ts';

import type { Scenario } from './scenario.ts';

/** One request over TLS, whose certificate is verified. */
async function fetchSecurely(port: number, path: string, { pem }: Certificate): Promise<string> {
  const asking = secureRequest({ host: '127.0.0.1', servername: 'localhost', port, path, ca: pem, agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response) body += part;
  return body;
}

async function locationOf(port: number): Promise<readonly unknown[]> {
  const asking = request({ host: '127.0.0.1', port, path: '/a?b', headers: { host: 'site.example:1' }, agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.resume();
  return [response.statusCode, response.headers.location];
}

export const TLS_SCENARIOS: readonly Scenario[] = [
  {
    template: 'tls-termination',
    what: 'TLS ends here, and plain HTTP is sent to it',
    async play(test, start) {
      const certificate = makeCertificate(test);
      const origin = await webOrigin(test, 'web');
      const plainPort = await freePort();
      const settings = { certificate: certificate.file, plainPort, servers: [origin.address] };
      const port = await start(settings);
      test.equal(await fetchSecurely(port, '/', certificate), 'web');
      test.equal(origin.requests.at(-1)?.headers['x-forwarded-proto'], 'https');
      test.strictSame(await locationOf(plainPort), [301, `https://site.example:${port}/a?b`]);
    },
  },
  {
    template: 're-encryption',
    what: 'TLS goes on to servers whose certificate is verified',
    async play(test, start) {
      const certificate = makeCertificate(test);
      const { pem } = certificate;
      const server = createSecureServer({ key: pem, cert: pem }, (_asked, response) => response.end('secret'));
      const settings = {
        certificate: certificate.file,
        authority: certificate.file,
        plainPort: await freePort(),
        servers: [await listen(test, server)],
        site: 'localhost',
      };
      const port = await start(settings);
      test.equal(await fetchSecurely(port, '/', certificate), 'secret');
      const strange = await start({
        ...settings,
        plainPort: await freePort(),
        site: 'another.example',
      });
      test.match(
        await fetchSecurely(strange, '/', certificate),
        /503 Service Unavailable/,
        'a certificate of somebody else',
      );
    },
  },
];
