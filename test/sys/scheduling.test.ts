import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { EINVAL } from '../../src/sys/errno.ts';
import * as scheduling from '../../src/sys/scheduling.ts';

const needsRoot = { skip: process.getuid?.() !== 0 && 'needs root' };

/** In a process of its own: what it does to itself must not touch the tests. */
function inChild(script: string): string {
  const module = join(import.meta.dirname, '../../src/sys/scheduling.ts');
  const limits = join(import.meta.dirname, '../../src/sys/process.ts');
  const source = `import * as s from ${JSON.stringify(module)}; import * as limits from ${JSON.stringify(limits)};
    import { execFileSync } from 'node:child_process'; import { readFileSync } from 'node:fs'; ${script}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' }).trim();
}

t.test('all threads become real-time ones, children and later threads do not', needsRoot, (t) => {
  const said = inChild(`
    const results = [limits.setLimit(limits.RLIMIT_RTTIME, { soft: 2e6, hard: 4e6 }), s.setRealTimePriority(7)];
    const all = s.threads().every((thread) => s.realTimePriority(thread) === 7);
    const child = execFileSync('sh', ['-c', 'cut -d" " -f40,41 /proc/self/stat'], { encoding: 'utf8' }).trim();
    const back = [s.setRealTimePriority(0), s.realTimePriority()];
    console.log(JSON.stringify([results, s.threads().length > 1, all, child, back]));`);
  t.equal(said, '[[0,0],true,true,"0 0",[0,0]]');
  t.end();
});

t.test('niceness is that of all threads, and children begin at 0', needsRoot, (t) => {
  const said = inChild(`
    const result = s.setNiceness(-5);
    const all = s.threads().map((thread) => readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[16]);
    const child = execFileSync('sh', ['-c', 'cut -d" " -f19 /proc/self/stat'], { encoding: 'utf8' }).trim();
    console.log(JSON.stringify([result, s.niceness(), [...new Set(all)], child, s.setNiceness(3), s.niceness()]));`);
  t.equal(said, '[0,-5,["-5"],"0",0,3]');
  t.end();
});

t.test('memory is locked as it is used, not as it is reserved', needsRoot, (t) => {
  const said = inChild(`
    const kib = (key) => Number(new RegExp(key + ':\\\\s+(\\\\d+)').exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    const before = kib('VmRSS'); const result = s.lockMemory();
    const locked = kib('VmLck'); const grown = kib('VmRSS') - before;
    console.log(JSON.stringify([result, locked > 0, grown < 65536, s.unlockMemory(), kib('VmLck')]));`);
  t.equal(said, '[0,true,true,0,0]');
  t.end();
});

t.test('what cannot be is refused', (t) => {
  t.equal(scheduling.setRealTimePriority(100), -EINVAL);
  t.equal(scheduling.setRealTimePriority(-1), -EINVAL);
  t.equal(scheduling.realTimePriority(), 0);
  t.end();
});
