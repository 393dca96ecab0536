/** The unit's name in its networks: bytes, conversations, and real resolvers that ask. */
import { resolve } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { LocalName } from '../../../src/appliance/network/mdns/local-name.ts';
import {
  type DnsRecord,
  nameBytes,
  readMessage,
  TYPE_A,
  TYPE_AAAA,
  TYPE_ANY,
  TYPE_NSEC,
  TYPE_PTR,
  TYPE_SRV,
  TYPE_TXT,
  writeMessage,
} from '../../../src/appliance/network/mdns/packet.ts';
import { ownRecords } from '../../../src/appliance/network/mdns/records.ts';
import { type Asker, MDNS_PORT, Responder } from '../../../src/appliance/network/mdns/responder.ts';
import { addressText } from '../../../src/appliance/network/prefix.ts';
import { IFA_F_TENTATIVE } from '../../../src/sys/rtnetlink-constants.ts';
import { findProgram } from '../../find-program.ts';
import { cannotMakeLab, Lab } from './lab.ts';

t.setTimeout(600_000);

const ADDRESS = Uint8Array.of(10, 0, 0, 2);
const SOMEBODY: Asker = { address: '10.0.0.9', port: MDNS_PORT };

/** A responder whose time goes on when it is told to. */
class Conversation {
  readonly sent: { link: string; bytes: Buffer; to: Asker | undefined }[] = [];
  readonly names: (string | undefined)[] = [];
  #timers: { at: number; run: () => void }[] = [];
  #now = 0;
  readonly responder = new Responder({
    send: (link, bytes, to) => void this.sent.push({ link, bytes, to }),
    after: (ms, run) => {
      const timer = { at: this.#now + ms, run };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
    },
    random: () => 0.5,
    onName: (name) => void this.names.push(name),
  });

  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }

  /** What was sent since the last time, read. */
  said() {
    return this.sent.splice(0).map(({ bytes, ...more }) => ({ ...more, message: readMessage(bytes), bytes }));
  }

  begin(name = 'pocket'): void {
    this.responder.use(name, 8443, new Map([['eth0', [ADDRESS]]]));
  }

  ask(
    name: string,
    type: number,
    options: { from?: Asker; unicast?: boolean; known?: readonly DnsRecord[] } = {},
  ): void {
    const questions = [{ name, type, unicast: options.unicast ?? false }];
    const bytes = writeMessage({ id: 7, response: false, questions, answers: options.known ?? [] });
    this.responder.receive('eth0', bytes, options.from ?? SOMEBODY);
  }

  hear(record: Partial<DnsRecord>): void {
    const whole = {
      name: 'pocket.local',
      type: TYPE_A,
      unique: true,
      ttl: 120,
      data: Buffer.of(10, 0, 0, 9),
      ...record,
    };
    this.responder.receive('eth0', writeMessage({ response: true, answers: [whole] }), SOMEBODY);
  }
}

t.test('it asks three times whether somebody has the name, tells it twice, and then is quiet', async (t) => {
  const one = new Conversation();
  one.begin('Pocket');
  one.pass(125 + 500);
  const probes = one.said();
  t.equal(probes.length, 3);
  for (const { message } of probes) {
    t.match(message, { response: false, questions: [{ name: 'pocket.local', type: TYPE_ANY, unicast: true }, {}] });
    t.ok(message?.authorities.some(({ type, data }) => type === TYPE_A && data.equals(ADDRESS)));
  }
  t.same(one.names, [undefined]);
  one.pass(250);
  t.same(one.names, [undefined, 'Pocket']);
  one.pass(60_000);
  const told = one.said();
  t.equal(told.length, 2);
  t.match(told[0]?.message, { response: true, questions: [] });
  t.same(
    told[0]?.message?.answers.map(({ type }) => type).sort((a, b) => a - b),
    [TYPE_A, TYPE_PTR, TYPE_PTR, TYPE_TXT, TYPE_SRV, TYPE_NSEC],
  );
  t.equal(one.responder.name, 'Pocket');
});

t.test('questions for the name, the service and what there is not are answered, others are not', async (t) => {
  const one = new Conversation();
  one.begin();
  one.pass(10_000);
  one.said();
  one.ask('POCKET.local', TYPE_A);
  t.match(one.said(), [
    { to: undefined, message: { answers: [{ name: 'pocket.local', type: TYPE_A, unique: true }] } },
  ]);
  one.ask('pocket.local', TYPE_AAAA);
  t.match(one.said(), [{ message: { answers: [{ type: TYPE_NSEC }] } }], 'there is no AAAA: said so, at once');
  one.ask('pocket.local', TYPE_A, { unicast: true });
  t.match(one.said(), [{ to: SOMEBODY }]);
  for (const name of ['pocket-2.local', 'pocket', 'local', '', 'pocket.local.example']) one.ask(name, TYPE_ANY);
  t.same(one.said(), []);
  one.ask('_https._tcp.local', TYPE_PTR);
  t.same(one.said(), [], 'others may have the service, too: not all at once');
  one.pass(120);
  t.match(one.said(), [{ message: { answers: [{ type: TYPE_PTR, unique: false }] } }]);
  const known = ownRecords('pocket', [ADDRESS], 8443).shared;
  one.ask('_https._tcp.local', TYPE_PTR, { known });
  one.pass(1000);
  t.same(one.said(), [], 'what somebody knows is not told again');
  one.ask('pocket._https._tcp.local', TYPE_SRV);
  t.equal(one.said()[0]?.message?.answers[0]?.data.readUInt16BE(4), 8443);
});

t.test('a resolver that knows no multicast DNS is answered as by any server', async (t) => {
  const one = new Conversation();
  one.begin();
  one.pass(10_000);
  one.said();
  one.ask('pocket.local', TYPE_A, { from: { address: '10.0.0.9', port: 40_000 } });
  const [answer] = one.said();
  t.match(answer?.to, { port: 40_000 });
  t.match(answer?.message, { id: 7, questions: [{ name: 'pocket.local' }], answers: [{ unique: false, ttl: 10 }] });
});

t.test('a name that somebody has is not taken: the next one is', async (t) => {
  const one = new Conversation();
  one.begin();
  one.pass(200);
  one.hear({});
  one.pass(10_000);
  t.same(one.names, [undefined, 'pocket-2']);
  one.said();
  one.ask('pocket-2.local', TYPE_A);
  t.match(one.said(), [{ message: { answers: [{ name: 'pocket-2.local' }] } }]);
  one.ask('pocket.local', TYPE_A);
  t.same(one.said(), []);
});

t.test('a name that somebody else begins to answer for is asked for again, and given up when it is his', async (t) => {
  const one = new Conversation();
  one.begin();
  one.pass(10_000);
  one.hear({ data: Buffer.from(ADDRESS) });
  one.hear({ ttl: 0 });
  one.hear({ name: 'other.local' });
  one.pass(10_000);
  t.equal(one.responder.name, 'pocket', 'the same answer, a goodbye, another name: no conflict');
  one.hear({});
  t.equal(one.responder.name, undefined);
  one.pass(10_000);
  t.equal(one.responder.name, 'pocket', 'nobody has it after all');
  one.hear({});
  one.pass(300);
  one.hear({});
  one.pass(10_000);
  t.equal(one.responder.name, 'pocket-2');
});

t.test('two who ask for one name at once: the greater has it', async (t) => {
  for (const [last, name] of [
    [1, 'pocket'],
    [9, 'pocket-2'],
  ] as const) {
    const one = new Conversation();
    one.begin();
    one.pass(200);
    const { unique } = ownRecords('pocket', [Uint8Array.of(10, 0, 0, last)], 8443);
    const questions = [{ name: 'pocket.local', type: TYPE_ANY, unicast: true }];
    const authorities = unique.filter(({ type }) => type === TYPE_A);
    one.responder.receive('eth0', writeMessage({ response: false, questions, authorities }), SOMEBODY);
    one.pass(900);
    // The greater has been told by then, and answers the next question.
    if (last === 9) {
      one.pass(200);
      one.hear({});
    }
    one.pass(10_000);
    t.equal(one.responder.name, name);
  }
});

t.test('other addresses are told, another name says goodbye to the old one, and so does the end', async (t) => {
  const one = new Conversation();
  one.begin();
  one.pass(10_000);
  one.said();
  one.begin();
  one.pass(10_000);
  t.same(one.said(), [], 'nothing is other than before');
  one.responder.use('pocket', 8443, new Map([['eth0', [Uint8Array.of(10, 0, 0, 3)]]]));
  t.ok(one.said()[0]?.message?.answers.some(({ data }) => data.equals(Uint8Array.of(10, 0, 0, 3))));
  one.begin('other');
  t.ok(one.said()[0]?.message?.answers.every(({ ttl }) => ttl === 0));
  one.pass(10_000);
  t.equal(one.responder.name, 'other');
  one.said();
  one.responder.stop();
  t.ok(one.said()[0]?.message?.answers.every(({ ttl }) => ttl === 0));
  one.ask('other.local', TYPE_A);
  t.same(one.said(), []);
});

t.test('names may be shortened; what is broken is no message; nothing throws', async (t) => {
  const shortened = Buffer.concat([
    Buffer.from('000084000000000100000000', 'hex'),
    nameBytes('pocket.local'),
    Buffer.from('002180010000007800080000000020fbc00c', 'hex'),
  ]);
  t.same(readMessage(shortened)?.answers[0]?.data.subarray(6), nameBytes('pocket.local'));
  const circle = Buffer.from('000000000001000000000000c00c00010001', 'hex');
  t.equal(readMessage(circle), undefined);
  t.equal(readMessage(Buffer.alloc(11)), undefined);
  const own = ownRecords('pocket', [ADDRESS, new Uint8Array(16)], 8443);
  const seed = writeMessage({ response: true, questions: [], answers: [...own.unique, ...own.shared] });
  t.equal(readMessage(seed)?.answers.length, own.unique.length + own.shared.length);
  const names = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 5 });
  fc.assert(
    fc.property(names, (labels) => {
      const name = labels.map((label) => label.replaceAll('\\', '\\\\').replaceAll('.', '\\.')).join('.');
      const bytes = writeMessage({ response: false, questions: [{ name, type: 1, unicast: false }] });
      const read = readMessage(bytes)?.questions[0]?.name;
      return read === name.toLowerCase() || Buffer.compare(nameBytes(read ?? ''), nameBytes(name.toLowerCase())) === 0;
    }),
  );
  const one = new Conversation();
  one.begin();
  one.pass(10_000);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
      (noise, flips) => {
        one.responder.receive('eth0', Buffer.from(noise), SOMEBODY);
        const bytes = Buffer.from(seed);
        for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value;
        one.responder.receive('eth0', bytes, { address: '10.0.0.9', port: 1 });
        one.pass(10);
        return true;
      },
    ),
    { numRuns: 3000 },
  );
});

const why = cannotMakeLab() || (findProgram('dig') === null ? 'needs dig' : false);
if (why) t.pass('network namespaces', { skip: why });
else {
  /** Asks as any program that knows no multicast DNS but its group, and prints the addresses of the answer. */
  const ASK = `
    const { createSocket } = require('node:dgram');
    const [group, zone, question] = process.argv.slice(1);
    const socket = createSocket(group.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (answer, from) => { console.log(from.address.split('%')[0], answer.toString('hex')); process.exit(); });
    setInterval(() => socket.send(Buffer.from(question, 'hex'), 5353, group + zone), 200);
  `;

  t.test('it is found at each port, by IPv4 and IPv6; a neighbour with the same name gets a number', async (t) => {
    const lab = new Lab();
    const { left, right } = lab;
    const { interfaces } = lab.network;
    const local = new LocalName({ reactor: lab.reactor, interfaces, servicePort: 8443, tell() {}, onChange() {} });
    t.teardown(async () => {
      local.close();
      await lab.close();
    });
    await lab.use({
      mode: 'two-arm',
      ports: { eth0: { ipv4: { address: '10.84.0.2/24' } }, eth1: { ipv4: { address: '10.85.0.2/24' } } },
    });
    left.ip('addr add 10.84.0.9/24 dev eth0');
    right.ip('addr add 10.85.0.9/24 dev eth0');
    for (const machine of [left, right]) machine.ip('route add 224.0.0.0/4 dev eth0');
    const ready = (link: string) =>
      interfaces.byName(link)?.addresses.some(({ family, flags }) => family === 6 && (flags & IFA_F_TENTATIVE) === 0);
    await lab.until('links', () => ['eth0', 'eth1'].every(ready));
    local.use('pocket', ['eth0', 'eth1']);
    await lab.until('the name', () => local.name === 'pocket');
    const asked = async (machine: typeof left, group: string, zone: string, type: number): Promise<string> => {
      const questions = [{ name: 'pocket.local', type, unicast: false }];
      const question = writeMessage({ id: 9, response: false, questions }).toString('hex');
      const [from, hex = ''] = (await machine.say(process.execPath, '-e', ASK, group, zone, question))
        .trim()
        .split(' ');
      const first = readMessage(Buffer.from(hex, 'hex'))?.answers[0];
      t.equal(first?.name, 'pocket.local');
      const address = first === undefined ? '' : addressText(first.data);
      // A link may have several addresses: the answer names one, it need not be that it comes from.
      t.ok(from === address || type === TYPE_AAAA, `${from} ${address}`);
      return address;
    };
    t.equal(await asked(left, '224.0.0.251', '', TYPE_A), '10.84.0.2');
    t.equal(await asked(right, '224.0.0.251', '', TYPE_A), '10.85.0.2', 'at each port the address of that port');
    t.match(await asked(left, 'ff02::fb', '%eth0', TYPE_AAAA), /^fe80::/);
    const dig = (...words: readonly string[]) => left.say('dig', '@10.84.0.2', '-p', '5353', '+short', ...words);
    t.equal(await dig('pocket.local', 'A'), '10.84.0.2\n', 'a real resolver reads it');
    t.equal(await dig('_https._tcp.local', 'PTR'), 'pocket._https._tcp.local.\n');
    t.equal(await dig('pocket._https._tcp.local', 'SRV'), '0 0 8443 pocket.local.\n');
    t.equal(await dig('pocket._https._tcp.local', 'TXT'), '"path=/"\n');

    const program = resolve(import.meta.dirname, 'local-name-program.ts');
    t.equal(await right.firstLine(process.execPath, program, 'pocket'), 'pocket-2', 'the name is taken');
    t.equal(await right.firstLine(process.execPath, program, 'other'), 'other');
    t.equal(local.name, 'pocket');
  });
}
