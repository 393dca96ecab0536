/** Templates for mail, Redis and MySQL, with traffic. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import t, { type Test } from 'tap';
import { MYSQL_READ_FARM } from '../../src/admin/templates/scenarios/mysql-read-farm.ts';
import { REDIS_MASTER } from '../../src/admin/templates/scenarios/redis-master.ts';
import { SMTP_BY_SOURCE } from '../../src/admin/templates/scenarios/smtp-by-source.ts';
import { mailDialogue, smtpOrigin } from './seeds/seed-proxy.ts';
import { listen, play, start, until } from './templates/template-player.ts';

t.setTimeout(600_000);

play(SMTP_BY_SOURCE, 'a sender always meets the same server', async (test, program) => {
  const port = await start(test, program, SMTP_BY_SOURCE, {
    servers: await Promise.all(['mail1', 'mail2', 'mail3'].map((name) => smtpOrigin(test, name))),
  });
  const serverOf = async (source: string): Promise<string> => {
    const heard = await mailDialogue(port, source);
    return /^220 (\w+) ESMTP\r\n250 \1\r\n221 \1 closing\r\n$/.exec(heard)?.[1] ?? heard;
  };
  const sources = Array.from({ length: 12 }, (_, index) => `127.0.0.${index + 1}`);
  const first = await Promise.all(sources.map(serverOf));
  test.ok(
    first.every((name) => /^mail[123]$/.test(name)),
    first.join(),
  );
  test.ok(new Set(first).size > 1, 'several servers are used');
  test.strictSame(await Promise.all(sources.map(serverOf)), first);
});

interface Redis {
  readonly address: string;
  role: 'master' | 'slave';
}

/** Redis as far as the check and one question go. */
async function redisOrigin(test: Test, name: string, role: Redis['role']): Promise<Redis> {
  const redis = { address: '', role };
  const server = createServer((socket) => {
    let heard = '';
    socket.on('data', (part) => {
      heard += part.toString('latin1');
      for (let end = heard.indexOf('\r\n'); end >= 0; end = heard.indexOf('\r\n')) {
        const command = heard.slice(0, end).toLowerCase();
        heard = heard.slice(end + 2);
        const info = `# Replication\r\nrole:${redis.role}\r\n`;
        if (command === 'ping') socket.write('+PONG\r\n');
        else if (command === 'info replication') socket.write(`$${info.length}\r\n${info}\r\n`);
        else if (command === 'quit') socket.end('+OK\r\n');
        else socket.write(`+${name}\r\n`);
      }
    });
  });
  redis.address = await listen(test, server);
  return redis;
}

/** Who answers; '' when nobody does. */
async function askLine(port: number, line: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {}); // told by the empty answer
  socket.write(`${line}\r\n`);
  const answer = await Promise.race([
    once(socket, 'data').then(([part]) => String(part).trim()),
    once(socket, 'close').then(() => ''),
  ]).catch(() => '');
  socket.destroy();
  return answer;
}

play(REDIS_MASTER, 'connections go to the master, and to the new one after a fail-over', async (test, program) => {
  const [one, two] = [await redisOrigin(test, 'one', 'master'), await redisOrigin(test, 'two', 'slave')];
  const port = await start(test, program, REDIS_MASTER, { servers: [one.address, two.address] });
  const allAre = async (name: string): Promise<boolean> => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => askLine(port, 'whoareyou')));
    return answers.every((answer) => answer === name);
  };
  await until('only the master is asked', () => allAre('+one'));
  const old = connect({ host: '127.0.0.1', port });
  old.on('error', () => {}); // closing is what is waited for
  old.write('whoareyou\r\n');
  await once(old, 'data');
  const closed = once(old, 'close');
  one.role = 'slave';
  two.role = 'master';
  await until('only the new master is asked', () => allAre('+two'));
  await closed;
  test.pass('the connection to the old master was closed');
});

play(MYSQL_READ_FARM, 'replicas are reached from each of the source addresses', async (test, program) => {
  const seen = new Map<string, number>();
  const server = createServer((socket) => {
    socket.on('data', () => {
      const from = socket.remoteAddress ?? '';
      seen.set(from, (seen.get(from) ?? 0) + 1);
      socket.end(`${from}\r\n`);
    });
  });
  const port = await start(test, program, MYSQL_READ_FARM, {
    servers: [await listen(test, server)],
    sources: ['127.0.0.2', '127.0.0.3'],
  });
  for (let index = 0; index < 6; index++) await askLine(port, 'select 1');
  test.strictSame([...seen.keys()].sort(), ['127.0.0.2', '127.0.0.3']);
  test.strictSame([...seen.values()], [3, 3]);
});
