import t from 'tap';
import { DefaultPath } from '../../src/config/default-path.ts';
import { Environment } from '../../src/config/environment.ts';
import { loadModel, loadTexts, messagesOf, TIMEOUTS } from './loading.ts';

const LISTEN = `defaults\n mode http\n${TIMEOUTS}listen l\n bind :1\n`;

t.test('variables are byte strings, changed line by line', async (test) => {
  const environment = new Environment({ KEPT: 'a', NAME: 'caf\u00e9', GONE: 'b', NEVER: undefined });
  test.equal(environment.get('NAME'), 'caf\xc3\xa9');
  test.equal(environment.get('NEVER'), undefined);
  environment.set('NEW', '1');
  environment.keepOnly(['KEPT', 'NEW']);
  test.strictSame(environment.record, { KEPT: 'a', NEW: '1' });
  test.strictSame(environment.changes, [
    { name: 'NEW', value: '1' },
    { name: 'NAME', value: undefined },
    { name: 'GONE', value: undefined },
  ]);
  test.equal(environment.refuse('A'), undefined);
  test.equal(environment.refuse('A=B'), 'Invalid argument');
});

t.test('what is left of the variables is in the model, for the process to take over', async (test) => {
  const text = `global\n setenv A 1\n presetenv A 2\n presetenv B 3\n presetenv C 4\n unsetenv B\n${LISTEN}`;
  const { global } = await loadModel(text, { environment: { C: 'c' } });
  test.strictSame(global.environment, [
    { name: 'A', value: '1' },
    { name: 'B', value: undefined },
  ]);
});

t.test('a line sees the variables that stand above it only', async (test) => {
  const text = `.warning "<$A>"\nglobal\n setenv A "x y"\n.warning "<$A>"\n${LISTEN}`;
  test.strictSame(await messagesOf(text), ["parsing [test.cfg:1]: '<>'.", "parsing [test.cfg:4]: '<x y>'."]);
});

t.test('relative names of files start where default-path says', async (test) => {
  const path = new DefaultPath((name) => (name === 'gone' ? 'No such file or directory' : undefined), '/start');
  test.equal(path.resolve('errors/503'), 'errors/503');
  test.equal(path.choose('config', 'conf/main.cfg', ''), undefined);
  test.equal(path.resolve('errors/503'), 'conf/errors/503');
  test.equal(path.resolve('/errors/503'), '/errors/503');
  test.equal(path.choose('parent', 'conf/main.cfg', ''), undefined);
  test.equal(path.resolve('503'), 'conf/../503');
  test.equal(path.choose('parent', 'main.cfg', ''), undefined);
  test.equal(path.resolve('503'), '../503');
  test.equal(path.choose('config', 'main.cfg', ''), undefined);
  test.equal(path.resolve('503'), '503');
  test.equal(path.choose('origin', 'main.cfg', 'etc'), undefined);
  test.equal(path.enter('other/second.cfg'), undefined);
  test.equal(path.resolve('503'), 'etc/503');
  test.match(path.choose('origin', 'main.cfg', 'gone'), /directory '\/start': No such file or directory$/);
  test.equal(path.resolve('503'), '503');
});

t.test('files are opened below the default path, in each configuration file anew', async (test) => {
  const files = { 'etc/503': 'HTTP/1.0 503 x\r\n\r\n' };
  const one = `global\n default-path origin etc\n${LISTEN} errorfile 503 503\n`;
  const two = 'listen k\n bind :2\n errorfile 503 503\n';
  const result = await loadTexts([one, two], { files });
  test.strictSame(result.diagnostics, []);
  test.equal(result.model?.proxies[1]?.errorResponses.length, 1);
});
