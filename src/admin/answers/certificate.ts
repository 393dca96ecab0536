/** What browsers are shown: GET /api/certificate. */

export interface CertificateView {
  readonly origin: 'own' | 'uploaded';
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
  /** SHA-256 of the certificate: `AB:CD:...`. */
  readonly fingerprint: string;
}
