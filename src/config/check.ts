/**
 * What can only be checked once everything is read: do the names exist, do the modes fit, is something missing. The
 * messages and their order are those of HAProxy 2.6. Settings that the mode makes useless are switched off here.
 */

import { groupFaults } from './auth-groups.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { ConfigurationDraft, ProxyDraft } from './draft.ts';
import { checkErrorRules, checkReplies } from './error-rules.ts';
import { readProxyFormats } from './format-check.ts';
import { captureProblems } from './keywords/http-actions-capture.ts';
import { builtInFormat } from './keywords/log-formats.ts';
import { SWITCHES } from './keywords/option-switches.ts';
import { SectionContext } from './message-location.ts';
import type { Place } from './model.ts';
import { actionRulesOf, rawBytesWarning } from './raw-bytes.ts';
import { resolveReferences } from './references.ts';
import { kindOf } from './statement.ts';
import { tcpRuleWarnings } from './tcp-checks.ts';

function at(place: Place): string {
  return `${place.file}:${place.line}`;
}

function contextOf(proxy: ProxyDraft, draft: ConfigurationDraft): SectionContext {
  return new SectionContext(proxy.name, draft.lines.of(proxy), draft.lines);
}

/** HTTP messages are indexed by 28 bits. */
const BUFFER_LIMIT = 256 * 1024 * 1024;

class Checker {
  readonly #draft: ConfigurationDraft;
  readonly #diagnostics: Diagnostics;

  #bufferRefused = false;
  /** Defaults sections whose names have been looked up: the first proxy that has one sees to it. */
  readonly #checkedDefaults = new Set<ProxyDraft>();

  constructor(draft: ConfigurationDraft, diagnostics: Diagnostics) {
    this.#draft = draft;
    this.#diagnostics = diagnostics;
  }

  run(): void {
    if (!this.#checkUserLists()) return;
    for (const check of [this.#checkProxy, this.#checkCheckPorts, this.#checkErrors]) {
      for (const proxy of this.#draft.proxies) {
        if (proxy.disabled) continue;
        this.#diagnostics.context = contextOf(proxy, this.#draft);
        check.call(this, proxy);
      }
    }
    this.#diagnostics.context = undefined;
  }

  readonly #report = {
    alert: (message: string): void => this.#alert(message),
    warn: (message: string): void => this.#warn(message),
  };

  #checkErrors(proxy: ProxyDraft): void {
    checkErrorRules(this.#draft, proxy, this.#report);
  }

  #alert(message: string): void {
    this.#diagnostics.alert(undefined, message);
  }

  #warn(message: string): void {
    this.#diagnostics.warn(undefined, message);
  }

  /** HAProxy stops at the first wrong name here. */
  #checkUserLists(): boolean {
    for (const list of this.#draft.userLists) {
      const { lines } = this.#draft;
      this.#diagnostics.context = new SectionContext(list.name, lines.section(list.place), lines);
      for (const user of list.users) {
        const unknown = user.groups.find((name) => !list.groups.some((group) => group.name === name));
        if (unknown !== undefined) {
          this.#alert(`userlist '${list.name}': no such group '${unknown}' specified in user '${user.name}'`);
          return false;
        }
      }
      for (const group of list.groups) {
        const unknown = group.users.find((name) => !list.users.some((user) => user.name === name));
        if (unknown !== undefined) {
          this.#alert(`userlist '${list.name}': no such user '${unknown}' specified in group '${group.name}'`);
          return false;
        }
      }
    }
    return true;
  }

  #checkProxy(proxy: ProxyDraft): void {
    const subject = `${kindOf(proxy)} '${proxy.name}'`;
    const { defaults } = proxy;
    if (defaults !== undefined && !this.#checkedDefaults.has(defaults)) {
      this.#checkedDefaults.add(defaults);
      this.#resolveReferences(defaults, proxy);
    }
    const { bufsize } = this.#draft.global.tune;
    if (proxy.mode === 'http' && bufsize >= BUFFER_LIMIT && !this.#bufferRefused) {
      this.#bufferRefused = true;
      this.#alert(`global.tune.bufsize must be below 256 MB when HTTP is in use (current value = ${bufsize}).`);
    }
    if (proxy.mode === 'tcp') this.#checkNoHttp(proxy, subject);
    if (proxy.frontend && proxy.binds.length === 0) {
      this.#warn(`${subject} has no 'bind' directive. Please declare it as a backend if this was intended.`);
    }
    this.#checkDirect(proxy, subject);
    if (proxy.check.unused) {
      const kind = proxy.check.httpRules.length > 0 && proxy.check.protocol !== 'http' ? 'http' : 'tcp';
      const option = kind === 'http' ? 'httpchk' : 'tcp-check';
      this.#warn(`${subject} uses ${kind}-check rules without 'option ${option}', so the rules are ignored.`);
    }
    this.#checkTargets(proxy);
    for (const rule of actionRulesOf(proxy)) this.#checkRawBytes(proxy, rule);
    for (const rules of [proxy.httpRequestRules, proxy.httpResponseRules]) {
      checkReplies(this.#draft, proxy, rules, this.#report);
    }
    for (const problem of captureProblems(proxy)) this.#alert(problem);
    for (const warning of tcpRuleWarnings(proxy)) this.#warn(warning);
    this.#checkFormerRules(proxy, subject);
    readProxyFormats(proxy, this.#diagnostics);
    this.#resolveReferences(proxy);
    this.#checkTimeouts(proxy, subject);
    this.#checkServerNames(proxy, subject);
    for (const server of proxy.servers) {
      if (server.tcpFastOpen) {
        this.#diagnostics.warn(
          server.place,
          `'server ${proxy.name}/${server.name}' : server has tfo activated, the backend should be configured with at ` +
            "least 'conn-failure', 'empty-response' and 'response-timeout' or we wouldn't be able to retry the " +
            'connection on failure.',
          { style: 'bracket' },
        );
      }
    }
    const written = proxy.formats.log ?? proxy.formats.structuredData;
    if (proxy.frontend && proxy.logTargets.length === 0 && written !== undefined) {
      this.#warn(`log format ignored for ${subject} since it has no log address.`);
    }
    if (proxy.mode === 'tcp') this.#dropHttpSettings(proxy, subject);
  }

  /** `allow` ends the rules of a response, those of 1.9 that come behind it included. */
  #checkFormerRules(proxy: ProxyDraft, subject: string): void {
    if (proxy.mode !== 'http' || proxy.responseFilters.length === 0) return;
    const rules = [...(proxy.defaults?.httpResponseRules ?? []), ...proxy.httpResponseRules];
    if (!rules.some(({ action }) => action.kind === 'allow')) return;
    this.#alert(`${subject} : 'http-response allow' together with rules such as 'rspadd' is not implemented yet`);
  }

  /** A server reached at the client's port has none that its checks could use. */
  #checkCheckPorts(proxy: ProxyDraft): void {
    for (const { address, check, checked, name } of proxy.servers) {
      if (!checked || !('port' in address) || address.portOffset === 'none') continue;
      const own = check.address !== undefined && 'port' in check.address ? check.address.port : 0;
      if ((check.port ?? 0) !== 0 || own !== 0) continue;
      this.#alert(
        `config: ${kindOf(proxy)} '${proxy.name}': server '${name}' has neither service port nor check port.`,
      );
    }
  }

  #checkNoHttp(proxy: ProxyDraft, subject: string): void {
    if (proxy.monitorUri !== undefined) {
      this.#warn(`monitor-uri will be ignored for ${subject} (needs 'mode http').`);
    }
    if (proxy.balance !== undefined && ['uri', 'url_param', 'hdr'].includes(proxy.balance.algorithm)) {
      proxy.balance = undefined;
      this.#warn(`Layer 7 hash not possible for ${subject} (needs 'mode http'). Falling back to round robin.`);
    }
    const option = proxy.logFormat?.option;
    if (proxy.logFormat !== undefined && option !== undefined && option !== 'tcplog') {
      const named = option === 'httpslog' ? 'httpslog' : 'httplog';
      this.#diagnostics.warn(
        proxy.logFormat.place,
        `'option ${named}' not usable with ${subject} (needs 'mode http'). Falling back to 'option tcplog'.`,
      );
      proxy.logFormat = { ...proxy.logFormat, option: 'tcplog', text: builtInFormat('tcplog') };
    }
  }

  #checkDirect(proxy: ProxyDraft, subject: string): void {
    if (!proxy.backend || proxy.balance === undefined) return;
    if (proxy.options.get('transparent') === true) {
      this.#alert(`${subject} cannot use both transparent and balance mode.`);
    } else if (proxy.dispatch !== undefined) {
      this.#warn(`dispatch address of ${subject} will be ignored in balance mode.`);
    }
  }

  #checkTargets(proxy: ProxyDraft): void {
    if (proxy.defaultBackend !== undefined) {
      const found = this.#checkTarget(proxy, proxy.defaultBackend, 'default_backend', 'as its default backend');
      if (found && proxy.servers.length > 0) {
        this.#warn(
          `In proxy '${proxy.name}', the 'default_backend' rule always has precedence over the servers, which will ` +
            'never be used.',
        );
      }
    }
    for (const rule of proxy.useBackends) {
      if (rule.format === undefined) this.#checkTarget(proxy, rule.backend, 'use_backend', "in a 'use_backend' rule");
      this.#checkRawBytes(proxy, rule);
    }
    for (const rule of proxy.useServers) {
      this.#checkRawBytes(proxy, rule);
      if (rule.format !== undefined || proxy.servers.some((server) => server.name === rule.server)) continue;
      this.#alert(
        `${kindOf(proxy)} '${proxy.name}' : unable to find server '${rule.server}' referenced in a 'use-server' rule.`,
      );
    }
  }

  #checkRawBytes(proxy: ProxyDraft, rule: Parameters<typeof rawBytesWarning>[1]): void {
    const message = rawBytesWarning(proxy, rule);
    if (message !== undefined) this.#diagnostics.warn(rule.place, message, { style: 'none' });
  }

  #checkTarget(proxy: ProxyDraft, name: string, keyword: string, how: string): boolean {
    const target = this.#draft.backendNames.get(name);
    if (target === undefined) {
      this.#alert(`Proxy '${proxy.name}': unable to find required ${keyword}: '${name}'.`);
      return false;
    }
    if (target === proxy) {
      this.#alert(`Proxy '${proxy.name}': loop detected for ${keyword}: '${name}'.`);
      return false;
    }
    // A TCP frontend may hand over to an HTTP backend: HAProxy then upgrades the connection.
    if (target.mode !== proxy.mode && !(proxy.mode === 'tcp' && target.mode === 'http')) {
      this.#alert(
        `${proxy.mode} ${kindOf(proxy)} '${proxy.name}' (${at(proxy.place)}) tries to use incompatible ${target.mode} ` +
          `${kindOf(target)} '${target.name}' (${at(target.place)}) ${how} (see 'mode').`,
      );
      return false;
    }
    return true;
  }

  /** Several faults are one message to HAProxy. */
  #resolveReferences(proxy: ProxyDraft, user = proxy): void {
    const faults = resolveReferences(this.#draft, proxy, user);
    const [only] = faults;
    if (only !== undefined && faults.length === 1) {
      this.#diagnostics.alert(only.place, only.message, { style: 'tight' });
    } else if (faults.length > 1) {
      const lines = faults.map(({ place, message }) => `\n        parsing [${at(place)}]: ${message}`);
      this.#diagnostics.alertTogether(`multiple argument resolution errors:${lines.join('')}`, faults);
    } else {
      for (const { place, message } of groupFaults(this.#draft, proxy)) {
        this.#diagnostics.alert(place, message, { style: 'none' });
      }
    }
  }

  #checkTimeouts(proxy: ProxyDraft, subject: string): void {
    const { client, connect, server, tunnel } = proxy.timeouts;
    const serverMissing = server === 0 && (proxy.mode === 'http' || tunnel === 0);
    const missing =
      (proxy.frontend && client === 0) ||
      (proxy.backend && proxy.servers.length > 0 && (connect === 0 || serverMissing));
    if (!missing) return;
    this.#warn(
      `missing timeouts for ${subject}.\n` +
        '   | While not properly invalid, you will certainly encounter various problems\n' +
        '   | with such a configuration. To fix this, please ensure that all following\n' +
        "   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.",
    );
  }

  #checkServerNames(proxy: ProxyDraft, subject: string): void {
    proxy.servers.forEach((server, index) => {
      if (server.id !== undefined) return;
      const other = proxy.servers.slice(0, index).find((known) => known.id === undefined && known.name === server.name);
      if (other === undefined) return;
      this.#diagnostics.alert(
        server.place,
        `${subject}, another server named '${server.name}' was already defined at line ${other.place.line}, please use ` +
          'distinct names.',
      );
    });
  }

  /** Warns about what only HTTP knows, and forgets it. */
  #dropHttpSettings(proxy: ProxyDraft, subject: string): void {
    if (proxy.cookieCapture !== undefined) {
      this.#warn(`'capture' statement ignored for ${subject} as it requires HTTP mode.`);
    }
    const rules: readonly (readonly [string, readonly unknown[]])[] = [
      ['http-request', proxy.httpRequestRules],
      ['http-response', proxy.httpResponseRules],
      ['http-after-response', proxy.httpAfterResponseRules],
      ['redirect', proxy.redirectRules],
      ['block', proxy.blockRules],
      ['reqxxx', proxy.requestFilters],
      ['rspxxx', proxy.responseFilters],
    ];
    for (const [name, list] of rules) {
      if (list.length > 0) this.#warn(`'${name}' rules ignored for ${subject} as they require HTTP mode.`);
    }
    if (proxy.forwardFor !== undefined) {
      this.#warn(`'option forwardfor' ignored for ${subject} as it requires HTTP mode.`);
      proxy.forwardFor = undefined;
    }
    for (const option of SWITCHES) {
      if (!option.http || proxy.options.get(option.name) !== true) continue;
      const frontend = option.sections.includes('frontend') && proxy.frontend;
      const backend = option.sections.includes('backend') && proxy.backend;
      if (!frontend && !backend) continue;
      this.#warn(`'option ${option.name}' ignored for ${subject} as it requires HTTP mode.`);
      proxy.options.delete(option.name);
    }
    for (const server of proxy.servers) {
      if (server.redirectPrefix !== undefined) {
        this.#alert(`${subject} : server cannot have cookie or redirect prefix in non-HTTP mode.`);
      }
      if (server.cookie !== undefined) {
        this.#warn(`${subject} : ignoring cookie for server '${server.name}' as HTTP mode is disabled.`);
      }
    }
  }
}

/** Checks a draft that was read without fatal error. */
export function checkConfiguration(draft: ConfigurationDraft, diagnostics: Diagnostics): void {
  new Checker(draft, diagnostics).run();
}

/** Servers whose host name did not resolve; true when there are some. */
export function checkServerAddresses(draft: ConfigurationDraft, diagnostics: Diagnostics): boolean {
  let failed = false;
  for (const proxy of draft.proxies) {
    if (proxy.disabled) continue;
    for (const server of proxy.servers) {
      if (server.unresolved === undefined) continue;
      failed = true;
      diagnostics.context = contextOf(proxy, draft);
      const message = `'server ${proxy.name}/${server.name}' : could not resolve address '${server.unresolved}'.`;
      diagnostics.alert(server.place, message, { style: 'bracket' });
    }
  }
  return failed;
}
