/** What can be balanced, in the words of somebody who never saw a load balancer; which template it is, and how it is proved. */

import type { IconName } from '../../design/icon.tsx';

export type Speech = 'http' | 'https' | 'tcp';

export interface Kind {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly icon: IconName;
  /** The first one that the proxy can run is taken. */
  readonly templates: readonly { readonly id: string; readonly speech: Speech; readonly note?: string }[];
  /** Answers that the kind knows better than its template. */
  readonly answers: Readonly<Record<string, string>>;
}

export const KINDS: readonly Kind[] = [
  {
    id: 'web',
    title: 'Web sites',
    about: 'Pages over HTTP. Each request goes to the next server that is well.',
    icon: 'overview',
    templates: [{ id: 'web-farm', speech: 'http' }],
    answers: {},
  },
  {
    id: 'tls',
    title: 'Web sites over TLS',
    about: 'HTTPS: what visitors and servers say to each other is encrypted.',
    icon: 'shield',
    templates: [
      { id: 'tls-termination', speech: 'https' },
      {
        id: 'tcp-service',
        speech: 'https',
        note: 'The unit cannot hold the certificate itself yet: it passes the encrypted connections on as they are, and the servers keep their certificates.',
      },
    ],
    answers: { name: 'secure', port: '443' },
  },
  {
    id: 'tcp',
    title: 'A TCP service',
    about: 'Anything else that uses connections: databases, queues, games. Passed on byte by byte.',
    icon: 'topology',
    templates: [{ id: 'tcp-service', speech: 'tcp' }],
    answers: {},
  },
  {
    id: 'redis',
    title: 'Redis',
    about: 'Clients always meet the master, also after a fail-over.',
    icon: 'services',
    templates: [{ id: 'redis-master', speech: 'tcp' }],
    answers: {},
  },
  {
    id: 'mysql',
    title: 'MySQL',
    about: 'Read-only replicas share very many connections.',
    icon: 'services',
    templates: [{ id: 'mysql-read-farm', speech: 'tcp' }],
    answers: {},
  },
  {
    id: 'smtp',
    title: 'Mail (SMTP)',
    about: 'Several mail servers; a sender always meets the same one.',
    icon: 'services',
    templates: [{ id: 'smtp-by-source', speech: 'tcp' }],
    answers: {},
  },
];

/** The port a person wants for it, if the proxy may listen on it; else one like it. */
export function allowedPort(port: number, lowestPort: number): number {
  return port >= lowestPort ? port : 9000 + port;
}
