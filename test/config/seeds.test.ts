/** The configurations of the documents the project set out to run: accepted, or refused for what is not there yet. */

import { readFileSync } from 'node:fs';
import t from 'tap';
import { loadTexts } from './loading.ts';

const NOTHING: readonly string[] = [];

/** What each file still needs; empty: it must load. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'blog-map-old': NOTHING,
  'blog-map': NOTHING,
  'blog-mysql-source': NOTHING,
  'blog-redis': NOTHING,
  'blog-syslog-ng': ["'bind *:10443' in section 'frontend' : 'ssl'", "'bind *:10443' in section 'frontend' : 'crt'"],
  'blog-varnish': NOTHING,
  'blog-websocket-advanced': NOTHING,
  'blog-websocket-simple': NOTHING,
  'notes-simple': NOTHING,
  'notes-websockets': NOTHING,
  'slides-app-cookie': ["'cookie'"],
  'slides-good-stuff': NOTHING,
  'slides-layer7-stats': ["'stats enable'", "'stats uri'", "'stats refresh'", "'cookie'"],
  'slides-peers': ["'peers'", "'stick-table'", "'stick on'"],
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
    const map = readFileSync(new URL('../interop/seeds/domain2backend.map', import.meta.url), 'latin1');
    const result = await loadTexts([text], { files: { 'domain2backend.map': map, 'site.pem': '' } });
    const refusals = result.diagnostics
      .filter((found) => found.fatal && found.line > 0)
      .map((found) => found.message.replace(' is not implemented yet', ''));
    test.strictSame([...new Set(refusals)], missing);
    test.equal(result.exitCode, missing.length === 0 ? 0 : 1);
  });
}
