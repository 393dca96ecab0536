import {
  backendLine,
  defaultBackendLine,
  frontendLine,
  HTTP_MODE,
  httpCheckLines,
  httpEntranceLines,
  ROUND_ROBIN,
  serverLine,
} from '../common-lines.ts';
import { CHECK_QUESTIONS, entranceQuestions, serversQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const STATIC_DYNAMIC = defineTemplate({
  id: 'static-dynamic',
  title: 'Files from web servers, pages from the application',
  purpose:
    'Images, styles and scripts come from small fast web servers; everything else from the application. The application has ' +
    'room for what only it can do.',
  questions: {
    ...entranceQuestions('site', 80),
    paths: {
      type: 'texts',
      shape: 'path',
      least: 1,
      label: 'Paths of files',
      help: 'What begins so is a file.',
      initially: ['/static', '/images', '/css', '/js'],
      example: ['/static', '/media'],
    },
    extensions: {
      type: 'texts',
      shape: 'extension',
      least: 1,
      label: 'Endings of files',
      help: 'What ends so is a file, wherever it is.',
      initially: ['.css', '.js', '.png', '.jpg', '.gif', '.svg', '.ico', '.woff2'],
      example: ['.css', '.js', '.png'],
    },
    staticServers: serversQuestion(
      'Web servers with the files',
      'files',
      ['10.0.0.41:80', '10.0.0.42:80'],
      'Web servers',
    ),
    dynamicServers: serversQuestion(
      'Application servers',
      'app',
      ['10.0.0.21:8080', '10.0.0.22:8080'],
      'Application servers',
    ),
    ...CHECK_QUESTIONS,
  },
  manual: [
    { place: '4.2 use_backend', about: 'choosing a backend' },
    { place: '7.1', about: 'how ACLs test a request' },
  ],
  write(answers, names) {
    const { name } = answers;
    const frontend = names.proxy(`${name}_in`);
    const files = names.proxy(`${name}_files`);
    const application = names.proxy(`${name}_application`);
    return {
      sections: [
        section([`Visitors of "${name}" arrive here.`], frontendLine(frontend, 'the entrance'), [
          ...httpEntranceLines(answers),
          comment('Two lines of one name: it is enough that one of them fits.'),
          line(
            `acl is_file path_beg -i ${answers.paths.join(' ')}`,
            'is_file holds when the path begins with one of these; -i: upper and lower case are the same.',
            '7.3.6 path',
          ),
          line(
            `acl is_file path_end -i ${answers.extensions.join(' ')}`,
            'is_file holds as well when the path ends with one of these. What follows the ? is no part of the path.',
            '7.3.6 path',
          ),
          line(`use_backend ${files} if is_file`, 'Files go to the web servers.', '4.2 use_backend'),
          defaultBackendLine(application, 'Everything else'),
        ]),
        section([`The web servers of "${name}": files only.`], backendLine(files, 'the web servers'), [
          HTTP_MODE,
          ROUND_ROBIN,
          ...answers.staticServers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
        section([`The application of "${name}".`], backendLine(application, 'the application servers'), [
          HTTP_MODE,
          line(
            'balance leastconn',
            'The server with the fewest requests in work: pages differ in how long they take.',
            '4.2 balance',
          ),
          ...httpCheckLines(answers.checkPath, answers.site),
          ...answers.dynamicServers.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
      ],
    };
  },
});
