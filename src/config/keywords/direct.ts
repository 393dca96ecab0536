/** Backends without balancing: `dispatch`, and `transparent`, the older name of `option transparent` (manual 4.2). */

import { BACKENDS, type ProxyKeyword, proxyKeyword, REAL_BACKENDS } from '../keyword.ts';

export const DIRECT_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'dispatch',
    sections: REAL_BACKENDS,
    grammar: 'dispatch <address>:<port>',
    help: 'Where everything goes in a backend without balancing.',
    parse(statement, proxy) {
      const rules = { port: 'mandatory', stream: true, datagram: false, connect: true } as const;
      const result = statement.address(statement.word(1), rules);
      if ('error' in result) {
        statement.alert(`'dispatch' : ${result.error}`, 'spaced', 1);
        return;
      }
      if (!statement.tooMany(1)) proxy.dispatch = result.parsed.address;
    },
  }),
  proxyKeyword({
    name: 'transparent',
    sections: BACKENDS,
    anywhere: true,
    since: '1.3',
    grammar: 'transparent',
    help: 'An older name of `option transparent`.',
    parse(statement, proxy) {
      proxy.options.set('transparent', true);
      statement.tooMany(0);
    },
  }),
];
