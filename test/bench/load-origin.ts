/** The origin of the mixed load: answers of every framing, and some that break off. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export const smallText = 'Aloha from the origin.\n';
export const bigBytes = 1_000_000;
export const chunkCount = 20;
export const chunkBytes = 3000;

const big = Buffer.alloc(bigBytes, 'mahalo ');
const chunk = Buffer.alloc(chunkBytes, 'aloha ');

export interface LoadOrigin {
  readonly port: number;
  stop(): void;
}

function answerUpload(request: IncomingMessage, response: ServerResponse): void {
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  // The answer's length tells the client how much arrived.
  request.once('end', () => response.end(`${bytes}`.padStart(12)));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url;
  if (path === '/upload') {
    answerUpload(request, response);
    return;
  }
  request.resume();
  if (path === '/big') {
    response.setHeader('Content-Length', bigBytes);
    response.end(big);
  } else if (path === '/chunked') {
    for (let sent = 0; sent < chunkCount; sent++) {
      response.write(chunk);
    }
    response.end();
  } else if (path === '/error') {
    response.writeHead(503).end('no\n');
  } else if (path === '/broken') {
    response.setHeader('Content-Length', bigBytes);
    response.write(chunk, () => response.destroy());
  } else if (path === '/late') {
    setTimeout(() => response.end(smallText), 50);
  } else {
    response.end(smallText);
  }
}

export async function startLoadOrigin(): Promise<LoadOrigin> {
  const server = createServer({ keepAliveTimeout: 60_000 }, answer);
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
