/** `authentication { ... }` of an instance: version 2 has it, and it proves little. */

import type { InstanceDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';

export const AUTHENTICATION: readonly Keyword<InstanceDraft>[] = [
  works(
    'auth_type',
    'PASS',
    'how advertisements of version 2 are proved; AH is not implemented',
    (line, draft, context) => {
      const word = context.word(line, 1);
      draft.written.set('auth_type', word);
      if (word.text === 'PASS') draft.authenticationType = 1;
      else if (word.text === 'AH') {
        draft.authenticationType = 2;
        const hint = 'no peer that demands AH would take our advertisements; PASS is implemented';
        context.report.refuse(word, `(${draft.name}) auth_type AH is not implemented`, hint);
      } else context.report.mistake(word, `(${draft.name}) unknown authentication type '${word.text}'`, 'PASS');
    },
  ),
  works('auth_pass', 'PASSWORD', 'up to 8 characters, sent in clear', (line, draft, context) => {
    const word = context.word(line, 1);
    draft.written.set('auth_pass', word);
    if (Buffer.byteLength(word.text) > 8) {
      const hint = `only '${Buffer.from(word.text).subarray(0, 8).toString()}' is sent and compared`;
      context.report.mistake(word, 'Truncating auth_pass to 8 characters', hint);
    }
    draft.password = word.text;
  }),
];

export const AUTHENTICATION_BLOCK: Keyword<InstanceDraft> = works(
  'authentication',
  '{ ... }',
  'a password in advertisements of version 2',
  (line, draft, context) => context.walk(line.body, draft),
  { shape: 'block', opens: 'authentication' },
);
