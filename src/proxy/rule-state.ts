/** What rules have set for the request under way, and where their evaluation stands while it waits for data. */
import type { Place } from '../config/model.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { Action } from './actions/action.ts';

/** No rule has set a level. */
export const LEVEL_UNSET = -2;
/** `set-log-level silent`. */
export const LEVEL_SILENT = -1;

export class RuleState {
  /** The rule at which a list goes on. */
  index = 0;
  /** Steps of processing a request or response; see http-request.ts and http-response.ts. */
  requestStep = 0;
  responseStep = 0;
  /** Rules wait for payload: of the request, of the response. */
  requestWaits = false;
  responseWaits = false;
  /** `strict-mode off`: rewrites that fail are skipped. */
  softRewrites = false;
  /** `reqallow` matched: no former rule denies the request any more. */
  linesAllowed = false;
  /** The header lines of a 103 response that is not sent yet. */
  hints = '';
  /** What the tarpit answers in the end. */
  tarpit: Action | null = null;
  /** `option http-use-proxy-header`: the request is one for a proxy (407 in place of 401). */
  proxyRequest = false;
  /** `set-method`: what the server was asked by; -1: as the client asked. */
  serverMethod = -1;
  /** `set-src`, `set-dst`; null: as the connection says. */
  source: SocketAddress | null = null;
  destination: SocketAddress | null = null;
  logLevel = LEVEL_UNSET;
  priorityClass = 0;
  priorityOffset = 0;
  /** `set-timeout`, milliseconds; -1: the backend's. */
  serverTimeoutMs = -1;
  tunnelTimeoutMs = -1;
  /** The rule that ended the last evaluation. */
  lastRule: Place | null = null;

  reset(): void {
    this.index = 0;
    this.requestStep = 0;
    this.responseStep = 0;
    this.requestWaits = false;
    this.responseWaits = false;
    this.softRewrites = false;
    this.linesAllowed = false;
    this.hints = '';
    this.tarpit = null;
    this.proxyRequest = false;
    this.serverMethod = -1;
    this.source = null;
    this.destination = null;
    this.logLevel = LEVEL_UNSET;
    this.priorityClass = 0;
    this.priorityOffset = 0;
    this.serverTimeoutMs = -1;
    this.tunnelTimeoutMs = -1;
    this.lastRule = null;
  }
}
