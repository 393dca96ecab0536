/** Server lines whose port depends on the one the client came to (manual 5: "server", `+` and `-`), and a backend's `source`. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { freePort } from '../differential/free-port.ts';
import { ProxyProcess } from '../differential/proxy-process.ts';
import { onEachProgram } from './each-program.ts';

async function origin(host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => response.end(`${host} ${request.socket.remoteAddress}`));
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

onEachProgram('a server has the port of the client, or one so much above or below', false, async (t, { path }) => {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const [same, above, below] = ports;
  const origins = [
    await origin('127.0.0.2', same),
    await origin('127.0.0.3', above + 10),
    await origin('127.0.0.4', below - 10),
  ];
  t.teardown(() => {
    for (const server of origins) server.close();
  });
  const proxy = await ProxyProcess.start(
    path,
    `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  bind 127.0.0.1:${same}
  bind 127.0.0.1:${above}
  bind 127.0.0.1:${below}
  use_backend above if { hdr(way) above }
  use_backend below if { hdr(way) below }
  default_backend same
backend same
  source 127.0.0.9
  server s 127.0.0.2
backend above
  server s 127.0.0.3:+10
backend below
  server s 127.0.0.4:-10 source 127.0.0.8
`,
  );
  t.teardown(() => proxy.stop());
  const ask = async (port: number, way: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { way, connection: 'close' } });
    return response.text();
  };
  t.equal(await ask(same, 'same'), '127.0.0.2 127.0.0.9', 'from the source of the backend');
  t.match(await ask(above, 'above'), /^127\.0\.0\.3 /);
  t.equal(await ask(below, 'below'), '127.0.0.4 127.0.0.8', 'from the source of the server');
});
