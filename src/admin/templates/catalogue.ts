/** All templates, in the order they are shown. */

import { APPLICATION_COOKIE } from './scenarios/application-cookie.ts';
import { HOST_MAP } from './scenarios/host-map.ts';
import { MYSQL_READ_FARM } from './scenarios/mysql-read-farm.ts';
import { RATE_LIMIT } from './scenarios/rate-limit.ts';
import { RE_ENCRYPTION } from './scenarios/re-encryption.ts';
import { REDIS_MASTER } from './scenarios/redis-master.ts';
import { SMTP_BY_SOURCE } from './scenarios/smtp-by-source.ts';
import { STATIC_DYNAMIC } from './scenarios/static-dynamic.ts';
import { STATISTICS_PAGE } from './scenarios/statistics-page.ts';
import { TCP_SERVICE } from './scenarios/tcp-service.ts';
import { TLS_TERMINATION } from './scenarios/tls-termination.ts';
import { TWO_UNITS } from './scenarios/two-units.ts';
import { VARNISH_FARM } from './scenarios/varnish-farm.ts';
import { WEB_FARM } from './scenarios/web-farm.ts';
import { WEB_FARM_COOKIE } from './scenarios/web-farm-cookie.ts';
import { WEBSOCKET_ADVANCED } from './scenarios/websocket-advanced.ts';
import { WEBSOCKET_SIMPLE } from './scenarios/websocket-simple.ts';
import type { Template } from './template.ts';

export const TEMPLATES: readonly Template[] = [
  WEB_FARM,
  WEB_FARM_COOKIE,
  APPLICATION_COOKIE,
  TLS_TERMINATION,
  RE_ENCRYPTION,
  STATIC_DYNAMIC,
  HOST_MAP,
  VARNISH_FARM,
  WEBSOCKET_SIMPLE,
  WEBSOCKET_ADVANCED,
  TCP_SERVICE,
  SMTP_BY_SOURCE,
  REDIS_MASTER,
  MYSQL_READ_FARM,
  RATE_LIMIT,
  STATISTICS_PAGE,
  TWO_UNITS,
];
