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

export const TLS_TERMINATION = defineTemplate({
  id: 'tls-termination',
  title: 'HTTPS outside, HTTP inside',
  purpose:
    'The unit has the certificate and speaks TLS with clients; servers behind it speak plain HTTP. One certificate to renew ' +
    'instead of one a server. Take re-encryption instead when the network to the servers is not yours.',
  questions: {
    ...entranceQuestions('site', 443),
    plainPort: {
      ...portQuestion(80),
      label: 'Port of plain HTTP, which only redirects',
      help: 'Who comes here is sent to HTTPS.',
    },
    certificate: CERTIFICATE_QUESTION,
    servers: serversQuestion('Web servers, plain HTTP', 'web', ['10.0.0.11:80', '10.0.0.12:80']),
    ...CHECK_QUESTIONS,
  },
  manual: [
    { place: '5.1 crt', about: 'what the certificate file holds' },
    { place: '5.1 ssl', about: 'TLS on a listening port' },
  ],
  write(answers, names) {
    const { name, certificate } = answers;
    const plain = names.proxy(`${name}_plain`);
    const frontend = names.proxy(`${name}_in`);
    const backend = names.proxy(`${name}_servers`);
    return {
      sections: [
        redirectSection(plain, answers.address, answers.plainPort, answers.port),
        section([`Visitors of "${name}" arrive here, over TLS.`], frontendLine(frontend, 'the entrance'), [
          ...tlsEntranceLines(answers),
          comment('Servers see plain HTTP; this header tells them what the visitor sees.'),
          FORWARDED_PROTO,
          defaultBackendLine(backend),
        ]),
        section([`The web servers of "${name}".`], backendLine(backend, 'the servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.servers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
      needs: [
        { path: certificate, what: 'the certificate of the site, its chain, and its private key, in one PEM file' },
      ],
    };
  },
});
