/** Sections, their names and what they inherit. */

import { type DifferentialCase, F, goesOn, H, known, same, TIMEOUTS } from './case.ts';

export const SECTIONS: readonly DifferentialCase[] = [
  same('a section without a name', `${H}frontend\n`.replace('frontend\n', 'frontend f\n bind :18080\n')),
  same('a forbidden character in a name', `${H}frontend a/b\n bind :18080\n`),
  known(
    'HAProxy then also refuses every line of the section',
    'an address behind the name of a frontend',
    `${H}frontend f :18080\n bind :18080\n`,
  ),
  same('an address behind the name of a backend', `${F}backend b :80\n`),
  same('two frontends of one name', `${F}frontend f\n bind :18081\n`),
  same('a listen and a backend of one name', `${F}listen x\n bind :18081\nbackend x\n`),
  same('a frontend and a backend of one name', `${F}backend f\n`),
  same('named defaults', `defaults a\n mode http\n${TIMEOUTS}defaults b\n mode tcp\nfrontend f from a\n bind :18080\n`),
  same(
    'defaults from defaults',
    `defaults a\n${TIMEOUTS}defaults b from a\n mode http\nfrontend f from b\n bind :18080\n`,
  ),
  same('ambiguous defaults', `defaults a\n${TIMEOUTS}defaults a\n${TIMEOUTS}frontend f from a\n bind :18080\n`),
  same('defaults used both ways', `defaults a\n${TIMEOUTS}frontend f from a\n bind :18080\nfrontend g\n bind :18081\n`),
  same('an unknown keyword', `${F} bnid :18081\n`),
  same('an unknown keyword like nothing else', `${F} zzzzzz\n`),
  same('an unknown keyword in global', 'global\n maxcon 10\n'),
  same('an unknown keyword in a userlist', 'userlist u\n usr x\n'),
  same(
    'a userlist',
    `userlist u\n group g users a,b\n user a insecure-password x\n user b password $5$x$y groups g\n${F}`,
  ),
  same('a userlist with an unknown group', `userlist u\n user a insecure-password x groups g\n${F}`),
  same('a userlist with an unknown user', `userlist u\n group g users a\n${F}`),
  same('a userlist twice', `userlist u\nuserlist u\n${F}`),
  same('a frontend without bind', `${H}frontend f\n`),
  same('missing timeouts', 'frontend f\n bind :18080\n default_backend b\nbackend b\n server s 127.0.0.1:80\n'),
  same('a disabled frontend is not checked', `${F} disabled\n default_backend nowhere\nfrontend g\n bind :18081\n`),
  same('a tab before a keyword and words after blanks', `${H}frontend\tf\n\tbind  :18080   name  x\n`),
  goesOn('a defaults section that does not exist', `frontend f from a\n bind :18080\n`),
  goesOn(
    'defaults from defaults with TCP rules',
    `defaults a\n${TIMEOUTS} tcp-request connection reject\ndefaults b from a\nfrontend f from b\n bind :18080\n`,
  ),
  goesOn('a backend from defaults with session rules', 'defaults a\n tcp-request session accept\nbackend b from a\n'),
  goesOn('a listen from defaults with content rules', 'defaults a\n tcp-request content accept\nlisten b from a\n'),
  goesOn(
    'a frontend from defaults with rules of responses',
    'defaults a\n tcp-response content accept\nfrontend b from a\n',
  ),
  goesOn(
    'a frontend and a backend from defaults with TCP rules',
    'defaults a\n tcp-request content accept\nfrontend f from a\n bind :18080\nbackend b from a\n',
  ),
  same(
    'TCP rules in defaults without a name',
    'defaults\n tcp-request connection reject\n tcp-request inspect-delay 5s\n tcp-response content accept\n' +
      ' tcp-response inspect-delay 5s\n tcp-request content accept\n',
  ),
  goesOn(
    'ACLs of defaults in a frontend',
    `defaults a\n${TIMEOUTS} acl x src 127.0.0.1\n tcp-request connection reject if x\nfrontend f from a\n bind :18080\n` +
      ' tcp-request connection accept if x\n',
  ),
  same(
    'TCP rules in defaults of two frontends',
    `defaults a\n${TIMEOUTS} acl x src 127.0.0.1\n tcp-request connection reject if x\nfrontend f from a\n bind :18080\n` +
      'frontend g from a\n bind :18081\n',
  ),
];
