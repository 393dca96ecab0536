/** Log targets and error responses. */

import { type DifferentialCase, F, same } from './case.ts';

export const LOGS: readonly DifferentialCase[] = [
  same(
    'log targets',
    `global\n log 127.0.0.1:514 local0\n log /dev/log local1 notice\n log 127.0.0.1 len 2048 format rfc5424 daemon info err\n log stdout format raw local0\n log fd@2 local7\n log udp@127.0.0.1:514 local0\n${F} log global\n no log\n log 127.0.0.1 local2 debug\n log-tag x\n`,
  ),
  same(
    'wrong log targets',
    `global\n log\n log 127.0.0.1\n log 127.0.0.1 local9\n log 127.0.0.1 local0 loud\n log 127.0.0.1 local0 info loud\n log 127.0.0.1 local0 info err x\n log 127.0.0.1 len 10 local0\n log 127.0.0.1 format x local0\n log global\n log no-such-host.invalid local0\n log-tag\n`,
  ),
  same('a wrong log line of a proxy', `${F} log x\n log-tag\n`),
  same('errorloc', `${F} errorloc 503 http://x/\n errorloc302 500 /x\n errorloc303 502 /y\n`),
  same(
    'wrong error responses',
    `${F} errorfile 503\n errorfile 999 /dev/null\n errorfile 503 /nonexistent-file\n errorloc 12 /x\n`,
  ),
  same('an empty error file', `${F} errorfile 503 /dev/null\n`),
];
