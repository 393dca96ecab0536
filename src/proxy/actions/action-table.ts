/** Which function compiles which action. */
import type { HttpActionModel } from '../../config/model-rules.ts';
import type { Action, ActionOptions } from './action.ts';
import { compileAddress, compilePort } from './addresses.ts';
import { compileAuth, compileEnding, compileRedirectAction, compileReplyAction } from './answers.ts';
import { compileCapture } from './capture.ts';
import { compileDeleteHeader, compileReplaceHeader, compileSetHeader } from './header-actions.ts';
import { compileLineFilter } from './line-filters.ts';
import { compilePatternAction } from './pattern-actions.ts';
import { compileNormalize, compileReplacePart, compileSetPart, compileStatus } from './request-line.ts';
import { compileService } from './services.ts';
import {
  compileLogLevel,
  compileMark,
  compileNothing,
  compilePriority,
  compileStrictMode,
  compileTimeout,
} from './stream-actions.ts';
import { compileVariableAction } from './variable-actions.ts';
import { compileEarlyHint, compileWaitForBody } from './waiting.ts';

export function compileAction(model: HttpActionModel, options: ActionOptions): Action {
  switch (model.kind) {
    case 'set-header':
    case 'add-header':
      return compileSetHeader(model, options);
    case 'early-hint':
      return compileEarlyHint(model, options);
    case 'del-header':
      return compileDeleteHeader(model);
    case 'replace-header':
    case 'replace-value':
      return compileReplaceHeader(model, options);
    case 'set-method':
    case 'set-path':
    case 'set-pathq':
    case 'set-query':
    case 'set-uri':
      return compileSetPart(model, options);
    case 'replace-path':
    case 'replace-pathq':
    case 'replace-uri':
      return compileReplacePart(model, options);
    case 'normalize-uri':
      return compileNormalize(model);
    case 'set-status':
      return compileStatus(model);
    case 'capture':
      return compileCapture(model, options);
    case 'set-log-level':
      return compileLogLevel(model);
    case 'disable-l7-retry':
    case 'wait-for-handshake':
      return compileNothing(model);
    case 'set-mark':
    case 'set-tos':
      return compileMark(model);
    case 'set-src':
    case 'set-dst':
      return compileAddress(model, options);
    case 'set-src-port':
    case 'set-dst-port':
      return compilePort(model, options);
    case 'set-priority-class':
    case 'set-priority-offset':
      return compilePriority(model, options);
    case 'set-timeout':
      return compileTimeout(model, options);
    case 'strict-mode':
      return compileStrictMode(model);
    case 'wait-for-body':
      return compileWaitForBody(model);
    case 'set-var':
    case 'set-var-fmt':
    case 'unset-var':
      return compileVariableAction(model, options);
    case 'add-acl':
    case 'del-acl':
    case 'set-map':
    case 'del-map':
      return compilePatternAction(model, options);
    case 'deny':
    case 'tarpit':
    case 'return':
      return compileReplyAction(model, options);
    case 'filter-lines':
      return compileLineFilter(model);
    case 'auth':
      return compileAuth(model, options);
    case 'use-service':
      return compileService(model);
    case 'redirect':
      return compileRedirectAction(model, options);
    case 'allow':
    case 'reject':
    case 'silent-drop':
      return compileEnding(model);
  }
}
