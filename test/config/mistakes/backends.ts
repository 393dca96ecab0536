/** Backends that are not there, or do not fit. */

import { FRONT, HTTP, type Mistake } from './mistake.ts';

export const BACKENDS: readonly Mistake[] = [
  {
    name: 'a misspelt backend',
    text: `${FRONT} use_backend bakend if TRUE\nbackend backend\nbackend b\n`,
    at: [10, 14],
    severity: 'error',
    message: "Proxy 'f': unable to find required use_backend: 'bakend'.",
    hint: "did you mean 'backend'?",
  },
  {
    name: 'a misspelt default backend',
    text: `${HTTP}frontend f\n bind :18080\n default_backend app\nbackend apps\n server s 127.0.0.1:80\n`,
    at: [9, 18],
    severity: 'error',
    message: "Proxy 'f': unable to find required default_backend: 'app'.",
    hint: "did you mean 'apps'?",
  },
  {
    name: 'a frontend as the default backend',
    text: `${HTTP}frontend f\n bind :18080\n default_backend g\nfrontend g\n bind :18081\n`,
    at: [9, 18],
    severity: 'error',
    message: "Proxy 'f': unable to find required default_backend: 'g'.",
    hint: "'g' is a frontend and has no servers; name a backend",
  },
  {
    name: 'a frontend and a backend of two modes',
    text: `${FRONT}backend b\n mode tcp\n server s 127.0.0.1:80\n`,
    at: [9, 18],
    severity: 'error',
    message:
      "http frontend 'f' (x.cfg:7) tries to use incompatible tcp backend 'b' (x.cfg:10) as its default backend (see 'mode').",
    hint: "both need the same mode: say 'mode http' in 'b', or in their defaults",
  },
  {
    name: 'default_backend without a name',
    text: `${HTTP}frontend f\n bind :18080\n default_backend\n`,
    at: [9, 2],
    severity: 'error',
    message: "'default_backend' expects a backend name.",
    hint: 'written as: default_backend <backend>',
  },
  {
    name: 'use_backend without a name',
    text: `${FRONT} use_backend\nbackend b\n`,
    at: [10, 2],
    severity: 'error',
    message: "'use_backend' expects a backend name.",
    hint: 'written as: use_backend <backend> [{if | unless} <condition>]',
  },
  {
    name: 'a misspelt if',
    text: `${FRONT} use_backend b iff TRUE\nbackend b\n`,
    at: [10, 16],
    severity: 'error',
    message: "unexpected keyword 'iff' after switching rule, only 'if' and 'unless' are allowed.",
    hint: "did you mean 'if'?",
  },
];
