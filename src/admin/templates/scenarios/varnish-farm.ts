import {
  backendLine,
  defaultBackendLine,
  frontendLine,
  HTTP_MODE,
  httpEntranceLines,
  ROUND_ROBIN,
  serverLine,
} from '../common-lines.ts';
import { entranceQuestions, serversQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const VARNISH_FARM = defineTemplate({
  id: 'varnish-farm',
  title: 'Varnish caches, each object in one of them',
  purpose:
    'Several caches stand before an application. The URL decides which one is asked, so that each object is kept once, and ' +
    'the caches together hold as much as all their memory. Without caches the application answers itself.',
  questions: {
    ...entranceQuestions('site', 80),
    extensions: {
      type: 'texts',
      shape: 'extension',
      least: 1,
      label: 'Endings of what may be cached',
      help: 'What ends so is asked of the caches.',
      initially: ['.jpg', '.png', '.gif', '.css', '.js'],
      example: ['.jpg', '.png', '.css', '.js', '.woff2'],
    },
    query: {
      type: 'choice',
      label: 'What tells objects apart',
      help: 'With the query, /a.png?v=1 and /a.png?v=2 may be in different caches.',
      choices: [
        { value: 'path', label: 'the path' },
        { value: 'whole', label: 'the path and the query' },
      ],
      initially: 'path',
      example: 'path',
    },
    caches: serversQuestion('Varnish servers', 'varnish', ['10.0.0.51:6081', '10.0.0.52:6081'], 'Caches'),
    application: serversQuestion('Application servers', 'app', ['10.0.0.21:80', '10.0.0.22:80'], 'Application servers'),
  },
  manual: [
    { place: '4.2 balance', about: 'uri, and other keys to hash' },
    { place: '4.2 hash-type', about: 'why consistent' },
  ],
  write(answers, names) {
    const { name } = answers;
    const frontend = names.proxy(`${name}_in`);
    const caches = names.proxy(`${name}_caches`);
    const application = names.proxy(`${name}_application`);
    const whole = answers.query === 'whole';
    return {
      sections: [
        section([`Visitors of "${name}" arrive here.`], frontendLine(frontend, 'the entrance'), [
          ...httpEntranceLines(answers),
          line(
            `acl cacheable path_end -i ${answers.extensions.join(' ')}`,
            'cacheable holds when the path ends with one of these; -i: upper and lower case are the same.',
            '7.3.6 path',
          ),
          line(
            `acl caches_alive nbsrv(${caches}) ge 1`,
            'caches_alive holds while at least one cache is up.',
            '7.3.2 nbsrv',
          ),
          comment('Without any cache the application does the work alone.'),
          line(
            `use_backend ${caches} if cacheable caches_alive`,
            'Two names behind if: both must hold.',
            '4.2 use_backend',
          ),
          defaultBackendLine(application, 'Everything else'),
        ]),
        section(['The caches: the URL decides which.'], backendLine(caches, 'the caches'), [
          HTTP_MODE,
          line(
            `balance uri${whole ? ' whole' : ''}`,
            `${whole ? 'Path and query are' : 'The path is'} hashed: the same object is always asked of the same cache.`,
            '4.2 balance',
          ),
          line(
            'hash-type consistent',
            'When a cache comes or goes, only its share of the objects moves; the others stay where they are.',
            '4.2 hash-type',
          ),
          ...answers.caches.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
        section([`The application of "${name}".`], backendLine(application, 'the application servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          ...answers.application.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
    };
  },
});
