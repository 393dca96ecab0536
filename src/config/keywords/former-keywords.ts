/** Spellings of 1.9 that 2.6 has no more (manual 1.9, 4.2), but for those of rules (former-rules.ts) and times (timeouts.ts). */

import type { ProxyDraft } from '../draft.ts';
import { BACKENDS, EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { Statement } from '../statement.ts';
import { checkProcess } from './process-words.ts';

function redispatch(name: 'redisp' | 'redispatch'): ProxyKeyword {
  return proxyKeyword({
    name,
    sections: BACKENDS,
    grammar: name,
    help: 'As `option redispatch`.',
    parse(statement, proxy) {
      if (statement.tooMany(0)) return;
      statement.warn(
        `keyword '${name}' is deprecated in favor of 'option redispatch', and will not be supported by future versions.`,
        'tight',
      );
      proxy.redispatch = -1;
    },
  });
}

/** There is one process, so that every set of processes that may be named is the same. */
function parseBindProcess(statement: Statement): void {
  for (const [index, word] of statement.from(1).entries()) {
    if (word === 'all') break;
    const wrong = checkProcess(word, 1);
    if (wrong !== undefined) {
      statement.alert(`bind-process : ${wrong}`, 'spaced', index + 1);
      return;
    }
  }
  statement.warn("'bind-process' has no effect, is deprecated, and will be removed in version 2.7.", 'tight');
}

function parseGrace(statement: Statement, proxy: ProxyDraft): void {
  if (statement.tooMany(1)) return;
  const delay = statement.readDelay(1, "'grace'", (character) => {
    return `unexpected character '${character}' in grace time.`;
  });
  if (statement.word(1) === '') statement.alert("'grace' expects a time in milliseconds.");
  else if (typeof delay !== 'number') statement.alert(delay.error, 'spaced', 1);
  else {
    statement.warn("the 'grace' keyword of a proxy is deprecated. Use 'grace' in the global section.");
    proxy.graceMs = delay;
  }
}

export const FORMER_KEYWORDS: readonly ProxyKeyword[] = [
  redispatch('redisp'),
  redispatch('redispatch'),
  proxyKeyword({
    name: 'bind-process',
    sections: EVERYWHERE,
    anywhere: true,
    grammar: 'bind-process [all | odd | even | <process>[-[<process>]]]...',
    help: 'The processes that serve it: there is one.',
    since: '1.3',
    parse: parseBindProcess,
  }),
  proxyKeyword({
    name: 'grace',
    sections: EVERYWHERE,
    grammar: 'grace <delay>',
    help: 'Between the signal to stop softly and the end of listening.',
    parse: parseGrace,
  }),
  proxyKeyword({
    name: 'appsession',
    sections: EVERYWHERE,
    anywhere: true,
    grammar: 'appsession <cookie> len <length> timeout <delay>',
    help: 'Gone since 1.6.',
    implemented: false,
    parse(statement) {
      statement.alert("'appsession' is not supported anymore since HAProxy 1.6.");
    },
  }),
];
