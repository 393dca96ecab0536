import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { allowedScripts } from '../../../src/vrrp/notification/allowed-scripts.ts';
import { examineScript } from '../../../src/vrrp/notification/script-security.ts';
import { defaultScriptUser } from '../../../src/vrrp/notification/script-user.ts';
import { PLACE } from '../models.ts';
import { command, globalModel } from './script-lab.ts';

const ROOT = { uid: 0, gid: 0 };
const NOBODY = { uid: 65_534, gid: 65_534 };
const skip = process.geteuid?.() !== 0 && 'needs root';

/** A folder all of whose path is root's (the temporary one is everybody's, but sticky). */
function folder(t: Test): string {
  const path = realpathSync(mkdtempSync('/tmp/mahalo-security-'));
  chmodSync(path, 0o755);
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

function script(folder: string, name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

t.test('a script that only root can change is run', { skip }, async (t) => {
  const path = script(folder(t), 'good');
  const verdict = examineScript(path, ROOT, true);
  t.match(verdict, { program: path, found: true, executable: true, insecure: false, refused: false, messages: [] });
});

t.test('what others can change is insecure for root, and refused by script security', { skip }, async (t) => {
  const base = folder(t);
  const cases: readonly (readonly [string, () => string])[] = [
    ['writable by all', () => script(base, 'all', 0o757)],
    [
      'writable by a group that is not root',
      () => {
        const path = script(base, 'group', 0o775);
        chownSync(path, 0, 65_534);
        return path;
      },
    ],
    [
      "somebody else's",
      () => {
        const path = script(base, 'other', 0o755);
        chownSync(path, 65_534, 0);
        return path;
      },
    ],
    [
      'in a directory that is writable by all',
      () => {
        mkdirSync(join(base, 'open'));
        chmodSync(join(base, 'open'), 0o777);
        return script(join(base, 'open'), 'inside');
      },
    ],
  ];
  for (const [name, make] of cases) {
    const path = make();
    const lax = examineScript(path, ROOT, false);
    t.match(
      lax,
      { insecure: true, refused: false, messages: [`Unsafe permissions found for script '${path}'.`] },
      name,
    );
    const strict = examineScript(path, ROOT, true);
    t.match(strict, { insecure: true, refused: true }, name);
    t.same(strict.messages, [`Unsafe permissions found for script '${path}' - disabling.`]);
    t.equal(examineScript(path, NOBODY, true).insecure, false, `${name}: no danger when nobody runs it`);
  }
});

t.test('a group of root, or a sticky directory, is no danger', { skip }, async (t) => {
  const base = folder(t);
  mkdirSync(join(base, 'sticky'));
  chmodSync(join(base, 'sticky'), 0o1777);
  t.equal(examineScript(script(join(base, 'sticky'), 'x'), ROOT, true).refused, false);
  t.equal(examineScript(script(base, 'rootgroup', 0o775), ROOT, true).refused, false);
});

t.test('set-uid root programs are judged whoever runs them', { skip }, async (t) => {
  const base = folder(t);
  chmodSync(base, 0o777);
  t.equal(examineScript(script(base, 'suid', 0o4755), NOBODY, true).refused, true);
});

t.test('who may not execute it, or not get there, cannot run it', { skip }, async (t) => {
  const base = folder(t);
  const path = script(base, 'mine', 0o700);
  t.match(examineScript(path, NOBODY, false), { found: true, executable: false });
  t.match(examineScript(path, NOBODY, false).messages, [
    `WARNING - script '${path}' is not executable for uid:gid 65534:65534 - disabling.`,
  ]);
  t.equal(examineScript(path, { uid: 0, gid: 65_534 }, false).executable, true);
  mkdirSync(join(base, 'closed'), 0o700);
  const inside = script(join(base, 'closed'), 'x');
  t.match(examineScript(inside, NOBODY, false), {
    found: false,
    messages: [`Script ${inside} cannot be accessed - Permission denied`],
  });
  t.match(examineScript('/nonexistent/x', ROOT, false), {
    found: false,
    messages: ['Script /nonexistent/x cannot be accessed - No such file or directory'],
  });
});

t.test('a bare name is looked for in PATH, with a warning', async (t) => {
  const found = examineScript('sh', ROOT, false);
  t.ok(found.executable);
  t.match(found.program, /^\//);
  t.match(found.messages, [/^WARNING - script `sh` resolved by path search to `.*`\. Please specify full path\.$/]);
  t.match(examineScript('no-such-program-here', ROOT, false), {
    found: false,
    messages: ['Cannot find script no-such-program-here in path - disabling'],
  });
});

t.test('a link is resolved; its own name stays where that is the same file', async (t) => {
  const base = folder(t);
  const real = script(base, 'real');
  mkdirSync(join(base, 'elsewhere'));
  symlinkSync(real, join(base, 'elsewhere', 'alias'));
  t.equal(examineScript(join(base, 'elsewhere', 'alias'), ROOT, false).program, real);
  symlinkSync(real, join(base, 'alias'));
  t.equal(examineScript(join(base, 'alias'), ROOT, false).program, join(base, 'alias'));
  t.equal(examineScript(`${base}/./elsewhere/../real`, ROOT, false).program, real);
});

t.test('a redirection is not a script', async (t) => {
  t.match(examineScript('< /tmp/file', ROOT, true), { redirection: true, found: true, refused: false, messages: [] });
});

t.test('script security decides what of a configuration may run', { skip }, async (t) => {
  const base = folder(t);
  const good = command([script(base, 'good')]);
  const bad = command([script(base, 'bad', 0o777)]);
  const gone = command(['/nonexistent/x']);
  const tracked = [good, bad, gone].map((it, index) => ({
    place: PLACE,
    name: `s${index}`,
    command: it,
    intervalMs: 1000,
    timeoutMs: 0,
    weight: 0,
    reverse: false,
    rise: 1,
    fall: 1,
    initFail: false,
  }));
  const model = { scripts: tracked, instances: [], groups: [] };
  const user = { name: 'root', ...ROOT };
  const lax = allowedScripts({ ...model, global: globalModel({ scriptUser: user }) });
  t.same(
    [lax.programs.get(good), lax.programs.get(bad), lax.programs.get(gone)],
    [good.words[0], bad.words[0], undefined],
  );
  t.same(lax.disabledTracks, ['s2'], 'what is not there');
  const strict = allowedScripts({ ...model, global: globalModel({ scriptUser: user, enableScriptSecurity: true }) });
  t.same([strict.programs.get(good), strict.programs.get(bad)], [good.words[0], undefined]);
  t.same(strict.disabledTracks, ['s1', 's2']);
  t.ok(strict.messages.includes('Disabling track script s1 due to insecure'));
  t.ok(strict.messages.includes('Disabling track script s2 since not found/accessible'));
});

t.test('the default user is script_user, keepalived_script, or ourselves', async (t) => {
  const named = { name: 'x', uid: 5, gid: 6 };
  const account = { uid: 7, gid: 8 };
  t.match(
    defaultScriptUser({ scriptUser: named, enableScriptSecurity: true }, () => account),
    { uid: 5, gid: 6 },
  );
  t.same(
    defaultScriptUser({ scriptUser: undefined, enableScriptSecurity: true }, () => account),
    account,
  );
  t.same(
    defaultScriptUser({ scriptUser: undefined, enableScriptSecurity: false }, () => -2),
    {
      uid: process.geteuid?.(),
      gid: process.getegid?.(),
    },
  );
  t.equal(
    defaultScriptUser({ scriptUser: undefined, enableScriptSecurity: true }, () => -2),
    undefined,
  );
});
