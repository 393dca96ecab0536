/**
 * The certificate in force: the one the owner uploaded, else the unit's own. Key and chain stand in one file, so that a
 * new pair comes whole or not at all.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { renameSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { readIfThere, removeDurably, writeAtomically } from '../../sys/atomic-file.ts';
import type { CertificateView } from '../answers/certificate.ts';

const SMALLEST_RSA_BITS = 2048;
const LONGEST_CHAIN = 10;

export interface CertificateSettings {
  readonly directory: string;
  /** Names and addresses the unit's own certificate is for. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  nowMs(): number;
  onDamage(path: string, asideName: string, reason: string): void;
}

export type UploadResult =
  | { readonly kind: 'accepted'; readonly view: CertificateView; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

interface Pair {
  readonly key: string;
  /** PEM, the unit's certificate first. */
  readonly chain: string;
  readonly certificate: X509Certificate;
}

export class CertificateStore {
  readonly #settings: CertificateSettings;
  #origin: CertificateView['origin'] = 'own';
  #pair: Pair;

  private constructor(settings: CertificateSettings, origin: CertificateView['origin'], pair: Pair) {
    this.#settings = settings;
    this.#origin = origin;
    this.#pair = pair;
  }

  static async open(settings: CertificateSettings): Promise<CertificateStore> {
    const uploaded = loadPair(uploadedPath(settings), settings);
    if (uploaded !== undefined) return new CertificateStore(settings, 'uploaded', uploaded);
    return new CertificateStore(settings, 'own', await ownPair(settings));
  }

  /** For TLS. */
  get material(): { readonly key: string; readonly cert: string } {
    return { key: this.#pair.key, cert: this.#pair.chain };
  }

  get view(): CertificateView {
    return viewOf(this.#origin, this.#pair.certificate);
  }

  /** On disk and in force for `material` when accepted. */
  upload(chain: string, key: string): UploadResult {
    const checked = checkUpload(chain, key, this.#settings.nowMs());
    if (typeof checked === 'string') return { kind: 'refused', reason: checked };
    writeAtomically(uploadedPath(this.#settings), `${checked.key.trimEnd()}\n${checked.chain}`);
    this.#pair = checked;
    this.#origin = 'uploaded';
    const { names } = this.view;
    const warnings = names.length === 0 ? ['the certificate names no host: browsers will refuse it'] : [];
    return { kind: 'accepted', view: this.view, warnings };
  }

  /** Back to the unit's own. */
  async reset(): Promise<CertificateView> {
    removeDurably(uploadedPath(this.#settings));
    this.#pair = await ownPair(this.#settings);
    this.#origin = 'own';
    return this.view;
  }
}

const uploadedPath = ({ directory }: CertificateSettings): string => join(directory, 'certificate-uploaded.pem');
const ownPath = ({ directory }: CertificateSettings): string => join(directory, 'certificate-own.pem');

async function ownPair(settings: CertificateSettings): Promise<Pair> {
  const path = ownPath(settings);
  const kept = loadPair(path, settings);
  if (kept !== undefined && kept.certificate.validToDate.getTime() > settings.nowMs()) return kept;
  const { names, addresses } = settings;
  const { makeOwnCertificate } = await import('./own-certificate.ts');
  writeAtomically(path, await makeOwnCertificate(`Mahalo ${names[1] ?? ''}`, names, addresses, settings.nowMs()));
  const made = loadPair(path, settings);
  if (made === undefined) throw new Error('the certificate just made cannot be read');
  return made;
}

/** Undefined: not there, or damaged, and then set aside and told. */
function loadPair(path: string, { nowMs, onDamage }: CertificateSettings): Pair | undefined {
  const text = readIfThere(path)?.toString('utf8');
  if (text === undefined) return undefined;
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/.exec(text)?.[0] ?? '';
  const pair = readPair(certificatesOf(text).join(''), key);
  if (typeof pair !== 'string') return pair;
  const aside = `${path}.damaged-${nowMs()}`;
  renameSync(path, aside);
  onDamage(path, aside, pair);
  return undefined;
}

function certificatesOf(text: string): readonly string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return found.map((one) => `${one}\n`);
}

/** The pair, or why it is none. */
function readPair(chain: string, key: string): Pair | string {
  const certificates = certificatesOf(chain);
  const first = certificates[0];
  if (first === undefined) return 'there is no certificate in PEM form';
  if (certificates.length > LONGEST_CHAIN) return `the chain has more than ${LONGEST_CHAIN} certificates`;
  try {
    const [certificate] = certificates.map((pem) => new X509Certificate(pem));
    if (certificate === undefined) return 'there is no certificate in PEM form';
    const secret = createPrivateKey(key);
    if (!certificate.checkPrivateKey(secret)) return 'the key does not belong to the first certificate';
    createSecureContext({ key, cert: certificates.join('') });
    return { key, chain: certificates.join(''), certificate };
  } catch (error) {
    return `certificate or key cannot be read: ${(error as Error).message}`;
  }
}

function checkUpload(chain: string, key: string, nowMs: number): Pair | string {
  if (/ENCRYPTED/.test(key))
    return 'the key is protected by a passphrase; a device that starts alone cannot ask for it';
  const pair = readPair(chain, key);
  if (typeof pair === 'string') return pair;
  const { certificate } = pair;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type === 'rsa' && (details?.modulusLength ?? 0) < SMALLEST_RSA_BITS) {
    return `the RSA key is shorter than ${SMALLEST_RSA_BITS} bits`;
  }
  if (type !== 'rsa' && type !== 'ec' && type !== 'ed25519')
    return `keys of the kind '${type}' are not for TLS servers`;
  if (certificate.validToDate.getTime() <= nowMs) return `the certificate ended on ${certificate.validTo}`;
  if (certificate.validFromDate.getTime() > nowMs) return `the certificate begins only on ${certificate.validFrom}`;
  if (certificate.ca) return 'this is the certificate of an authority, not of a server';
  return pair;
}

/** `FD00:0:0:0:0:0:0:1` as people write it: `fd00::1`. */
function shortAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function viewOf(origin: CertificateView['origin'], certificate: X509Certificate): CertificateView {
  return {
    origin,
    subject: certificate.subject.replaceAll('\n', ', '),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    names: (certificate.subjectAltName ?? '').split(', ').flatMap((entry) => {
      const [, kind, name] = /^(DNS|IP Address):(.+)$/.exec(entry) ?? [];
      if (name === undefined) return [];
      return [kind === 'DNS' ? name : shortAddress(name)];
    }),
    fromMs: certificate.validFromDate.getTime(),
    untilMs: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256,
  };
}
