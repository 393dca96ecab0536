import fc from 'fast-check';
import t from 'tap';
import { CheckAttempt, type CheckPort } from '../../src/health/check.ts';
import { type CheckChain, compileChain } from '../../src/health/check-chain.ts';
import { BARE, httpCheck } from './plain-target.ts';

const needle = httpCheck({ what: 'string', pattern: 'needle' }, { method: 'GET', version: 'HTTP/1.1' });
const silentPort: CheckPort = { connect: () => {}, send: () => {}, close: () => {} };
const subject = { stopped: false, stateHeader: () => '' };

function asked(chain: CheckChain, limit: number): CheckAttempt {
  const attempt = new CheckAttempt(chain, silentPort, subject, limit);
  attempt.start();
  attempt.onConnected(null);
  attempt.onSent();
  return attempt;
}

function judge(bytes: Buffer, cuts: readonly number[], chain: CheckChain, limit = 16_384) {
  const attempt = asked(chain, limit);
  let from = 0;
  for (const cut of [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)) {
    if (cut > from) attempt.onBytes(bytes.subarray(from, cut));
    from = Math.max(from, cut);
  }
  if (from < bytes.length) attempt.onBytes(bytes.subarray(from));
  attempt.onEnd();
  if (attempt.verdict === null) throw new Error('no verdict at the end');
  return attempt.verdict;
}

t.test('a response is judged alike however it is cut', async () => {
  const responses = [
    'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nhay needle hay',
    'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nhay needed hay',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhay ne\r\n5;x\r\nedle \r\n0\r\nX: y\r\n\r\n',
    'HTTP/1.1 200 OK\r\n\r\nneedl',
    'HTTP/1.1 204 No\r\n\r\n',
    'HTTP/1.1 500 Oh\r\n\r\nneedle',
  ];
  for (const negated of [false, true]) {
    const expectation = compileChain(httpCheck({ what: 'string', pattern: 'needle', negated }));
    for (const response of responses) {
      const bytes = Buffer.from(response);
      const whole = judge(bytes, [], expectation);
      fc.assert(
        fc.property(fc.array(fc.nat(200), { maxLength: 10 }), (cuts) => {
          const cut = judge(bytes, cuts, expectation);
          if (cut.status !== whole.status || cut.info !== whole.info) throw new Error(`${cut.status} ${whole.status}`);
        }),
        { numRuns: 60 },
      );
    }
  }
});

t.test('no bytes make the judge throw or wait beyond the end', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, headed) => {
      const head = Buffer.from(headed ? 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' : '');
      judge(Buffer.concat([head, noise]), [7, 50], compileChain(needle), 256);
    }),
  );
});

t.test('a check without a question is over when the connection is, or the PROXY header has left', async (t) => {
  const calls: string[] = [];
  const port: CheckPort = {
    connect: () => {},
    send: (bytes) => void calls.push(`send ${bytes}`),
    close: () => void calls.push('close'),
  };
  const bare = new CheckAttempt(compileChain(BARE), port, subject);
  bare.start();
  bare.onConnected(null);
  t.equal(bare.verdict?.status, 'L4OK');
  t.same(calls, ['close']);
  const introduced = new CheckAttempt(compileChain(BARE), port, subject);
  introduced.start();
  introduced.onConnected(Buffer.from('P'));
  t.equal(introduced.verdict, null);
  introduced.onSent();
  t.equal(introduced.verdict?.status, 'L4OK' as never);
  introduced.onError('late');
  t.same(calls, ['close', 'send P', 'close'], 'and it ends once');
});

t.test('an error after a complete head does not hide the answer', async (t) => {
  const attempt = asked(compileChain(needle), 16_384);
  attempt.onBytes(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhay'));
  attempt.onError('Connection reset by peer');
  t.match(attempt.verdict, { status: 'L7RSP', info: 'HTTP content check did not match' });
});
