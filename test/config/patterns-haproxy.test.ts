/** ACL lines and maps, right and wrong: what we say about each is what `haproxy -c` says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { loadConfiguration } from '../../src/config/loader.ts';
import { systemOptions } from '../../src/config/sources.ts';

const skip = spawnSync('haproxy', ['-v']).error === undefined ? false : 'haproxy is not installed';
const directory = mkdtempSync(join(tmpdir(), 'mahalo-acl-'));
t.teardown(() => rmSync(directory, { recursive: true }));
t.setTimeout(600_000);

const FILES: Readonly<Record<string, string>> = {
  words: 'one\n# two\n\n  three four \n',
  numbers: '1\n2:5\n x\n',
  ranges: '1\n2:5\n7:\n',
  networks: '10.0.0.0/8\n10.0.0.0/255.0.0.255\n::1\n',
  broken: '10.0.0.0/8\n10.0.0.0/99\n',
  pairs: 'a 1\nb x y\n',
  counts: 'a 1\nb -2\nc +3\n',
  addresses: 'a 1.2.3.4\nb ::1\n',
  expressions: '^a\n(\n',
  digits: '6162\n616\n',
  'range.map': '1:5 low\n9:6 high\n',
  'net.map': '1.2.3.4/8 a\nnowhere b\n',
  'regex.map': '^a b\n[ c\n',
};

const FETCHES = [
  'always_true',
  'src',
  'path',
  'hdr_cnt(x)',
  'method',
  'req.payload(0,5)',
  'path,lower',
  'hdr(x),length',
];
const METHODS = [
  'found',
  'bool',
  'int',
  'ip',
  'bin',
  'len',
  'str',
  'beg',
  'sub',
  'dir',
  'dom',
  'end',
  'reg',
  'nope',
  '',
];

/** Every sample with every way to match, and the way it has itself. */
const MATRIX = FETCHES.flatMap((fetch) => [
  ...METHODS.map((method) => `${fetch} -m ${method || "''"} 1`),
  `${fetch} 1`,
  `${fetch} x`,
  `${fetch} 10.0.0.0/8`,
]);

const LINES = [
  ...['path_beg', 'path_len', 'hdr_reg(x)', 'url_sub', 'hdr_dom(x)', 'payload(0,5)'].flatMap((keyword) => [
    `${keyword} -m int 5`,
    `${keyword} -m str a`,
    `${keyword} -m found`,
    `${keyword} 5`,
    `${keyword},lower a`,
  ]),
  'path_len 5:1',
  'path_len -5',
  'path_len 5-',
  'path_len :',
  'path_len ""',
  'path_len 5:x',
  'hdr_cnt(x) gt 5 lt 3 eq 4 le 5 ge 6 7',
  'hdr_cnt(x) gt x',
  'hdr_cnt(x) gt 5.7',
  'hdr_cnt(x) ne 5',
  'hdr_cnt(x) 99999999999999999999',
  'hdr_cnt(x) +5',
  'src 1.2.3.4/33',
  'src 1.2.3.4/255.255.0.255',
  'src 1.2.3.4/a',
  'src ::1/129',
  'src ::1/64',
  'src fe80::1%lo',
  'src -n localhost',
  'src 1.2.3',
  'src 01.2.3.4',
  'path_reg (',
  'path_reg [a',
  'path_reg a{2,1}',
  'path_reg -i ^a(b)\\\\1',
  'path -m bin 616',
  'path -m bin 61zz',
  'path -m bin 6162',
  'path -i -m str a -f $words',
  'path -f $words -m str a',
  'path -f $missing',
  'path -f',
  'path -f $words -i x',
  'path -u 55 a',
  'path -u 55 b',
  'path -u x a',
  'path -u',
  'path -u -3 a',
  'path -M -f $pairs',
  'path -M -f $words',
  'path -f $pairs',
  'path -M',
  'path -x a',
  'path -- -x',
  'path -i -- -i',
  'src -f $networks',
  'src -f $broken',
  'src -f $broken -f $networks',
  'src -n -f $networks 1.2.3.4',
  'hdr_cnt(x) -f $numbers',
  'hdr_cnt(x) -f $ranges 5',
  'path_len -f $ranges gt 5',
  'path_reg -f $expressions',
  'path -m bin -f $digits',
  'always_true x y',
  'method -m beg G',
  'method GET -i post',
  'req.payload(0,5) -f $words',
  'req.payload(0,5) -m bin -f $digits',
  'hdr(x),map($pairs) 1',
  'hdr(x),map($pairs,none) 1',
  'hdr(x),map($missing) 1',
  'hdr(x),map 1',
  'hdr(x),map() 1',
  'hdr(x),map($words) 1',
  'hdr(x),map_str_int($pairs) 1',
  'hdr(x),map_str_int($counts,5) 1',
  'hdr(x),map_str_int($counts,x) 1',
  'hdr(x),map_beg_ip($addresses,1.2.3.4) 1.2.3.4',
  'hdr(x),map_beg_ip($addresses,nope) 1.2.3.4',
  'hdr(x),map_beg_ip($counts) 1.2.3.4',
  'hdr(x),map_int($range.map) a',
  'src,map_ip($net.map) a',
  'hdr(x),map_reg($regex.map) a',
  'hdr(x),map_regm($regex.map) a',
  'hdr(x),map_ip_int($counts) 5',
  'hdr(x),map_nope($pairs) a',
  'always_true,map_ip($net.map) a',
  'req.ssl_ver 3.1',
  'req.ssl_ver gt 3',
  'req.ssl_ver 3.0:3.2 4',
  'req.ssl_ver 3.x',
  'req.ssl_ver 3:2',
  'req.ssl_ver gt 3.1 lt x',
  'req_ssl_ver -m int 769',
];

/** Several lines in one file: each is told about. */
const LINES_A_FILE = 12;

function configuration(chosen: readonly string[]): string {
  const acls = chosen.map((line, index) => ` acl a${index} ${line}\n`).join('');
  const written = acls.replace(/\$([\w.]+)/g, (_, name: string) => join(directory, name));
  return (
    'defaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n' +
    `frontend f\n bind :18080\n acl a path -m str zero\n${written}`
  );
}

function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('[NOTICE]'))
    .map((line) => line.replace(/^\[(\w+)\]\s+\(\d+\) : /, '[$1] '));
}

async function ours(text: string): Promise<readonly string[]> {
  const { diagnostics } = await loadConfiguration([{ name: 'x.cfg', text }], systemOptions());
  return lines(
    diagnostics.map(({ severity, text: said }) => `[${severity.toUpperCase()}] config : ${said}`).join('\n'),
  );
}

function theirs(text: string): readonly string[] {
  writeFileSync(join(directory, 'x.cfg'), text, 'latin1');
  const run = spawnSync('haproxy', ['-c', '-f', 'x.cfg'], { cwd: directory, encoding: 'latin1', timeout: 120_000 });
  return lines(run.stderr);
}

t.test('ACL lines and maps are judged as haproxy judges them', { skip }, async (t) => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
  const all = [...MATRIX, ...LINES];
  for (let at = 0; at < all.length; at += LINES_A_FILE) {
    const text = configuration(all.slice(at, at + LINES_A_FILE));
    t.same(await ours(text), theirs(text), `${all[at]} and the following`);
  }
});
