import { backendLine, frontendLine, HTTP_MODE, httpEntranceLines, ROUND_ROBIN, serverLine } from '../common-lines.ts';
import { entranceQuestions, serversQuestion } from '../common-questions.ts';
import { comment, line, section } from '../page.ts';
import { defineTemplate } from '../template.ts';

export const HOST_MAP = defineTemplate({
  id: 'host-map',
  title: 'Many sites behind one address, by a map',
  purpose:
    'A file says which host name belongs to which backend. One rule instead of one for each site: as fast for ten thousand ' +
    'names as for ten, and entries can be changed while the proxy runs.',
  questions: {
    ...entranceQuestions('sites', 80),
    map: {
      type: 'text',
      shape: 'file',
      label: 'Map file',
      help: 'It is kept with the configuration, in a folder of the proxy.',
      initially: 'maps/sites.map',
      example: 'maps/sites.map',
    },
    routes: {
      type: 'routes',
      least: 1,
      label: 'Sites and their servers',
      help: 'One each: a host name, then its servers as address:port. What is below the name belongs to it, too.',
      initially: undefined,
      example: ['www.example.com 10.0.0.2:80 10.0.0.3:80', 'blog.example.org 10.0.0.4:80'],
    },
    others: serversQuestion('Who answers for all other names', 'other', ['10.0.0.1:80'], 'Servers for other names'),
  },
  manual: [
    { place: '7.3.1 map', about: 'maps, and how they are searched' },
    { place: '4.2 use_backend', about: 'a backend named by an expression' },
  ],
  write(answers, names) {
    const { name, map } = answers;
    const frontend = names.proxy(`${name}_in`);
    const others = names.proxy(`${name}_other`);
    const sites = answers.routes.map((route) => ({
      ...route,
      backend: names.proxy(`${name}_${route.host.replace(/[^a-z0-9]/g, '_')}`),
    }));
    return {
      sections: [
        section([`Visitors of all sites of "${name}" arrive here.`], frontendLine(frontend, 'the entrance'), [
          ...httpEntranceLines(answers),
          comment('The map has a line for each site: host name, backend.'),
          line(
            `use_backend %[req.hdr(host),field(1,:),lower,map_dom(${map},${others})]`,
            'The Host header without its port, in lower case, is looked up in the map; what stands behind it is the backend. ' +
              `A name that is not there goes to "${others}".`,
            '4.2 use_backend',
          ),
        ]),
        section(['Names that are not in the map.'], backendLine(others, 'the servers for other names'), [
          HTTP_MODE,
          ROUND_ROBIN,
          ...answers.others.map((server) => serverLine(server.name, server.address, 'check')),
        ]),
        ...sites.map((site) =>
          section([`The site ${site.host}.`], backendLine(site.backend, `the servers of ${site.host}`), [
            HTTP_MODE,
            ROUND_ROBIN,
            ...site.servers.map((server) => serverLine(server.name, server.address, 'check')),
          ]),
        ),
      ],
      files: [
        {
          path: map,
          text: `# host name, backend\n${sites.map((site) => `${site.host} ${site.backend}\n`).join('')}`,
          explanation:
            'The map: a host name, a blank, the backend for it and for all names below it. Comments begin with #.',
        },
      ],
    };
  },
});
