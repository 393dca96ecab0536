/** `capture` and `declare capture` (manual 4.2): what of requests and responses is kept for logs and `capture.*`. */

import type { ProxyDraft } from '../draft.ts';
import { EVERYWHERE, FRONTENDS, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { readInteger } from '../numbers.ts';
import type { Statement } from '../statement.ts';

/** C's atol. */
function length(text: string): number {
  return Math.max(0, readInteger(/^\s*[+-]?\d+/.exec(text)?.[0] ?? '0'));
}

function parseCapture(statement: Statement, proxy: ProxyDraft): void {
  statement.lacks(proxy, 'frontend', 'capture');
  const what = statement.word(1);
  const header = (what === 'request' || what === 'response') && statement.word(2) === 'header';
  if (what !== 'cookie' && !header) {
    statement.alert("'capture' expects 'cookie' or 'request header' or 'response header'.", 'spaced', 1);
    return;
  }
  if (proxy.section === 'defaults') {
    statement.alert(`'capture ${what}' not allowed in 'defaults' section.`, 'spaced', 1);
    return;
  }
  if (statement.tooMany(4, 1)) return;
  if (what === 'cookie') {
    if (statement.word(4) === '') statement.alert("'capture' expects 'cookie' <cookie_name> 'len' <len>.", 'spaced', 1);
    else proxy.cookieCapture = { name: statement.word(2), length: length(statement.word(4)) };
    return;
  }
  if (statement.word(3) === '' || statement.word(4) !== 'len' || statement.word(5) === '') {
    statement.alert(`'capture ${what}' expects 'header' <header_name> 'len' <len>.`, 'spaced', 1);
    return;
  }
  const captures = what === 'request' ? proxy.requestCaptures : proxy.responseCaptures;
  captures.push({ header: statement.word(3), length: length(statement.word(5)) });
}

function readDeclaration(statement: Statement, proxy: ProxyDraft): string | undefined {
  if (proxy.section === 'defaults') return "'declare' not available in default section";
  if (!proxy.frontend) return "'declare' only available in frontend or listen section";
  const what = statement.word(1);
  if (what === '') {
    return "'declare' needs a second keyword that specify the type of declaration ('capture')";
  }
  if (what !== 'capture') return `unknown declaration type '${what}' (supports 'capture')`;
  const direction = statement.word(2);
  if (direction !== 'request' && direction !== 'response') {
    return "'declare capture' requires a direction ('request' or 'response')";
  }
  if (statement.word(3) !== 'len') return "'declare capture' requires a capture length ('len')";
  const text = statement.word(4);
  if (text === '') {
    return "'declare capture': 'len' requires a numeric value that represents the capture length";
  }
  if (!/^\s*[+-]?\d+$/.test(text)) return "'declare capture': cannot parse the length 'len'.";
  const size = readInteger(text);
  if (size <= 0) return 'length must be > 0';
  const captures = direction === 'request' ? proxy.requestCaptures : proxy.responseCaptures;
  captures.push({ header: undefined, length: size });
  return undefined;
}

export const CAPTURE_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'capture',
    sections: FRONTENDS,
    since: '1.0',
    grammar: 'capture { cookie <name> | request header <name> | response header <name> } len <length>',
    help: 'Keeps a cookie or a header for the log, and for the fetches `capture.*`.',
    anywhere: true,
    parse: parseCapture,
  }),
  proxyKeyword({
    name: 'declare',
    sections: EVERYWHERE,
    since: '1.6',
    grammar: 'declare capture { request | response } len <length>',
    help: 'A place that rules may capture to.',
    anywhere: true,
    parse(statement, proxy) {
      const error = readDeclaration(statement, proxy);
      if (error !== undefined) statement.alert(error);
    },
  }),
];
