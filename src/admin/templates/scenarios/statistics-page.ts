import { bindLine, frontendLine, HTTP_MODE, REQUEST_TIMEOUT } from '../common-lines.ts';
import { entranceQuestions, secondsQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const STATISTICS_PAGE = defineTemplate({
  id: 'statistics-page',
  title: "HAProxy's statistics page",
  purpose:
    'One page with the state and the counters of every frontend, backend and server, as HAProxy has it; works in any browser ' +
    'and gives CSV to monitoring. It is plain HTTP: keep it in a network that you trust.',
  questions: {
    ...entranceQuestions('statistics', 8404),
    path: {
      type: 'text',
      shape: 'path',
      label: 'Path of the page',
      help: 'With ;csv behind it, it is a table for programs.',
      initially: '/stats',
      example: '/stats',
    },
    user: {
      type: 'text',
      shape: 'user',
      label: 'User name',
      help: 'Asked for by the browser.',
      initially: 'operator',
      example: 'operator',
    },
    password: {
      type: 'text',
      shape: 'password',
      label: 'Password',
      help: 'It stands in the configuration and crosses the network as it is: take one that is used nowhere else.',
      initially: undefined,
      example: 'choose-your-own-1',
    },
    refresh: secondsQuestion('Seconds between two looks', 'The browser asks again after it.', 10, 3600),
    control: {
      type: 'choice',
      label: 'May servers be switched on the page?',
      help: 'Drain, maintenance, and back. Other web sites could make a browser that is logged in do it, too.',
      choices: [
        { value: 'no', label: 'no, only look' },
        { value: 'yes', label: 'yes' },
      ],
      initially: 'no',
      example: 'no',
    },
  },
  manual: [{ place: '4.2 stats enable', about: 'the page, and what it may show' }],
  write(answers, names) {
    const { path, refresh } = answers;
    const frontend = names.proxy(`${answers.name}_in`);
    return {
      sections: [
        section(['The statistics page, on a port of its own.'], frontendLine(frontend, 'the statistics page'), [
          HTTP_MODE,
          bindLine(answers.address, answers.port),
          REQUEST_TIMEOUT,
          line('stats enable', 'Requests for the page are answered by the proxy itself.', '4.2 stats enable'),
          line(`stats uri ${path}`, `The page is at ${path}.`, '4.2 stats uri'),
          line(`stats refresh ${refresh}s`, `Browsers look again every ${refresh} seconds.`, '4.2 stats refresh'),
          line('stats hide-version', "The version is nobody else's concern.", '4.2 stats hide-version'),
          comment('Who may see it. The password is for this page only.'),
          line(
            `stats auth ${answers.user}:${answers.password}`,
            `The browser asks for the name ${answers.user} and the password.`,
            '4.2 stats auth',
          ),
          ...(answers.control === 'yes'
            ? [line('stats admin if TRUE', 'Who sees the page may switch servers on it.', '4.2 stats admin')]
            : []),
        ]),
      ],
    };
  },
});
