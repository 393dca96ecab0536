/**
 * How a session ended, by the letters of the log (manual 8.5): two in TCP mode, four in HTTP mode. The first says who
 * ended it, the second during what, the third and fourth what happened to the persistence cookie.
 */

/** Whose matter it is. `nobody`: all is well. */
export type Side = 'client' | 'server' | 'proxy' | 'owner' | 'nobody';

export interface Letter {
  readonly letter: string;
  readonly title: string;
  readonly meaning: string;
}

export interface Cause extends Letter {
  readonly side: Side;
}

export interface Combination {
  /** Two letters: the first and second, or the third and fourth. */
  readonly letters: string;
  readonly meaning: string;
  /** What to look at first. */
  readonly advice: string;
}

export interface TerminationWords {
  readonly cause: Cause;
  readonly phase: Letter;
  /** Of the first two letters, where there is more to say than they do each. */
  readonly combination: Combination | undefined;
  /** Only in HTTP mode. */
  readonly request: Letter | undefined;
  readonly response: Letter | undefined;
  readonly persistence: Combination | undefined;
  /** All of it in one sentence or two. */
  readonly summary: string;
}

function cause(letter: string, side: Side, title: string, meaning: string): Cause {
  return { letter, side, title, meaning };
}

function letter(name: string, title: string, meaning: string): Letter {
  return { letter: name, title, meaning };
}

function together(letters: string, meaning: string, advice: string): Combination {
  return { letters, meaning, advice };
}

export const CAUSES: readonly Cause[] = [
  cause('C', 'client', 'The client gave up', 'The client closed or reset the connection before everything was done.'),
  cause(
    'S',
    'server',
    'The server gave up',
    'The server closed, reset or refused the connection before everything was done.',
  ),
  cause(
    'P',
    'proxy',
    'The proxy refused',
    'The proxy ended it itself: a rule denied it, a limit was reached, or a message was not valid or not safe.',
  ),
  cause(
    'L',
    'nobody',
    'The proxy answered',
    'The proxy answered by itself (statistics, redirection, fixed answer); no server was needed.',
  ),
  cause(
    'R',
    'owner',
    'The proxy ran out of something',
    'Memory, sockets or source ports were used up. The system log has the exact reason; it must be put right soon.',
  ),
  cause('I', 'owner', 'An internal error', 'The proxy found a fault in itself. This is a bug: please report the line.'),
  cause(
    'D',
    'server',
    'The server went down',
    'A health check failed, and the server is set to close its sessions when it goes down.',
  ),
  cause(
    'U',
    'nobody',
    'A main server came back',
    'This was a backup server, set to close its sessions when a main server is up again.',
  ),
  cause(
    'K',
    'owner',
    'An operator ended it',
    'Somebody shut the session down through the runtime API or this interface.',
  ),
  cause(
    'c',
    'client',
    'The client was silent for too long',
    'A time-out of the client side passed: it neither sent nor took data.',
  ),
  cause(
    's',
    'server',
    'The server was silent for too long',
    'A time-out of the server side passed: it neither sent nor took data.',
  ),
  cause('-', 'nobody', 'A normal end', 'Both sides closed, and nothing was left to send.'),
];

export const PHASES: readonly Letter[] = [
  letter('R', 'while the request was awaited', 'The request was not complete yet; no server has heard of it.'),
  letter(
    'Q',
    'while it waited in the queue',
    'All servers it could go to were full (their maxconn); it had not been sent yet.',
  ),
  letter('C', 'while the server was being connected', 'The connection to the server was not open yet.'),
  letter(
    'H',
    "while the server's answer was awaited",
    'The request was sent; the head of the answer was not complete yet.',
  ),
  letter('D', 'while data were passing', 'The body of the message was under way, or a TCP connection was open.'),
  letter(
    'L',
    'during the last bytes to the client',
    'The server had finished; the client had not taken everything yet.',
  ),
  letter('T', 'while it was held back', 'A tarpit rule kept the client waiting on purpose.'),
  letter('-', 'at the end', 'Everything had been transferred.'),
];

export const REQUEST_COOKIES: readonly Letter[] = [
  letter('N', 'no cookie came', 'The client sent no persistence cookie: most likely a first visit.'),
  letter('I', 'an invalid cookie came', 'The cookie names a server that is not (or no longer) there.'),
  letter(
    'D',
    'a cookie of a server that is down came',
    "The cookie's server is down; another one was chosen, unless option persist says otherwise.",
  ),
  letter('V', 'a valid cookie came', 'The request went to the server that the cookie names.'),
  letter('E', 'an expired cookie came', 'The last visit is longer ago than maxidle allows; the cookie was not used.'),
  letter(
    'O',
    'a cookie that is too old came',
    'The first visit is longer ago than maxlife allows; the cookie was not used.',
  ),
  letter('U', 'a cookie came and was not needed', 'Something else chose the server, usually a use-server rule.'),
  letter('-', 'no cookies here', 'No persistence cookie is configured.'),
];

export const RESPONSE_COOKIES: readonly Letter[] = [
  letter('N', 'none was set', 'The server set no cookie, and neither did the proxy.'),
  letter('I', 'one was inserted', 'The proxy put its cookie into the answer.'),
  letter(
    'U',
    'its date was renewed',
    'The client had the cookie already; the date of the last visit in it was brought up to date.',
  ),
  letter('P', "the server's was passed on", 'The server set the cookie, and it went to the client as it was.'),
  letter(
    'R',
    "the server's was rewritten",
    "The server's cookie was changed on its way: cookie rewrite, or cookie prefix.",
  ),
  letter('D', "the server's was removed", 'The server set the cookie, and the proxy took it out.'),
  letter('-', 'no cookies here', 'No persistence cookie is configured.'),
];

export const COMBINATIONS: readonly Combination[] = [
  together('--', 'Everything went well.', ''),
  together(
    'CC',
    'The client left before the server was connected.',
    'Is the server slow to accept connections, or down and without a health check? Then clients do not wait.',
  ),
  together(
    'CD',
    'The client left in the middle of a transfer.',
    'Usual now and then: a closed tab, a lost mobile network. Many of them: look at what lies between the clients and this unit.',
  ),
  together(
    'cD',
    'The client took and sent nothing for as long as timeout client allows.',
    'Mostly clients whose network went away. If they are healthy but quiet (WebSockets), raise timeout tunnel or timeout client.',
  ),
  together(
    'CH',
    'The client left while it waited for an answer.',
    'The user pressed stop, or the answer takes longer than people (or programs) wait: look at the response times.',
  ),
  together(
    'cH',
    'The client stopped sending the body of its request, or timeout client is shorter than the server needs.',
    'Compare timeout client and timeout server; large uploads over a poor line look like this, too.',
  ),
  together(
    'CQ',
    'The client left while it waited for a free server.',
    'The servers are full or too slow: raise maxconn, or add servers.',
  ),
  together(
    'CR',
    'The client left before its request was complete.',
    'Port scans, probes and browsers that connect in advance; option http-ignore-probes keeps the empty ones out of the log.',
  ),
  together(
    'cR',
    'The client did not send a complete request within timeout http-request.',
    'Connections opened in advance by browsers, or an attack by slowness; option http-ignore-probes hides the former.',
  ),
  together(
    'CT',
    'The client left while it was held back by a tarpit rule.',
    'Make sure that the rule meets only those it is meant for.',
  ),
  together('LR', 'The proxy answered by itself.', ''),
  together(
    'SC',
    'The server refused the connection, or could not be reached.',
    'Is the program on the server running, is the port right, does a firewall answer instead?',
  ),
  together(
    'sC',
    'The server did not take the connection within timeout connect.',
    'The server is overloaded, packets are lost on the way, or a firewall drops them without a word.',
  ),
  together(
    'SD',
    'The server broke the connection in the middle of a transfer.',
    "Did the application crash? Look into the server's own log at this time.",
  ),
  together(
    'sD',
    'The server took and sent nothing for as long as timeout server allows, in the middle of a transfer.',
    'Is something between here and the server forgetting idle connections? For long silences raise timeout server or timeout tunnel.',
  ),
  together(
    'SH',
    'The server closed the connection instead of answering.',
    "Did the application crash on this request? Look into the server's own log; the same request may do it again.",
  ),
  together(
    'sH',
    'The server did not answer within timeout server.',
    'The most common one: the application or its database is too slow. A longer timeout server only hides it.',
  ),
  together(
    'sQ',
    'It waited in the queue for longer than timeout queue allows.',
    'The servers are full: raise their maxconn, add servers, or find out what makes them slow.',
  ),
  together(
    'PC',
    'The proxy itself had no connection left for the server.',
    'Raise maxconn in the global section, and the limit of open files if it was set by hand.',
  ),
  together(
    'PD',
    'The proxy stopped a message whose chunks were not valid.',
    'Mostly a fault of the server (or the program before it); "show errors" has the bytes.',
  ),
  together(
    'PH',
    "The proxy stopped the server's answer: not valid, not safe, or a rule said so.",
    '"show errors" has the bytes and the place. The client got 502 (500 when a header could not be rewritten).',
  ),
  together(
    'PR',
    'The proxy refused the request: not valid, or a rule denied it.',
    'With 400 look at "show errors"; with 403 or 429 look for the rule that did it.',
  ),
  together(
    'PT',
    'The proxy held the client back by a tarpit rule, then answered with an error.',
    'Make sure that the rule meets only those it is meant for.',
  ),
  together(
    'RC',
    'Something ran out while the server was to be connected: memory, sockets, source ports.',
    'The log has the reason. For source ports: several source addresses (see the MySQL template).',
  ),
];

export const PERSISTENCE: readonly Combination[] = [
  together('--', 'No persistence cookie is configured.', ''),
  together('NN', 'No cookie came, and none was set.', 'With insert and postonly this is usual for anything but POST.'),
  together(
    'II',
    'The cookie named a server that is not there; a new one was set.',
    'Usual after a server was taken out of the configuration.',
  ),
  together('NI', 'No cookie came, one was set.', 'A first visit: counting these counts visitors.'),
  together('VN', 'The cookie was used, none was set.', 'Most requests of a visitor look like this.'),
  together('VU', 'The cookie was used, and its date renewed.', ''),
  together('EI', 'The cookie had not been used for too long (maxidle); a new one was set.', ''),
  together('OI', 'The cookie was too old (maxlife); a new one was set.', ''),
  together(
    'DI',
    "The cookie's server was down; another one was chosen, and a new cookie set.",
    'The visitor may have lost the session on the old server.',
  ),
  together(
    'VI',
    "The cookie's server could not be reached; another one was chosen, and a new cookie set.",
    'The server is not marked down, and yet refuses: look at its health check.',
  ),
];

/** The words for a state of the log; undefined for what is none. */
export function explainTermination(state: string): TerminationWords | undefined {
  if (state.length !== 2 && state.length !== 4) return undefined;
  const found = CAUSES.find((one) => one.letter === state[0]);
  const phase = PHASES.find((one) => one.letter === state[1]);
  if (found === undefined || phase === undefined) return undefined;
  const request = REQUEST_COOKIES.find((one) => one.letter === state[2]);
  const response = RESPONSE_COOKIES.find((one) => one.letter === state[3]);
  if (state.length === 4 && (request === undefined || response === undefined)) return undefined;
  const combination = COMBINATIONS.find((one) => one.letters === state.slice(0, 2));
  const persistence = PERSISTENCE.find((one) => one.letters === state.slice(2));
  const ended = combination?.meaning ?? `${found.title} ${phase.title}.`;
  const cookies =
    request === undefined || response === undefined || state.endsWith('--')
      ? ''
      : (persistence?.meaning ?? `Cookie: ${request.title}, ${response.title}.`);
  const summary = cookies === '' ? ended : `${ended} ${cookies}`;
  return { cause: found, phase, combination, request, response, persistence, summary };
}
