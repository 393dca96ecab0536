/**
 * Which response a proxy gives for which error, found once all `http-errors` sections are read (manual 3.8): of several
 * lines about one status the last one holds.
 */

import type { ConfigurationDraft, ErrorSectionDraft, ProxyDraft } from './draft.ts';
import type { ErrorResponseModel } from './model.ts';
import type { HttpRuleModel, ReplyModel } from './model-rules.ts';

function findSection(draft: ConfigurationDraft, name: string): ErrorSectionDraft | undefined {
  return draft.errorSections.find((section) => section.name === name);
}

type Report = { readonly alert: (message: string) => void; readonly warn: (message: string) => void };

/** Complains about `errorfiles` lines that name no section, or a status that theirs does not have. */
export function checkErrorRules(draft: ConfigurationDraft, proxy: ProxyDraft, report: Report): void {
  for (const rule of proxy.errorRules) {
    if (!('section' in rule)) continue;
    const where = `(at ${rule.place.file}:${rule.place.line}).`;
    const section = findSection(draft, rule.section);
    if (section === undefined) {
      report.alert(`proxy '${proxy.name}': unknown http-errors section '${rule.section}' ${where}`);
      continue;
    }
    for (const status of rule.statuses ?? []) {
      if (section.files.has(status)) continue;
      report.warn(
        `config: proxy '${proxy.name}' : status '${status}' not declared in http-errors section '${section.name}' ${where}`,
      );
    }
  }
}

/** The same for the replies of rules. */
export function checkReplies(
  draft: ConfigurationDraft,
  proxy: ProxyDraft,
  rules: readonly HttpRuleModel[],
  report: Report,
): void {
  for (const { action } of rules) {
    if (!('reply' in action) || action.reply.payload.kind !== 'section') continue;
    const { status, payload } = action.reply;
    const section = findSection(draft, payload.section);
    if (section === undefined) {
      report.alert(
        `Proxy '${proxy.name}': unknown http-errors section '${payload.section}' referenced by an http reply .`,
      );
    } else if (!section.files.has(status)) {
      report.warn(
        `Proxy '${proxy.name}': status '${status}' referenced by an http reply not declared in http-errors section ` +
          `'${section.name}'.`,
      );
    }
  }
}

function resolveReply(draft: ConfigurationDraft, reply: ReplyModel): ReplyModel {
  if (reply.payload.kind !== 'section') return reply;
  const found = findSection(draft, reply.payload.section)?.files.get(reply.status);
  return { ...reply, payload: found?.payload ?? { kind: 'default' } };
}

/** Rules with the error files their replies mean. */
export function resolveReplies(draft: ConfigurationDraft, rules: readonly HttpRuleModel[]): readonly HttpRuleModel[] {
  return rules.map((rule) =>
    'reply' in rule.action
      ? { ...rule, action: { ...rule.action, reply: resolveReply(draft, rule.action.reply) } }
      : rule,
  );
}

/** What the proxy answers in place of the built-in messages. */
export function resolveErrors(draft: ConfigurationDraft, proxy: ProxyDraft): readonly ErrorResponseModel[] {
  const found = new Map<number, ErrorResponseModel>();
  for (const rule of proxy.errorRules) {
    if ('section' in rule) {
      for (const [status, reply] of findSection(draft, rule.section)?.files ?? []) {
        if (rule.statuses === undefined || rule.statuses.includes(status)) found.set(status, { status, reply });
      }
    } else if (rule.reply.payload.kind === 'default') found.delete(rule.status);
    else found.set(rule.status, rule);
  }
  return [...found.values()];
}
