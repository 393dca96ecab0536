/** nginx as the origin behind every proxy, and as a reverse proxy to compare with. One process, no master. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../find-program.ts';
import { freePorts, type Program, type Programs, type StartOptions } from './programs.ts';

/** What the origin answers at `/`: 47 bytes. */
export const smallBody = 'Aloha from the origin of the Mahalo benchmark.\n';
/** What it answers at `/large`: a file of one MB (2^20 bytes). */
export const largeBytes = 1 << 20;

export interface Nginx {
  readonly program: Program;
  readonly port: number;
}

function mainContext(directory: string): string {
  return `daemon off;
master_process off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log error;
events { worker_connections 16384; }
`;
}

function httpContext(directory: string, inner: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${directory}/${kind};\n`,
  );
  return `http {
  access_log off;
  default_type text/plain;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  sendfile on;
${paths.join('')}${inner}}
`;
}

async function startNginx(
  programs: Programs,
  name: string,
  inner: (port: number, directory: string) => string,
  options: StartOptions,
): Promise<Nginx> {
  const command = findProgram('nginx');
  if (command === null) {
    throw new Error('nginx is not installed');
  }
  const directory = join(programs.directory, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'large'), Buffer.alloc(largeBytes, 'mahalo! '));
  const [port] = (await freePorts(1)) as [number];
  const path = join(directory, 'nginx.conf');
  writeFileSync(path, mainContext(directory) + httpContext(directory, inner(port, directory)));
  const program = programs.start(name, command, ['-p', directory, '-e', `${directory}/error.log`, '-c', path], options);
  await program.listening(port);
  return { program, port };
}

export function startOrigin(programs: Programs, options: StartOptions = {}): Promise<Nginx> {
  return startNginx(
    programs,
    'origin',
    (port, directory) => `  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { return 200 "${smallBody.replace('\n', '\\n')}"; }
    location = /large { root ${directory}; }
  }
`,
    options,
  );
}

/** nginx as a reverse proxy of `originPort`, with kept connections on both sides as the others have. */
export function startReverseProxy(programs: Programs, originPort: number, options: StartOptions = {}): Promise<Nginx> {
  return startNginx(
    programs,
    'nginx',
    (port) => `  upstream origin {
    server 127.0.0.1:${originPort};
    keepalive 128;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
`,
    options,
  );
}
