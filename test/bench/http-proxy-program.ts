/** The npm package http-proxy as a program, for the row that shows what Node's own http costs. PORT ORIGIN_PORT. */
import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';

const [port, originPort] = process.argv.slice(2).map(Number);
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${originPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: 256 }),
});
proxy.on('error', (error, _request, response) => {
  response.writeHead(502).end(error.message);
});
createServer((request, response) => proxy.web(request, response)).listen(port, '127.0.0.1');
