/** The configurations of the documents the project set out to run: accepted, or refused for what is not there yet. */

import { readFileSync } from 'node:fs';
import t from 'tap';
import { loadTexts } from './loading.ts';

const NOTHING: readonly string[] = [];

/** What each file still needs; empty: it must load. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'blog-map-old': NOTHING,
  'blog-map': ["'use_backend' with an expression ('%[req.hdr(host),lower,map_dom(domain2backend.map,bk_default)]')"],
  'blog-mysql-source': NOTHING,
  'blog-redis': ["'option tcp-check'", "'tcp-check'"],
  'blog-syslog-ng': [
    "'bind *:10443' in section 'frontend' : 'ssl'",
    "'bind *:10443' in section 'frontend' : 'crt'",
    "'capture'",
  ],
  'blog-varnish': ["'balance uri'", "'balance url_param'", "'balance hdr(Host)'", "'balance hdr(X-LB)'"],
  'blog-websocket-advanced': NOTHING,
  'blog-websocket-simple': NOTHING,
  'notes-simple': NOTHING,
  'notes-websockets': NOTHING,
  'slides-app-cookie': ["'cookie'"],
  'slides-good-stuff': NOTHING,
  'slides-layer7-stats': ["'stats'", "'cookie'"],
  'slides-peers': ["'peers'", "'stick-table'", "'stick'"],
  'slides-persistence': ["'cookie'"],
  'slides-smtp': NOTHING,
  'slides-stats-socket': NOTHING,
  'slides-tls': [
    "'bind *:10443' in section 'frontend' : 'ssl'",
    "'bind *:10443' in section 'frontend' : 'crt'",
    "'server web_servers/apache1' : 'ssl'",
    "'server web_servers/apache1' : 'verify'",
    "'server web_servers/apache2' : 'ssl'",
    "'server web_servers/apache2' : 'verify'",
  ],
};

for (const [name, missing] of Object.entries(EXPECTED)) {
  const what = missing.length === 0 ? 'loads' : 'is refused only for what is not implemented yet';
  t.test(`the configuration ${name} ${what}`, async (test) => {
    const text = readFileSync(new URL(`seeds/${name}.cfg`, import.meta.url), 'latin1');
    const result = await loadTexts([text]);
    const refusals = result.diagnostics
      .filter((found) => found.fatal && found.line > 0)
      .map((found) => found.message.replace(' is not implemented yet', ''));
    test.strictSame([...new Set(refusals)], missing);
    test.equal(result.exitCode, missing.length === 0 ? 0 : 1);
  });
}
