/** All scenarios: at least one for each template. */
import type { Scenario } from './scenario.ts';
import { TCP_SCENARIOS } from './tcp-scenarios.ts';
import { TLS_SCENARIOS } from './tls-scenarios.ts';
import { WEB_SCENARIOS } from './web-scenarios.ts';
import { WEBSOCKET_SCENARIOS } from './websocket-scenarios.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...WEB_SCENARIOS,
  ...TLS_SCENARIOS,
  ...TCP_SCENARIOS,
  ...WEBSOCKET_SCENARIOS,
];
