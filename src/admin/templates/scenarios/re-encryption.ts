import {
  backendLine,
  bindLine,
  defaultBackendLine,
  endpoint,
  FORWARDED_FOR,
  frontendLine,
  HTTP_MODE,
  httpCheckLines,
  REQUEST_TIMEOUT,
  ROUND_ROBIN,
  serverLine,
} from '../common-lines.ts';
import {
  ADDRESS_QUESTION,
  CHECK_PATH_QUESTION,
  nameQuestion,
  portQuestion,
  SITE_QUESTION,
  serversQuestion,
} from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';
import { CERTIFICATE_QUESTION, FORWARDED_PROTO, redirectSection } from '../tls-parts.ts';

export const RE_ENCRYPTION = defineTemplate({
  id: 're-encryption',
  title: 'HTTPS outside and inside',
  purpose:
    'The unit speaks TLS with clients, looks at requests, and speaks TLS again with the servers. For networks that are ' +
    'shared with others, and for rules that want everything encrypted on its way.',
  questions: {
    name: nameQuestion('site'),
    address: ADDRESS_QUESTION,
    port: portQuestion(443),
    plainPort: {
      ...portQuestion(80),
      label: 'Port of plain HTTP, which only redirects',
      help: 'Who comes here is sent to HTTPS.',
    },
    certificate: CERTIFICATE_QUESTION,
    servers: serversQuestion('Web servers, HTTPS', 'web', ['10.0.0.11:443', '10.0.0.12:443']),
    verify: {
      type: 'choice',
      label: "The servers' certificates",
      help: 'Without verification whoever answers at that address is believed: encrypted, but not to whom.',
      choices: [
        { value: 'required', label: 'are verified' },
        { value: 'none', label: 'are not verified' },
      ],
      initially: 'required',
      example: 'required',
    },
    authority: {
      type: 'text',
      shape: 'file',
      label: "Certificates of the servers' authority",
      help: 'PEM. Only used when certificates are verified.',
      initially: '/etc/ssl/certs/ca-certificates.crt',
      example: '/etc/mahalo/certificates/inside.pem',
    },
    checkPath: CHECK_PATH_QUESTION,
    site: SITE_QUESTION,
  },
  manual: [
    { place: '5.2 verify', about: "how a server's certificate is verified" },
    { place: '5.2 ssl', about: 'TLS towards a server' },
  ],
  write(answers, names) {
    const { name, certificate, authority, site, verify } = answers;
    const plain = names.proxy(`${name}_plain`);
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    const verified = verify === 'required';
    const trust = verified ? `verify required ca-file ${authority} verifyhost ${site}` : 'verify none';
    const why = verified
      ? ` ssl: it is spoken to over TLS. verify required: its certificate must be signed by ${authority}, for ${site}.`
      : ' ssl: it is spoken to over TLS. verify none: its certificate is not looked at.';
    return {
      sections: [
        redirectSection(plain, answers.address, answers.plainPort, answers.port),
        section([`Visitors of "${name}" arrive here, over TLS.`], frontendLine(frontend, 'the entrance'), [
          HTTP_MODE,
          line(
            `bind ${endpoint(answers.address, answers.port)} ssl crt ${certificate}`,
            `${bindLine(answers.address, answers.port).explanation} ssl: they speak TLS. crt: the file with certificate, chain and key.`,
            '5.1 crt',
          ),
          REQUEST_TIMEOUT,
          FORWARDED_FOR,
          FORWARDED_PROTO,
          defaultBackendLine(backend),
        ]),
        section([`The web servers of "${name}", over TLS again.`], backendLine(backend, 'the servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          comment('Health checks speak TLS, too.'),
          ...httpCheckLines(answers.checkPath, site),
          ...answers.servers.map((server) => serverLine(server.name, server.address, `check ssl ${trust}`, why)),
        ]),
      ],
      needs: [
        { path: certificate, what: 'the certificate of the site, its chain, and its private key, in one PEM file' },
        ...(verified ? [{ path: authority, what: "the certificates of the authority that signs the servers'" }] : []),
      ],
    };
  },
});
