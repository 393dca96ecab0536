/** Templates for mail, Redis, MySQL and whatever else speaks TCP. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import { listen, mailDialogue, smtpOrigin } from '../seeds/seed-proxy.ts';
import { until } from './ends.ts';
import type { Scenario } from './scenario.ts';

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

/**
 * The greeting of MySQL (protocol 10: length, sequence number, version, thread), which a server sends first. The version
 * says who greets, and whom.
 */
async function mysqlOrigin(test: Test, name: string): Promise<string> {
  const server = createServer((socket) => {
    const version = `${name} ${socket.remoteAddress}`;
    const payload = Buffer.from(`\x0a${version}\0\x01\0\0\0saltsalt\0`, 'latin1');
    socket.write(Buffer.concat([Buffer.from([payload.length, 0, 0, 0]), payload]));
  });
  return listen(test, server);
}

/** Answers every line with its name. */
function lineServer(test: Test, name: string): Promise<string> {
  return listen(
    test,
    createServer((socket) => {
      socket.on('data', () => socket.write(`${name}\r\n`));
    }),
  );
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

export const TCP_SCENARIOS: readonly Scenario[] = [
  {
    template: 'smtp-by-source',
    what: 'a sender always meets the same server',
    async play(test, start) {
      const port = await start({
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
    },
  },
  {
    template: 'redis-master',
    what: 'connections go to the master, and to the new one after a fail-over',
    async play(test, start) {
      const [one, two] = [await redisOrigin(test, 'one', 'master'), await redisOrigin(test, 'two', 'slave')];
      const port = await start({ servers: [one.address, two.address] });
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
    },
  },
  {
    template: 'mysql-read-farm',
    what: 'replicas are reached from each of the source addresses',
    async play(test, start) {
      const [one, two] = [await mysqlOrigin(test, 'one'), await mysqlOrigin(test, 'two')];
      const port = await start({ servers: [one, two], sources: ['127.0.0.2', '127.0.0.3'] });
      const greetings: string[] = [];
      const clients: Socket[] = [];
      // As long as all stay, the next one goes to a row that has none.
      for (let index = 0; index < 4; index++) {
        const client = connect({ host: '127.0.0.1', port });
        clients.push(client);
        test.teardown(() => client.destroy());
        const [packet] = (await once(client, 'data')) as [Buffer];
        greetings.push(packet.toString('latin1', 5, packet.indexOf(0, 5)));
      }
      test.strictSame(greetings.sort(), ['one 127.0.0.2', 'one 127.0.0.3', 'two 127.0.0.2', 'two 127.0.0.3']);
    },
  },
  {
    template: 'tcp-service',
    what: 'a connection goes to the server with the fewest',
    async play(test, start) {
      const servers = await Promise.all(['one', 'two'].map((name) => lineServer(test, name)));
      const port = await start({ servers });
      const stays = connect({ host: '127.0.0.1', port });
      test.teardown(() => stays.destroy());
      stays.write('who\r\n');
      const [busy] = (await once(stays, 'data')) as [Buffer];
      const other = String(busy).trim() === 'one' ? 'two' : 'one';
      for (let index = 0; index < 3; index++) {
        // Its end is counted a moment after we have seen it.
        await until('the server without a connection is asked', async () => (await askLine(port, 'who')) === other);
      }
      stays.write('still there?\r\n');
      test.same((await once(stays, 'data'))[0], busy, 'the one that stays has its server still');
    },
  },
];
