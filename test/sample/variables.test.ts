import fc from 'fast-check';
import t from 'tap';
import { compileOptions, SampleEnvironment } from '../../src/sample/context.ts';
import { BOOL, Sample, SINT, STR } from '../../src/sample/sample.ts';
import { clearVariable, readVariable, writeVariable } from '../../src/sample/variable-access.ts';
import { SessionVariables, VariableNames, VariableStore } from '../../src/sample/variables.ts';
import { context } from './records.ts';

function text(value: string): Sample {
  const sample = new Sample();
  sample.setText(value);
  return sample;
}

t.test('a value is a copy: what becomes of the sample or of its bytes does not matter', (t) => {
  const store = new VariableStore('txn', 0, null);
  const bytes = Buffer.from('abcdef');
  const sample = new Sample();
  sample.setBytes(STR, bytes, 1, 4);
  store.set(0, sample, null);
  bytes.fill(0);
  sample.setInteger(7);
  const read = new Sample();
  t.ok(store.read(0, read));
  t.equal(read.text(), 'bcd');
  store.set(0, sample, null);
  store.read(0, read);
  t.match(read, { type: SINT, integer: 7 });
  t.end();
});

t.test('the smaller limit of the process counts, for what sessions and requests hold too', (t) => {
  const limits = { global: 300, process: 200, session: 0, transaction: 0, exchange: 0 };
  const names = new VariableNames(limits);
  const variables = new SessionVariables(names);
  variables.beginRequest();
  const { transaction, session } = variables;
  t.ok(transaction?.set(0, text('x'.repeat(100)), null), '80 for the variable and 100 for its bytes');
  t.notOk(session.set(0, text(''), null), 'no room for another');
  t.notOk(transaction?.set(0, text('x'.repeat(130)), null), 'nor for more bytes');
  const read = new Sample();
  t.ok(transaction?.read(0, read));
  t.equal(read.type, BOOL, 'what did not fit is a value without bytes');
  transaction?.clear();
  t.ok(session.set(0, text('x'.repeat(100)), null), 'what is gone counts no more');
  t.notOk(names.process.create(0, true));
  variables.end();
  t.ok(names.process.create(0, true));
  t.end();
});

t.test('names become slots; a bad one is refused in the words of haproxy', (t) => {
  const options = compileOptions(new SampleEnvironment(), 'request');
  t.throws(() => readVariable('foo.x', options), { message: /^invalid variable name 'foo.x'/ });
  t.throws(() => readVariable('txn.a-b', options), { message: "invalid syntax at char '-b'" });
  const request = context(['GET / HTTP/1.1']);
  const sample = text('value');
  t.ok(writeVariable('proc.a', [], options)(request, sample));
  t.notOk(writeVariable('txn.a', [], options)(request, sample), 'nowhere to put it');
  const read = new Sample();
  t.ok(readVariable('proc.a', options)(request, read));
  t.equal(read.text(), 'value');
  t.notOk(readVariable('txn.a', options, 'other')(request, read), 'not even the other value without a scope');
  t.ok(clearVariable('proc.a', options)(request));
  t.ok(readVariable('proc.a', options, 'other')(request, read));
  t.equal(read.text(), 'other');
  t.end();
});

t.test('whatever is done to stores, they hold what was set last, and nothing counts in the end', (t) => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('set' as const), slot: fc.nat(4), value: fc.string({ maxLength: 60 }) }),
    fc.record({ do: fc.constant('number' as const), slot: fc.nat(4), value: fc.integer() }),
    fc.record({ do: fc.constant('unset' as const), slot: fc.nat(4) }),
    fc.record({ do: fc.constant('clear' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const outer = new VariableStore('sess', 400, null);
      const store = new VariableStore('txn', 0, outer);
      const expected = new Map<number, string | number>();
      const read = new Sample();
      for (const one of steps) {
        if (one.do === 'clear') {
          store.clear();
          expected.clear();
        } else if (one.do === 'unset') {
          store.unset(one.slot);
          expected.delete(one.slot);
        } else {
          const sample = new Sample();
          if (one.do === 'set') sample.setText(one.value);
          else sample.setInteger(one.value);
          const known = expected.get(one.slot);
          if (store.set(one.slot, sample, null)) expected.set(one.slot, one.value);
          else if (known !== undefined) expected.set(one.slot, 0);
        }
        for (const [slot, value] of expected) {
          if (!store.read(slot, read)) return false;
          const found = typeof value === 'string' ? read.text() : read.integer;
          const wanted = typeof value === 'string' ? Buffer.from(value, 'latin1').toString('latin1') : value;
          if (found !== wanted) return false;
        }
      }
      store.clear();
      // All of the room is there again.
      return outer.set(0, text('x'.repeat(320)), null);
    }),
  );
  t.end();
});
