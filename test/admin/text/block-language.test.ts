/** keepalived.conf as its editor sees it: what can be written, what a word means, where a name is defined, and mistakes. */
import fc from 'fast-check';
import t from 'tap';
import { KEEPALIVED_LANGUAGE } from '../../../src/roles/language-keepalived.ts';

/** The place is marked with a bar. */
function at(marked: string): { readonly text: string; readonly offset: number } {
  return { text: marked.replace('|', ''), offset: marked.indexOf('|') };
}

function labels(marked: string): readonly string[] {
  return KEEPALIVED_LANGUAGE.complete(at(marked)).candidates.map(({ label }) => label);
}

const CONF = `! The gate.
global_defs {
    router_id rack4
}

vrrp_script check_proxy {
    script "/usr/bin/killall -0 mahalo"
    interval 2
}

vrrp_instance VI_1 {
    interface lo
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.1/24 dev lo
    }
    track_script {
        check_proxy weight 10
    }
}

vrrp_sync_group both {
    group {
        VI_1
    }
}
`;

t.test('completion: the words of the block one is in, those without effect last', async (t) => {
  t.same(labels('vrrp_i|'), ['vrrp_instance']);
  t.same(labels('global_defs {\n    router|\n}\n'), ['router_id']);
  t.same(labels('vrrp_instance A {\n  virtual_r|'), ['virtual_router_id', 'virtual_routes', 'virtual_rules']);
  t.ok(labels('vrrp_instance A\n{\n  prio|').includes('priority'), 'the brace on a line of its own');
  t.same(labels('vrrp_instance A {\n}\nvrrp_ins|'), ['vrrp_instance'], 'behind the block');
  t.same(labels('vrrp_instance A { authentication { auth_t|'), ['auth_type']);
  const { candidates, start, end } = KEEPALIVED_LANGUAGE.complete(at('global_defs {\n  smtp_|al\n}'));
  t.same([start, end], [16, 23], 'the whole word is replaced');
  t.ok(candidates.every(({ implemented }) => !implemented));
  t.match(candidates[0], { kind: 'keyword', help: /^Mails about all changes\. .+\.$/ });
});

t.test('completion: words of a grammar, names of the text, interfaces of the machine', async (t) => {
  t.same(labels('vrrp_instance A {\n  state |'), ['BACKUP', 'MASTER']);
  t.same(labels('vrrp_instance A {\n  state M|'), ['MASTER']);
  t.same(labels('vrrp_instance A {\n  v3_checksum_as_v2 |'), ['off', 'on']);
  t.same(labels('vrrp_instance A {\n  priority |'), []);
  t.ok(labels('vrrp_instance A {\n  interface |').includes('lo'));
  t.ok(labels('vrrp_instance A {\n  virtual_ipaddress {\n  192.0.2.1/24 dev |').includes('lo'));
  t.same(labels('vrrp_instance A {\n  virtual_ipaddress {\n  192.0.2.1/24 la|'), ['label']);
  const inside = (block: string): readonly string[] => labels(CONF.replace(block, `${block}\n        |`));
  t.same(inside('track_script {'), ['check_proxy']);
  t.same(inside('group {'), ['VI_1']);
  t.same(labels('vrrp_instance A {\n  track_script {\n    x wei|'), ['weight']);
});

t.test('nothing in comments, in strings, in blocks that nobody looks into', async (t) => {
  for (const marked of [
    '# vrrp_|',
    'vrrp_instance A { ! pri|',
    'virtual_server 1.2.3.4 80 {\n  prio|',
    'vrrp_script a {\n script "prio|"',
  ]) {
    t.same(labels(marked), [], marked);
  }
});

t.test('help at a word: grammar, meaning, default; what has no effect says so', async (t) => {
  const hover = (marked: string) => KEEPALIVED_LANGUAGE.hover(at(marked));
  t.match(hover('vrrp_instance A {\n  adv|ert_int 1'), {
    start: 20,
    end: 30,
    keywords: [{ name: 'advert_int', grammar: 'advert_int SECONDS', help: /^How often/, implemented: true }],
  });
  t.match(hover('vrrp_instance A {\n  deb|ug 1'), { keywords: [{ implemented: false }] });
  t.match(hover('vrrp_instance A {\n virtual_ipaddress {\n 192.0|.2.1\n'), {
    keywords: [{ name: 'virtual_ipaddress', help: /^Addresses of the MASTER/ }],
  });
  t.match(hover(CONF.replace('check_proxy weight', 'check_|proxy weight')), {
    definitions: [{ kind: 'vrrp_script', line: 6, lineText: 'vrrp_script check_proxy {' }],
  });
  t.equal(hover('unkn|own 1'), null);
  t.equal(hover('|'), null);
});

t.test('definitions and uses', async (t) => {
  const start = CONF.indexOf('check_proxy');
  const used = CONF.lastIndexOf('check_proxy');
  const found = KEEPALIVED_LANGUAGE.definition({ text: CONF, offset: used + 3 });
  t.match(found, { definitions: [{ kind: 'vrrp_script', name: 'check_proxy', start }], uses: [{ start: used }] });
  t.match(KEEPALIVED_LANGUAGE.definition({ text: CONF, offset: start }), { uses: [{ start: used }] });
  t.same(KEEPALIVED_LANGUAGE.definition({ text: CONF, offset: CONF.indexOf('rack4') }), { definitions: [], uses: [] });
});

t.test("mistakes of the agent's own reader stand at their line, and columns are bytes as for the proxy", async (t) => {
  const text = CONF.replace('    interface lo\n', '    interface lo\n    # h\u00e9\n    prioritiy 100 # h\u00e9\n');
  const { diagnostics, verdict } = KEEPALIVED_LANGUAGE.check(text);
  t.equal(verdict, 'invalid');
  const line = text.split('\n').indexOf('    prioritiy 100 # h\u00e9') + 1;
  const found = diagnostics.filter(({ message }) => /prioritiy/.test(message));
  t.match(found, [{ line, column: 5, endColumn: 14, hint: "did you mean 'priority'?" }]);
  const wide = KEEPALIVED_LANGUAGE.check('vrrp_instance "h\u00e9" { prioritiy 1\n}\n').diagnostics;
  // One character more than there are before it, for it has two bytes.
  t.match(wide[0], { line: 1, column: 'vrrp_instance "h_" { '.length + 2 });
});

t.test('no text and no place is a fault', async () => {
  const word = fc.constantFrom(
    'vrrp_instance',
    'track_script',
    'A',
    '{',
    '}',
    '\n',
    ' ',
    '"',
    '#',
    '!',
    '${',
    '@main',
    '\\',
    'dev',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), fc.nat(400), (words, place) => {
      const text = words.join(' ');
      const offset = Math.min(place, text.length);
      const { start, end } = KEEPALIVED_LANGUAGE.complete({ text, offset });
      KEEPALIVED_LANGUAGE.hover({ text, offset });
      KEEPALIVED_LANGUAGE.definition({ text, offset });
      return start <= offset && offset <= end && end <= text.length;
    }),
  );
});

t.test('format: four blanks for each open brace, no other word, line or comment; twice is once', async (t) => {
  const { format } = KEEPALIVED_LANGUAGE;
  const untidy =
    '  vrrp_instance VI_1 {\npriority   100 # }\n      track_script { check }\nnotify "/bin/x {"\n   virtual_ipaddress\n{\n10.0.0.1/24\n}  \n\n}\n! end\n';
  const tidy = `vrrp_instance VI_1 {
    priority   100 # }
    track_script { check }
    notify "/bin/x {"
    virtual_ipaddress
    {
        10.0.0.1/24
    }

}
! end
`;
  t.equal(format(untidy), tidy);
  t.equal(format(CONF), CONF);
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = format(text);
        return format(once) === once && once.replaceAll(/\s/g, '') === text.replaceAll(/\s/g, '');
      }),
    ),
  );
});

t.test('a text without an instance is valid, and says that nothing comes of it', async (t) => {
  for (const [text, what] of [
    ['', 'the text is empty'],
    ['global_defs {\n}\n', 'there is no vrrp_instance'],
  ] as const) {
    const { verdict, diagnostics } = KEEPALIVED_LANGUAGE.check(text);
    t.equal(verdict, 'valid');
    t.match(diagnostics, [{ severity: 'warning', message: `${what}: the agent would keep no address` }]);
  }
});
