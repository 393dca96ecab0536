/**
 * A shell in the browser: turned on by the owner, opened with a fresh password. The password buys a ticket; the WebSocket
 * needs the ticket, the session that bought it, a page of ours and the role.
 */

import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Shell } from '../terminal/shell.ts';
import type { ShellUser, ShellUserChoice } from '../terminal/shell-user.ts';
import { TerminalSession, terminalSize } from '../terminal/terminal-session.ts';
import type { TerminalSetting } from '../terminal/terminal-setting.ts';
import { TICKET_MS, type Tickets } from '../terminal/tickets.ts';
import { personOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { refuse } from './guard.ts';
import { about, BOOLEAN, NUMBER, object, pattern, text } from './schemas.ts';
import { authenticateAgain, type Credentials } from './turnstile.ts';

const MOST_TERMINALS = 4;
const TRY_AGAIN_LATER = 1013;
const SIZE = pattern('^[1-9][0-9]{0,2}$');
const STATE = object({
  enabled: BOOLEAN,
  available: { ...BOOLEAN, description: 'can this unit have one at all?' },
  reason: text(300, 'why not, or empty'),
  user: text(64, 'as whom the shell runs'),
  idleSeconds: { ...NUMBER, description: 'it ends when nobody types for so long' },
  open: NUMBER,
});

export interface TerminalContext {
  readonly admin: AdminContext;
  readonly setting: TerminalSetting;
  readonly tickets: Tickets;
  readonly shellUser: ShellUserChoice;
  readonly idleMs: number;
}

/** As whom, or why not at all. */
function shellUserOf({ setting, shellUser }: TerminalContext): ShellUser {
  if (shellUser.kind === 'none') throw new Failure(409, 'no-terminal', shellUser.reason);
  if (!setting.enabled) throw new Failure(409, 'terminal-off', 'the terminal is off: its owner can turn it on');
  return shellUser.user;
}

function stateOf({ setting, shellUser, idleMs }: TerminalContext, open: number): object {
  const available = shellUser.kind === 'user';
  return {
    enabled: setting.enabled,
    available,
    reason: available ? '' : shellUser.reason,
    user: available ? shellUser.user.name : '',
    idleSeconds: idleMs / 1000,
    open,
  };
}

interface SocketQuery {
  readonly ticket: string;
  readonly columns: string;
  readonly rows: string;
}

/** Before the upgrade: what is refused here is refused as HTTP, and audited. */
function redeem(context: TerminalContext, request: FastifyRequest): void {
  const { session } = personOf(request);
  shellUserOf(context);
  const { ticket } = request.query as SocketQuery;
  if (context.tickets.take(ticket, session.id)) return;
  refuse(context.admin, request, 'ticket');
  throw new Failure(403, 'bad-ticket', 'this ticket is used, too old, or not of this session');
}

export function terminalRoutes(app: FastifyInstance, context: TerminalContext): void {
  const { admin, setting, tickets, idleMs } = context;
  const open = new Set<TerminalSession>();

  const mustEnd = (sessionId: string, name: string): string | undefined => {
    if (!setting.enabled) return 'the terminal was turned off';
    if (!admin.sessions.isAlive(sessionId)) return 'not logged in any more';
    return admin.users.find(name)?.role === 'admin' ? undefined : 'not an admin any more';
  };

  const begin = async (socket: WebSocket, request: FastifyRequest): Promise<void> => {
    const { user, session } = personOf(request);
    const { columns, rows } = request.query as SocketQuery;
    const note = (action: string, outcome: 'done' | 'failed', detail: string): void =>
      admin.audit.add({ actor: user.name, source: request.ip, action, outcome, detail });
    let shell: Shell;
    // What is typed before the shell is there waits in the socket.
    socket.pause();
    const account = shellUserOf(context);
    try {
      const { openShell } = await import('../terminal/shell.ts');
      shell = openShell(account, terminalSize(Number(columns), Number(rows)) ?? { columns: 80, rows: 24 });
    } catch (error) {
      note('terminal.open', 'failed', (error as Error).message.slice(0, 500));
      socket.close(TRY_AGAIN_LATER, 'no shell could be started');
      return;
    }
    note('terminal.open', 'done', `as ${account.name}, process ${shell.processId}`);
    const begunAt = performance.now();
    const terminal: TerminalSession = new TerminalSession({
      shell,
      socket,
      idleMs,
      mustEnd: () => mustEnd(session.id, user.name),
      onKeystroke: () => admin.sessions.see(session.id),
      onEnd: (reason) => {
        open.delete(terminal);
        const seconds = Math.round((performance.now() - begunAt) / 1000);
        note('terminal.close', 'done', `process ${shell.processId} after ${seconds} s: ${reason}`);
      },
    });
    open.add(terminal);
    socket.resume();
    if (socket.readyState !== socket.OPEN) terminal.end(1000, 'the browser went away');
  };

  app.get(
    '/api/terminal',
    {
      config: { access: 'admin' },
      schema: about('terminal', 'Is there a terminal, and as whom does it run', { answer: STATE }),
    },
    async () => stateOf(context, open.size),
  );
  app.put(
    '/api/terminal',
    {
      config: { access: 'admin', action: 'terminal.setting' },
      schema: about('terminal', 'Turn it on or off; off ends those that are open', {
        body: object({ enabled: BOOLEAN }),
        answer: STATE,
      }),
    },
    async (request) => {
      const { user } = personOf(request);
      const { enabled } = request.body as { enabled: boolean };
      if (enabled && context.shellUser.kind === 'none') {
        throw new Failure(409, 'no-terminal', context.shellUser.reason);
      }
      setting.set(enabled);
      const action = enabled ? 'terminal.on' : 'terminal.off';
      admin.audit.add({ actor: user.name, source: request.ip, action, outcome: 'done' });
      if (!enabled) for (const terminal of [...open]) terminal.forbid('the terminal was turned off');
      return stateOf(context, open.size);
    },
  );
  app.post(
    '/api/terminal/ticket',
    {
      config: { access: 'admin', action: 'terminal.ticket' },
      schema: about('terminal', 'For the password (and the one-time password): good once, for this session, soon', {
        body: object({ password: text(256), code: pattern('^[0-9]{6}$') }, ['code']),
        answer: object({ ticket: text(64), goodForMs: NUMBER }),
      }),
    },
    async (request, reply) => {
      const { user, session } = personOf(request);
      shellUserOf(context);
      await authenticateAgain(admin, request, reply, user.name, request.body as Credentials);
      return { ticket: tickets.issue(session.id), goodForMs: TICKET_MS };
    },
  );
  app.get(
    '/api/terminal/socket',
    {
      websocket: true,
      config: { access: 'admin' },
      schema: {
        ...about('terminal', 'WebSocket: bytes are keystrokes and output (docs/admin.md, "Terminal")'),
        querystring: object({ ticket: text(64), columns: SIZE, rows: SIZE }),
      },
      preHandler: async (request) => redeem(context, request),
    },
    (socket, request) => {
      if (open.size >= MOST_TERMINALS) {
        refuse(admin, request, 'terminals');
        socket.close(TRY_AGAIN_LATER, `${MOST_TERMINALS} terminals are open already`);
        return;
      }
      void begin(socket, request);
    },
  );
  app.addHook('preClose', async () => {
    for (const terminal of [...open]) terminal.end(1001, 'the unit stops');
  });
}
