/** When a log line is written, at which level (manual section 8.2 and options dontlognull, dontlog-normal, log-separate-errors). */
import { LOG_ERR, LOG_INFO } from '../net/syslog.ts';
import { output, TEXT_START } from '../sample/text-output.ts';
import { AF_UNIX } from '../sys/socket.ts';
import { LEVEL_SILENT, LEVEL_UNSET } from './rule-state.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';
import { CAUSE_LOCAL, CAUSE_NONE } from './stream-states.ts';
import { uniqueIdOf } from './unique-id.ts';

/** The line at the end of a request or session. */
export function logStream(stream: Stream): void {
  if (saidNothing(stream)) return;
  writeLine(stream, false);
  const { logWatch } = stream.runtime;
  if (logWatch !== null && !stream.silent && stream.rules.logLevel !== LEVEL_SILENT) logWatch.ended(stream);
}

/** A line that needs no totals is written as soon as all else is known: see ProxyModel.logMoment. */
export function logEarly(stream: Stream): void {
  if (stream.frontend.model.logMoment !== 'end') writeLine(stream, true);
}

function writeLine(stream: Stream, early: boolean): void {
  const { frontend } = stream;
  const { log, structuredDataFormat, errorLogFormat } = frontend;
  const unborn = !stream.requestSeen;
  const format = unborn && errorLogFormat !== null ? errorLogFormat : frontend.logFormat;
  // A line before the end is written at each of its moments, whatever was written before: HAProxy's habit.
  if (log === null || format === null || stream.silent || (stream.logged && !early)) return;
  const failed =
    (stream.cause !== CAUSE_NONE && stream.cause !== CAUSE_LOCAL) || stream.retries > 0 || stream.redispatched;
  const options = frontend.model.options;
  if (options.dontlogNormal && !failed && !(stream.isHttp && stream.status >= 500)) return;
  const { logLevel } = stream.rules;
  if (logLevel === LEVEL_SILENT) return;
  const usual = options.logSeparateErrors && failed ? LOG_ERR : LOG_INFO;
  const level = logLevel === LEVEL_UNSET ? usual : logLevel;
  if (level > log.maxLevel) return;
  if (frontend.uniqueIdFormat !== null && !unborn) uniqueIdOf(stream);
  const record = recordOf(stream, early);
  output.begin();
  const structured = structuredDataFormat === null ? '' : structuredDataFormat.write(record);
  format.append(record);
  // An empty line is none, and may yet be written when there is more to tell.
  if (output.end === TEXT_START) return;
  stream.logged = true;
  frontend.logCounter++;
  log.sendInPlace(level, output.memory, TEXT_START, output.end, structured);
}

/** `option dontlognull`: nothing came from the client (an HTTP stream has at least begun a head, or is `silent`). */
function saidNothing(stream: Stream): boolean {
  return (
    !stream.isHttp &&
    stream.frontend.model.options.dontlognull &&
    stream.bytesIn === 0 &&
    stream.client.inputLength === 0
  );
}

/**
 * Without a log format of its own, a proxy that logs tells where from a request (HTTP: when its head is complete) or a
 * connection (TCP) came, and nothing at its end.
 */
export function logConnect(stream: Stream): void {
  const frontend = stream.frontend;
  if (frontend.log === null || frontend.connectFormat === null || stream.logged) return;
  stream.logged = true;
  frontend.logCounter++;
  const { listener } = stream;
  const line =
    listener.address.family === AF_UNIX
      ? `Connect to unix:${listener.id} (${frontend.name}/${stream.isHttp ? 'HTTP' : 'TCP'})`
      : frontend.connectFormat.write(recordOf(stream));
  frontend.log.send(LOG_INFO, line);
}
