/** What the templates with TLS have in common. */

import { bindLine, endpoint, FORWARDED_FOR, frontendLine, HTTP_MODE, REQUEST_TIMEOUT } from './common-lines.ts';
import { line, section, type TemplateLine, type TemplateSection } from './page.ts';
import type { TextQuestion } from './question.ts';

export const CERTIFICATE_QUESTION: TextQuestion = {
  type: 'text',
  shape: 'file',
  label: 'Certificate file',
  help: 'PEM: certificate, chain and private key in one file.',
  initially: '/etc/mahalo/certificates/site.pem',
  example: '/etc/mahalo/certificates/site.pem',
};

export const FORWARDED_PROTO = line(
  'http-request set-header X-Forwarded-Proto https',
  'Applications that build links ask this header whether the visitor came over HTTPS.',
  '4.2 http-request set-header',
);

/** What a frontend of HTTPS begins with. */
export function tlsEntranceLines({
  address,
  certificate,
  port,
}: {
  readonly address: string;
  readonly port: number;
  readonly certificate: string;
}): readonly TemplateLine[] {
  return [
    HTTP_MODE,
    line(
      `bind ${endpoint(address, port)} ssl crt ${certificate}`,
      `${bindLine(address, port).explanation} ssl: they speak TLS. crt: the file with certificate, chain and key.`,
      '5.1 crt',
    ),
    REQUEST_TIMEOUT,
    FORWARDED_FOR,
  ];
}

/** Plain HTTP answers with a redirection to HTTPS. */
export function redirectSection(name: string, address: string, port: number, tlsPort: number): TemplateSection {
  const standard = tlsPort === 443;
  const target = standard
    ? 'scheme https'
    : `location https://%[req.hdr(host),field(1,:)]:${tlsPort}%[capture.req.uri]`;
  return section(['Plain HTTP only says: come over HTTPS.'], frontendLine(name, 'the redirection'), [
    HTTP_MODE,
    bindLine(address, port),
    REQUEST_TIMEOUT,
    line(
      `http-request redirect ${target} code 301`,
      '301: the same page over HTTPS, for good; browsers remember it.',
      '4.2 http-request redirect',
    ),
  ]);
}
