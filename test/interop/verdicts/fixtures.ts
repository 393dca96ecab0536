/** The files that the configurations name. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES: Readonly<Record<string, string>> = {
  'cases.txt': 'host Host\n',
  'script.lua': 'local nothing = 1\n',
  'error.http': 'HTTP/1.0 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nno\n',
  'bad.http': 'nonsense\n',
  'text.txt': 'a text\n',
  'patterns.txt': 'one\ntwo\n',
  'map.txt': 'one 1\ntwo 2\n',
  'map-ip.txt': '10.0.0.0/8 one\n192.168.0.0/16 two\n',
  'spoe.cfg':
    '[engine]\nspoe-agent a\n messages m\n timeout hello 1s\n use-backend b\nspoe-message m\n event on-client-session\n',
};

/** A fresh directory with all of them, and a certificate where openssl is there to make one. */
export function makeFixtures(): string {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-verdicts-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
  const pem = join(directory, 'cert.pem');
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = ['-subj', '/CN=localhost', '-keyout', `${pem}.key`, '-out', pem];
  execFileSync('openssl', [...words, ...made], { stdio: 'ignore' });
  return directory;
}
