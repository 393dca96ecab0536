import t from 'tap';
import { LEVEL_OPERATOR, LEVEL_USER } from '../../src/control/command.ts';
import { Conversation } from './conversation.ts';

const api = await Conversation.open();
t.teardown(() => api.close());

t.test('session: one line is answered, followed by an empty line, and ends it', (t) => {
  t.same(api.talk('show version\n'), { said: '2.6.12-test\n\n', ended: true });
  t.same(api.talk('show version\r\n'), { said: '2.6.12-test\n\n', ended: true });
  t.same(api.talk('show version'), { said: '', ended: false }, 'an incomplete line waits');
  t.end();
});

t.test('session: semicolons and lines sent together are answered in order', (t) => {
  t.same(api.talk('show version;show cli level\n'), { said: '2.6.12-test\n\nadmin\n\n', ended: true });
  t.same(api.talk('show version\nshow cli level\n'), { said: '2.6.12-test\n\nadmin\n\n', ended: true });
  t.end();
});

t.test('session: prompt makes it interactive until quit', (t) => {
  t.same(api.talk('prompt\nshow version\n'), { said: '\n> 2.6.12-test\n\n> ', ended: false });
  t.same(api.talk('prompt\nquit\n'), { said: '\n> ', ended: true });
  t.same(api.talk('prompt\nshow version <<\nx\ny\n\n').said, '\n> + + + 2.6.12-test\n\n> ', 'a payload asks for more');
  t.end();
});

t.test('session: levels refuse, and only go down', (t) => {
  t.equal(api.ask('show cli level', LEVEL_USER), 'user\n');
  for (const command of ['show errors', 'show sess', 'show env', 'clear counters', 'operator']) {
    t.equal(api.ask(command, LEVEL_USER), 'Permission denied\n', command);
  }
  for (const command of ['disable server be/s1', 'set maxconn global 1', 'shutdown session 1', 'clear counters all']) {
    t.equal(api.ask(command, LEVEL_OPERATOR), 'Permission denied\n', command);
  }
  t.equal(api.talk('user;show errors\n').said, '\nPermission denied\n\n');
  t.end();
});

t.test('session: severities before messages when asked for', (t) => {
  t.match(api.talk('set severity-output number;get weight be/x\n').said, '\n[3]: No such server.\n\n');
  t.match(api.talk('set severity-output string;get weight be/x\n').said, '\n[err]: No such server.\n\n');
  t.end();
});

t.test('session: unknown commands get the nearest ones, later ones a refusal by name', (t) => {
  t.match(
    api.ask('show inf'),
    /^Unknown command, but maybe one of the following ones is a better match:\n {2}show info /,
  );
  t.match(api.ask('help show stat'), /^The following commands are valid at this level:\n {2}show stat \[desc/);
  t.match(api.ask(''), /^Unknown command\. Please enter one of the following commands only:\n/);
  t.equal(api.ask('show peers'), "'show peers' is not implemented yet.\n");
  t.end();
});
