/** Conditional blocks, messages of the configuration itself, scopes, variables, `default-path`. */

import { type DifferentialCase, GOES_ON } from './case.ts';

const PROXY = 'defaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nlisten l\n bind 127.0.0.1:1\n';

export const DIRECTIVES: readonly DifferentialCase[] = [
  { name: 'an unknown predicate', text: 'global\n.if foo(\n.endif\n' },
  { name: 'a predicate without its bracket', text: 'global\n.if streq(a,b\n.endif\n' },
  { name: 'a predicate in quotes', text: 'global\n  .if defined(FOO) && "streq(a b" \n.endif\n' },
  { name: 'an open .if', text: 'global\n.if 1\n' },
  { name: 'rests of an expression', text: '.if 1 x\n.endif\n' },
  { name: 'a lone .elif', text: '.elif 1\n.endif\nfoo\n' },
  { name: 'an argument of .else', text: '.else x\n' },
  { name: 'an argument of .else in a block', text: '.if 1\n.else x\n.endif\n' },
  { name: 'an argument of .endif', text: '.endif y\n' },
  { name: 'a lone .endif', text: '.endif\n foo\n' },
  { name: '.else twice', text: '.if 0\n.else\n.else\n.endif\n' },
  { name: '.elif after .else', text: '.if 0\n.else\n.elif 1\n.endif\n' },
  { name: 'a message without quotes', text: '.alert foo bar\n.alert "foo bar"\nfoo\n' },
  { name: 'messages', text: `.diag "hello"\n.notice hey\n.warning "watch out"\n${PROXY}` },
  { name: 'a warning without a text', text: `.warning\n${PROXY}` },
  { name: 'dropped lines are cut into words all the same', text: '.if 0\n.foo\n.alert x\nfoo "\n.endif\n' },
  { name: 'dropped lines say nothing', text: `.if 0\n.foo\n.alert x\nfoo\n.endif\n${PROXY}` },
  { name: 'the version reached', text: '.if version_atleast(2.6)\nfoo\n.elif (\n.else\nbar\n.endif\n' },
  { name: 'a later version', text: '.if version_atleast(2.7)\nfoo\n.elif ((1)\n.else\n.endif\n' },
  {
    name: 'nested blocks',
    text: '.if 0\n.if 1\na\n.else\nb\n.endif\n.elif 1\n.if 0\nc\n.elif 1\nd\n.else\ne\n.endif\n.else\nf\n.endif\n',
  },
  { name: 'a long condition', text: `.if ${'defined(ABCDEFGH) || '.repeat(8)} foo(1)\n.endif\n` },
  { name: 'an unknown directive', text: '.foo 1\n' },
  { name: 'lines after an unknown directive', text: '.foo 1\nbar\n', differs: 'HAProxy reads no further' },
  { name: 'a scope', text: `[ab] # x\n${PROXY}` },
  { name: 'a scope without end', text: '[abc\nfoo\n' },
  { name: 'a scope with a blank', text: '[a b]\nfoo\n', differs: GOES_ON },
  { name: 'text after a scope', text: '[ab] x\nfoo\n', differs: GOES_ON },
  {
    name: 'default-path refused',
    text:
      'global\n default-path foo\n default-path\n default-path origin\n default-path origin /nonexistent\n' +
      ' default-path origin /tmp a\n',
    differs: 'the working directory is another',
  },
  {
    name: 'variables refused',
    text: 'global\n setenv A\n setenv A B C\n setenv A B C D\n unsetenv\n setenv A=B C\n unsetenv a b=c\n zero-warning x\n',
  },
  {
    name: 'variables hold for the lines that follow',
    text:
      'global\n setenv MAHALO_A one\n presetenv MAHALO_A two\n presetenv MAHALO_B three\n.warning "$MAHALO_A $MAHALO_B"\n' +
      ' unsetenv MAHALO_A\n.warning "<$MAHALO_A>"\n.if defined(MAHALO_B)\n.warning yes\n.endif\n resetenv PATH\n' +
      `.if defined(MAHALO_B)\n.warning yes\n.endif\n.warning "<\${MAHALO_B-none}>"\n${PROXY}`,
  },
  {
    name: 'a variable of several words',
    text: `global\n setenv W "1s 2s"\ndefaults\n timeout client "\${W[*]}"\n timeout client "$W"\n`,
  },
  { name: 'a pseudo-variable', text: 'global\n.warning "$.FILE:$.LINE"\ndefaults abc\n.warning "$.SECTION"\n' },
  { name: 'an expression that ends early: 1 &&', text: '.if 1 &&\n.endif\n' },
  { name: 'an expression that ends early: 1 ||', text: '.if 1 ||\n.endif\n' },
  { name: 'an expression that ends early: 1 || 0 ||', text: '.if 1 || 0 ||\n.endif\n' },
  { name: 'an expression that ends early: 0 && 1 &&', text: '.if 0 && 1 &&\n.endif\n' },
  { name: 'an expression that ends early: (1 &&', text: '.if (1 &&\n.endif\n' },
  { name: 'an expression that ends early: (1 ||', text: '.if (1 ||\n.endif\n' },
  { name: 'an expression that ends early: 1 && (1 || 0 ||', text: '.if 1 && (1 || 0 ||\n.endif\n' },
  { name: 'an expression that ends early: (1 || (0 ||', text: '.if (1 || (0 ||\n.endif\n' },
];
