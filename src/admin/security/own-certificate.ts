/**
 * The certificate a unit makes for itself: its own key (P-256), signed by itself, made at the first start. Nobody vouches
 * for it, so people compare its fingerprint with the one on the console. Node reads certificates but has no writer of
 * them, and the package that has is large: this file is imported only when one is made, once in the life of a unit.
 */

import 'reflect-metadata'; // the next one needs it
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3600 * 1000;
/** Long: when it ended, every browser would ask its user to compare fingerprints again. */
const LIFE_DAYS = 3650;
/** A device without a battery starts in 1970; no clock of ours is right before this. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

/** Private key and certificate, in PEM. */
export async function makeOwnCertificate(
  name: string,
  names: readonly string[],
  addresses: readonly string[],
  nowMs: number,
): Promise<string> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const fromMs = Math.max(nowMs, EARLIEST_MS) - DAY_MS;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [name] }, { O: ['Mahalo'] }],
      notBefore: new Date(fromMs),
      notAfter: new Date(fromMs + LIFE_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...names.map((value) => ({ type: 'dns' as const, value })),
          ...addresses.filter((value) => isIP(value) !== 0).map((value) => ({ type: 'ip' as const, value })),
        ]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    crypto,
  );
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = key.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n${certificate.toString('pem')}\n`;
}
