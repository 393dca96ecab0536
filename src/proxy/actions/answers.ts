/** Actions that end the rules: allow, deny, tarpit, return, auth, redirect, reject, silent-drop (manual 4.2). */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { compileRedirect } from '../redirect.ts';
import { compileReply, makeReply, type Reply } from '../reply.ts';
import type { Stream } from '../stream.ts';
import { type Action, type ActionOptions, ANSWER, DENY, DROP, NEXT, REJECT, STOP, TARPIT } from './action.ts';

type Kind<K extends HttpActionModel['kind']> = HttpActionModel & { readonly kind: K };

const VERDICTS = { deny: DENY, tarpit: TARPIT, return: ANSWER } as const;

export function compileReplyAction(model: Kind<'deny' | 'tarpit' | 'return'>, options: ActionOptions): Action {
  const verdict = VERDICTS[model.kind];
  return {
    run: () => verdict,
    status: model.reply.status,
    reply: compileReply(model.reply, options.samples),
  };
}

const ENDINGS = { allow: STOP, reject: REJECT, 'silent-drop': DROP } as const;

export function compileEnding(model: Kind<keyof typeof ENDINGS>): Action {
  const verdict = ENDINGS[model.kind];
  return { run: () => verdict };
}

/** The error response for 401 or 407 with one more header, in place of any that its file may bring. */
export function compileAuth(model: Kind<'auth'>, options: ActionOptions): Action {
  const realm = `Basic realm="${model.realm ?? options.proxyName}"`;
  const withChallenge = (stream: Stream, status: number, name: string): Reply | null => {
    const plain = stream.backend.errorResponses.find(status, stream.frontend.errorResponses, stream);
    if (plain === null) return null;
    const others = plain.received.replace(new RegExp(`^${name}:.*\\r?\\n`, 'gim'), '');
    return makeReply(`${others}${name}: ${realm}\r\n`, plain.body);
  };
  return {
    run: () => ANSWER,
    reply: (stream) =>
      stream.rules.proxyRequest
        ? withChallenge(stream, 407, 'proxy-authenticate')
        : withChallenge(stream, 401, 'www-authenticate'),
  };
}

export function compileRedirectAction(model: Kind<'redirect'>, options: ActionOptions): Action {
  const redirect = compileRedirect(model.redirect, options.samples);
  return {
    run: (stream) => (redirect.applies(stream) ? ANSWER : NEXT),
    status: redirect.code,
    reply: redirect.reply,
  };
}
