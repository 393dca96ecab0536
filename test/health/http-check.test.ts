import fc from 'fast-check';
import t from 'tap';
import { CheckAttempt } from '../../src/health/check.ts';
import { type HttpCheckModel, HttpCheckResponse, HttpExpectation } from '../../src/health/http-check.ts';

const model: HttpCheckModel = {
  kind: 'http',
  method: 'GET',
  uri: '/',
  version: 'HTTP/1.1',
  headers: [],
  body: '',
  expect: { negated: false, match: 'string', pattern: 'needle' },
};

function judge(bytes: Buffer, cuts: readonly number[], expectation: HttpExpectation, limit = 16_384) {
  const response = new HttpCheckResponse(expectation, limit);
  let from = 0;
  for (const cut of [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)) {
    const verdict = response.add(bytes.subarray(from, cut));
    if (verdict !== null) return verdict;
    from = cut;
  }
  return response.add(bytes.subarray(from)) ?? response.finish();
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
    const expectation = new HttpExpectation({ ...model, expect: { negated, match: 'string', pattern: 'needle' } });
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
      judge(Buffer.concat([head, noise]), [7, 50], new HttpExpectation(model), 256);
    }),
  );
});

t.test('a check without a question is over when the connection is, or the PROXY header has left', async (t) => {
  const calls: string[] = [];
  const port = { send: (bytes: Uint8Array) => void calls.push(`send ${bytes}`), close: () => void calls.push('close') };
  const bare = new CheckAttempt(null, port);
  bare.onConnected(null);
  t.equal(bare.verdict?.status, 'L4OK');
  t.same(calls, ['close']);
  const introduced = new CheckAttempt(null, port);
  introduced.onConnected(Buffer.from('P'));
  t.equal(introduced.verdict, null);
  introduced.onSent();
  t.equal(introduced.verdict?.status, 'L4OK' as never);
  introduced.onError('late');
  t.same(calls, ['close', 'send P', 'close'], 'and it ends once');
});

t.test('an error after a complete head does not hide the answer', async (t) => {
  const port = { send: () => {}, close: () => {} };
  const question = { request: Buffer.from('x'), expectation: new HttpExpectation(model) };
  const attempt = new CheckAttempt(question, port);
  attempt.onConnected(null);
  attempt.onBytes(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhay'));
  attempt.onError('Connection reset by peer');
  t.match(attempt.verdict, { status: 'L7RSP', info: 'HTTP content check did not match' });
});
