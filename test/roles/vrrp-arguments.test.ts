import t from 'tap';
import { parseVrrpArguments, type VrrpArguments } from '../../src/roles/vrrp-arguments.ts';

function run(...words: string[]): VrrpArguments {
  const result = parseVrrpArguments(words);
  if (result.kind !== 'run') throw new Error(JSON.stringify(result));
  return result.arguments;
}

t.test("without words: keepalived's defaults", async (test) => {
  test.match(run(), {
    configuration: '/etc/keepalived/keepalived.conf',
    foreground: false,
    logConsole: false,
    logDetail: 0,
    logFacility: 'daemon',
    noSyslog: false,
    test: undefined,
  });
});

t.test('letters together, values attached or apart, long names and their beginnings', async (test) => {
  const wanted = {
    foreground: true,
    logConsole: true,
    logDetail: 2,
    configuration: '/x',
    mainPidFile: '/p',
    vrrpPidFile: '/r',
  };
  test.match(run('-nlDD', '-f', '/x', '-p/p', '-r', '/r'), wanted);
  test.match(run('-nlDDf/x', '--pid=/p', '--vrrp_pid', '/r'), wanted);
  test.match(
    run('--dont-fork', '--log-console', '--log-detail', '--log-det', '--use-file', '/x', '--pi=/p', '-r/r'),
    wanted,
  );
});

t.test('what Debian, pacemaker and containers pass is taken', async (test) => {
  test.match(
    run(
      '--dont-fork',
      '--log-console',
      '--log-detail',
      '--dump-conf',
      '--vrrp',
      '-R',
      '-I',
      '-B',
      '--all',
      '-X',
      '-c',
      '/c',
      '-b',
      '/b',
    ),
    {
      foreground: true,
      dumpConfiguration: true,
      notices: [
        '--checkers_pid=/c has no effect: there is no process for health checks',
        '--bfd_pid=/b has no effect: there is no BFD process',
      ],
    },
  );
  test.match(run('-s', 'blue', '-i', 'node1', '-u', '022', '-a', '-m', '-e', '-G'), {
    namespace: 'blue',
    configId: 'node1',
    umask: 0o22,
    logAddresses: true,
    coreDump: true,
    allConfiguration: true,
    noSyslog: true,
  });
});

t.test('facilities by number and by name', async (test) => {
  test.equal(run('-S', '3').logFacility, 'local3');
  test.equal(run('-Slocal7').logFacility, 'local7');
  test.equal(run('--log-facility=user').logFacility, 'user');
  test.match(parseVrrpArguments(['-S', 'mail']), { kind: 'refused', lines: ["Invalid log facility 'mail'"] });
});

t.test('optional values are attached or none', async (test) => {
  test.match(run('-t'), { test: '', foreground: true, noSyslog: true });
  test.match(run('-t/tmp/log'), { test: '/tmp/log' });
  test.match(run('--config-test=/tmp/log'), { test: '/tmp/log' });
  test.match(run('-t', 'x'), { test: '', unexpected: ['x'] });
  test.equal(run('-g').logFile, 'keepalived.log');
  test.equal(run('-g/var/log/v.log').logFile, '/var/log/v.log');
});

t.test('what cannot be is refused by name', async (test) => {
  for (const words of [
    ['-C'],
    ['--check'],
    ['-x'],
    ['-A', 's'],
    ['-M'],
    ['-Mcore'],
    ['--perf=all'],
    ['--debug'],
    ['-T'],
    ['-V'],
  ]) {
    const result = parseVrrpArguments(words);
    test.equal(result.kind, 'refused', words.join(' '));
    if (result.kind === 'refused') test.match(result.lines[0], /^Option --[a-z-]+ is not possible: /);
  }
});

t.test('unknown and unfinished options are worded as keepalived words them', async (test) => {
  const lines = (...words: string[]): unknown => parseVrrpArguments(words);
  test.match(lines('-Z'), { kind: 'refused', lines: ['Unknown option -Z'] });
  test.match(lines('--zero'), { lines: ['Unknown option --zero'] });
  test.match(lines('--log'), { lines: ['Unknown option --log'] }, 'more than one option begins so');
  test.match(lines('--dont-fork=1'), { lines: ['Unknown option --dont-fork=1'] });
  test.match(lines('-f'), { lines: ['Missing parameter for option -f'] });
  test.match(lines('--use-file='), { lines: ['Missing parameter for option --use-file'] });
  test.match(lines('-u', 'x'), { lines: ["Invalid umask 'x'"] });
});

t.test('version, help and signal numbers end it', async (test) => {
  test.equal(parseVrrpArguments(['-v']).kind, 'version');
  test.equal(parseVrrpArguments(['-n', '--help']).kind, 'usage');
  test.match(parseVrrpArguments(['--signum=JSON']), { kind: 'signum', name: 'JSON' });
});
