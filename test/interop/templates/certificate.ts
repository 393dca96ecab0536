/** A certificate for tests, made by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

export interface Certificate {
  /** Certificate and key in one file. */
  readonly file: string;
  readonly pem: string;
}

/** A self-signed one for localhost, which is its own authority. */
export function makeCertificate(test: Test): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-tls-'));
  test.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...words, ...names], { stdio: 'ignore' });
  const pem = readFileSync(certificate, 'latin1') + readFileSync(key, 'latin1');
  const file = join(directory, 'both.pem');
  writeFileSync(file, pem);
  return { file, pem };
}
