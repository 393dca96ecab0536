/** Actions on maps and lists of patterns. The files on disk stay as they are; a list that nobody loaded is none. */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { type Action, type ActionOptions, compileText, NEXT } from './action.ts';

type PatternActionModel = Extract<HttpActionModel, { readonly kind: 'add-acl' | 'del-acl' | 'set-map' | 'del-map' }>;

export function compilePatternAction(model: PatternActionModel, { samples }: ActionOptions): Action {
  const reference = samples.environment.patterns.byFile(model.file);
  if (reference === undefined) return { run: () => NEXT };
  const key = compileText(model.key, samples);
  switch (model.kind) {
    case 'add-acl':
      return {
        run(stream) {
          const text = key(stream);
          // What is no such pattern is not added, and nobody is told; so it is in HAProxy.
          if (!reference.has(text)) reference.add(text, undefined);
          return NEXT;
        },
      };
    case 'set-map': {
      const value = compileText(model.value, samples);
      return {
        run(stream) {
          const text = key(stream);
          const given = value(stream);
          if (reference.has(text)) reference.setKey(text, given);
          else reference.add(text, given);
          return NEXT;
        },
      };
    }
    case 'del-acl':
    case 'del-map':
      return {
        run(stream) {
          reference.deleteKey(key(stream));
          return NEXT;
        },
      };
  }
}
