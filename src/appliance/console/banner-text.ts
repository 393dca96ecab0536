/** What stands on the console of a unit: how to reach it, and how to know that it is the right one. Pure. */

export interface BannerFacts {
  readonly version: string;
  readonly board: string;
  readonly hostname: string;
  /** Of its ports, those that people can use first. */
  readonly addresses: readonly string[];
  /** Undefined: the web interface does not answer yet. */
  readonly admin: AdminFacts | undefined;
  /** Sentences about what is not as it should be. */
  readonly troubles: readonly string[];
}

export interface AdminFacts {
  readonly port: number;
  /** What its owner calls it; `''`: it is nobody's. */
  readonly unit: string;
  /** Null: it is claimed. */
  readonly claimCode: string | null;
  readonly fingerprint: string;
}

/** Of a SHA-256 fingerprint, so many bytes a line: the console may have 80 columns. */
const BYTES_A_LINE = 16;

function fingerprintLines(fingerprint: string): readonly string[] {
  const bytes = fingerprint.split(':');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) lines.push(bytes.slice(at, at + BYTES_A_LINE).join(':'));
  return lines;
}

const url = (host: string, port: number): string => `https://${host.includes(':') ? `[${host}]` : host}:${port}/`;

/** Lines of at most 80 columns, the last one ended too. */
export function bannerText({ version, board, hostname, addresses, admin, troubles }: BannerFacts): string {
  const lines = ['', `Mahalo ${version}, ${board}`];
  for (const trouble of troubles) lines.push(`! ${trouble}`);
  if (addresses.length === 0) lines.push('No address yet: plug a cable in, or wait for the network to give one.');
  if (admin === undefined) lines.push('The web interface starts ...', ...addresses.map((one) => `  ${one}`));
  else {
    lines.push('Open in a browser:', `  ${url(`${hostname}.local`, admin.port)}`);
    for (const address of addresses) lines.push(`  ${url(address, admin.port)}`);
    if (admin.claimCode === null) lines.push(`It is claimed as "${admin.unit}".`);
    else lines.push(`It is nobody's yet. Claim code: ${admin.claimCode}`);
    lines.push('Its certificate, to compare with what the browser shows (SHA-256):');
    lines.push(...fingerprintLines(admin.fingerprint).map((line) => `  ${line}`));
  }
  lines.push('');
  return `${lines.join('\n')}\n`;
}
