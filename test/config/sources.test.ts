import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { loadConfiguration } from '../../src/config/loader.ts';
import { readSources, systemOptions } from '../../src/config/sources.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-sources-'));
t.teardown(() => rmSync(directory, { recursive: true }));

function names(result: ReturnType<typeof readSources>): readonly string[] | string {
  return 'error' in result ? result.error : result.files.map((file) => file.name.slice(directory.length + 1));
}

t.test('a directory gives its .cfg files in the order of their names, hidden ones left out', async (test) => {
  const conf = join(directory, 'conf');
  mkdirSync(join(conf, 'sub.cfg'), { recursive: true });
  for (const name of ['20-b.cfg', '10-a.cfg', 'B.cfg', 'a.cfg', '.hidden.cfg', 'a.cfg~', 'notes.txt']) {
    writeFileSync(join(conf, name), '');
  }
  symlinkSync(join(conf, 'a.cfg'), join(conf, 'c.cfg'));
  writeFileSync(join(directory, 'first.conf'), '');
  test.strictSame(names(readSources([join(directory, 'first.conf'), conf])), [
    'first.conf',
    'conf/10-a.cfg',
    'conf/20-b.cfg',
    'conf/B.cfg',
    'conf/a.cfg',
    'conf/c.cfg',
  ]);
});

t.test('a file that is not there is said in the words of HAProxy', async (test) => {
  test.equal(
    names(readSources(['/nonexistent-file'])),
    'Cannot open configuration file/directory /nonexistent-file : No such file or directory',
  );
});

t.test('files are read byte by byte', async (test) => {
  writeFileSync(join(directory, 'bytes.cfg'), Buffer.from([0x23, 0xff, 0xc3, 0xa9, 0x0a]));
  const result = readSources([join(directory, 'bytes.cfg')]);
  test.equal('files' in result && result.files[0]?.text, '#\xff\xc3\xa9\n');
});

t.test('the machine answers for its accounts, files and host names', async (test) => {
  const options = systemOptions();
  test.equal(options.userId('root'), 0);
  test.equal(options.userId('no-such-user'), undefined);
  test.equal(options.groupId('root'), 0);
  test.match(options.readFile('/nonexistent-file'), { error: 'No such file or directory' });
  test.match(await options.resolveHost('localhost', 4), /^127\./);
  test.equal(await options.resolveHost('no-such-host.invalid', 0), undefined);
});

t.test('a configuration of several files is read as one', async (test) => {
  const conf = join(directory, 'several');
  mkdirSync(conf);
  writeFileSync(join(conf, '1.cfg'), 'defaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n');
  writeFileSync(join(conf, '2.cfg'), 'frontend f\n bind :80\n default_backend b\n');
  writeFileSync(join(conf, '3.cfg'), 'backend b\n server s localhost:80\n');
  const sources = readSources([conf]);
  test.ok('files' in sources);
  const result = await loadConfiguration('files' in sources ? sources.files : [], systemOptions());
  test.strictSame(
    result.diagnostics.map((found) => found.text),
    [],
  );
  test.match(result.model?.proxies[1]?.servers[0]?.address, { kind: /^ipv/, port: 80 });
});
