/** Odd forms of this and that. */

import { B, type DifferentialCase, F, same } from './case.ts';

export const DETAILS: readonly DifferentialCase[] = [
  same(
    'odd http-check lines',
    `${B} option httpchk\n http-check expect status abc\n http-check expect status 200-\n http-check expect status 300-200\n http-check expect status 200,,300\n http-check expect status 12\n http-check expect string a string b\n http-check expect !\n http-check expect ! ! status 200\n http-check send meth\n http-check send hdr a\n http-check send hdr host a hdr Host b\n http-check send colour red\n http-check send meth GET uri / ver HTTP/1.1 hdr a b body c\n`,
  ),
  same('a fetch with a colon', `${F} acl x :18081 nmae\n`),
  {
    name: 'a former name of a timeout',
    text: `${B} timeout contimeout 1s\n`,
    differs: 'it works as in 1.9',
    sameExit: false,
  },
  same('a ratio without a number', 'global\n tune.pool-high-fd-ratio\n tune.pool-low-fd-ratio 101\n'),
  same('tcplog in a backend with a word too many', `${B} option tcplog x\n option httplog clf x\n`),
  same(
    'conditions with odd operators',
    `${F} use_backend b if { path /a } { path /b } or\n use_backend b if or { path /a }\n use_backend b if ! ! { path /a }\n use_backend b if !\n use_backend b unless\n use_backend b if { path /a } || !{ path -i /b } OR { path , /c }\nbackend b\n`,
  ),
  same(
    'arguments of fetches',
    `${F} acl x hdr_cnt gt 1\n acl x hdr_cnt() 1\n acl x hdr_cnt(a,b) 1\n acl x hdr(a,b) 1\n acl x hdr(a,1,2) 1\n acl x hdr(a,-11) 1\n acl x hdr("a,b",1) 1\n acl x req.hdr(a) -m found\n`,
  ),
  same(
    'networks',
    `${F} acl x src 10.0.0.0/33\n acl x src 10.0.0.0/255.255.0.0 ::/0 ::1/129\n acl x src -n localhost\n acl x src localhost\n acl x src -m str 1.2.3.4\n`,
  ),
  same(
    'ranges',
    `${F} acl x hdr_cnt(a) 1:2 3- -4 :5\n acl x hdr_cnt(a) -- -4\n acl x path -m len gt 3 le 5\n acl x hdr_cnt(a) lt 0\n acl x status 200\n`,
  ),
  same(
    'matching methods',
    `${F} acl x path -m beg -i -- /x\n acl x path -m ip 1.2.3.4\n acl x path -m bin 4142\n acl x path -m bin 414\n acl x path -m bin xx\n acl x url_beg -f /dev/null\n acl x url_beg -f\n acl x url_beg -m\n acl x method -i get\n`,
  ),
  same(
    'converters',
    `${F} acl x path,lower,upper /x\n acl x path, /x\n acl x path_beg,lower /x\n acl x src,lower 1.2.3.4\n`,
  ),
  same('booleans', `${F} acl x always_true\n acl x always_true 1\n acl x always_true 0\n acl x always_true maybe\n`),
  same(
    'words that are missing or too many',
    `${B} balance\n balance roundrobin x\n http-reuse\n http-reuse safe x\n retries x\n http-check expect\n timeout\n option httpchk GET\n option redispatch x\n hash-type\n source *\n source 0.0.0.0:5 interface\n errorfile 500\n errorloc 500\n server x 1.2.3.4:80 weight\n server y 1.2.3.4:80 maxconn\n server z 1.2.3.4:80 disabled enabled\n`,
  ),
  same(
    'checks without a port',
    `${B} server a 127.0.0.1 check\n server c 127.0.0.1:+5 check\n server d 127.0.0.1 check port 80\n server f unix@/tmp/x check\n server g 127.0.0.1 check addr 127.0.0.2:80\n`,
  ),
  same('names that cannot be', `${B} server l a..b:80\n`),
  same('an address as a number', `${F} acl x src -m int 5\n`),
  {
    name: 'a descriptor that is not open',
    text: `${F} bind fd@99\n`,
    differs: 'HAProxy asks the system about it while it parses',
    sameExit: false,
  },
  {
    name: 'the word default before an option',
    text: `${F} default option logasap\n`,
    differs: 'HAProxy refuses it: it counts the last word twice',
    sameExit: false,
  },
];
