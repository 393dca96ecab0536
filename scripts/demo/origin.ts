/** The servers behind the demo's proxy: each page tells which server made it and what reached it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const slowMs = 2000;

export interface Origin {
  readonly port: number;
  stop(): void;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function headerLines(request: IncomingMessage): string {
  const raw = request.rawHeaders;
  return raw.map((text, index) => (index % 2 === 0 ? `${text}: ${raw[index + 1]}\n` : '')).join('');
}

/** A page for browsers, lines for curl. */
function answerPage(name: string, request: IncomingMessage, response: ServerResponse): void {
  const received = `${request.method} ${request.url}\n${headerLines(request)}`;
  if (request.headers.accept?.includes('text/html')) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html>
<title>Server ${name}</title>
<style>body { font: 1.1em sans-serif; margin: 3em } pre { background: #eee; padding: 1em }</style>
<h1>Aloha from server ${name}</h1>
<p>Reload, and the other server answers. This request reached me as:</p>
<pre>${escapeHtml(received)}</pre>
<p>Also: <a href="/slow">/slow</a> <a href="/old">/old</a> <a href="/private">/private</a>
<a href="/static/hello">/static/hello</a> <a href="/proxy-health">/proxy-health</a></p>
`);
    return;
  }
  response.setHeader('Content-Type', 'text/plain');
  response.end(`Aloha from server ${name}. This request reached me:\n${received}`);
}

function answer(name: string, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.setHeader('X-Powered-By', 'the demo');
  if (request.url === '/health') {
    response.end('healthy\n');
  } else if (request.url === '/slow') {
    setTimeout(() => answerPage(name, request, response), slowMs).unref();
  } else {
    answerPage(name, request, response);
  }
}

/** Starts the server called `name` on a free port of 127.0.0.1. */
export async function startOrigin(name: string): Promise<Origin> {
  const server: Server = createServer((request, response) => answer(name, request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('a TCP server has no port');
  }
  return {
    port: address.port,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
