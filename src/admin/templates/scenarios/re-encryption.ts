import {
  backendLine,
  defaultBackendLine,
  frontendLine,
  HTTP_MODE,
  httpCheckLines,
  ROUND_ROBIN,
  serverLine,
} from '../common-lines.ts';
import { CHECK_QUESTIONS, entranceQuestions, portQuestion, serversQuestion } from '../common-questions.ts';
import { comment, section } from '../page.ts';
import { defineTemplate } from '../template.ts';
import { CERTIFICATE_QUESTION, FORWARDED_PROTO, redirectSection, tlsEntranceLines } from '../tls-parts.ts';

export const RE_ENCRYPTION = defineTemplate({
  id: 're-encryption',
  title: 'HTTPS outside and inside',
  purpose:
    'The unit speaks TLS with clients, looks at requests, and speaks TLS again with the servers. For networks that are ' +
    'shared with others, and for rules that want everything encrypted on its way.',
  questions: {
    ...entranceQuestions('site', 443),
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
    ...CHECK_QUESTIONS,
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
          ...tlsEntranceLines(answers),
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
