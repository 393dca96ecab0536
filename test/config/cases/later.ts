/** What HAProxy can do and we cannot yet. */

import { B, type DifferentialCase, F } from './case.ts';

export const LATER: readonly DifferentialCase[] = [
  {
    name: 'a stick-table',
    text: `${B} stick-table type ip size 1k\n`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  { name: 'a cookie line', text: `${B} cookie A insert\n`, differs: 'not implemented yet', sameExit: false },
  {
    name: 'a peers section',
    text: `peers p\n peer a 127.0.0.1:1024\n${F}`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  {
    name: 'kernel splicing',
    text: `${F} option splice-auto\n`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  {
    name: 'a priority of sessions',
    text: `${F} bind :18081 nice 5\n`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  {
    name: 'a level on a frontend',
    text: `${F} bind :18081 level admin\n`,
    differs: 'it would have no effect',
    sameExit: false,
  },
  {
    name: 'a stats socket with a name',
    text: `global\n stats socket /tmp/mahalo-differential.sock name api\n${F}`,
    differs: 'it would have no effect',
    sameExit: false,
  },
  {
    name: 'the idle timer',
    text: `global\n tune.idletimer 500\n${F}`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  { name: 'balance uri', text: `${B} balance uri\n` },
  { name: 'two threads', text: `global\n nbthread 2\n${F}`, differs: 'one thread only, yet', sameExit: false },
  {
    name: 'a backend by expression',
    text: `${F} use_backend %[path]\n use_backend b_%[hdr(x)] if { path /x }\n`,
  },
  {
    name: 'a server by expression',
    text: `${B} use-server %[path] if { path /x }\n use-server a%% if TRUE\n server s 127.0.0.1:80\n`,
  },
  {
    name: 'an invalid regular expression',
    text: `${F} acl a path_reg (\n`,
  },
  {
    name: 'a keyword of former versions',
    text: `${F} reqrep a b\n`,
    differs: 'it works as in 1.9',
    sameExit: false,
  },
];
