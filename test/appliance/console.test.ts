/** The console of a unit, at a terminal: words and answers, and a banner that comes while somebody types. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import t from 'tap';
import { until } from '../admin/admin-process.ts';
import { MAHALO, UnitProcess } from './unit-process.ts';

t.setTimeout(900_000);

const unit = await new UnitProcess().start();
t.teardown(() => unit.remove());

/** Without what moves the cursor and clears lines. */
function plain(text: string): string {
  return text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
}

class Terminal {
  readonly #pty: IPty;
  text = '';
  ended = false;

  constructor(...words: readonly string[]) {
    this.#pty = spawn(MAHALO, [...words, '--root', unit.root], { cols: 80, rows: 40, cwd: '/' });
    this.#pty.onData((data) => {
      this.text = plain(this.text + data);
    });
    this.#pty.onExit(() => {
      this.ended = true;
    });
  }

  /** Types; what is waited for must come after it. */
  async type(keys: string, awaited: RegExp): Promise<string> {
    const before = this.text.length;
    this.#pty.write(keys);
    await until(`after '${keys}' comes ${awaited}: ${this.text.slice(before)}`, () =>
      awaited.test(this.text.slice(before)),
    );
    return this.text.slice(before);
  }
}

await until('admin is there', async () => /Claim code/.test(String(await unit.ask({ command: 'banner' }))));
const terminal = new Terminal('appliance', 'console');

t.test('it begins with the banner and a prompt, and help tells the words', async (t) => {
  await until('a prompt', () => /Claim code: .*mahalo> /s.test(terminal.text));
  const help = await terminal.type('help\r', /exit.*mahalo> $/s);
  for (const word of ['status', 'words', 'idle', 'reboot', 'unclaim', 'update', 'exit']) {
    t.match(help, new RegExp(`^${word} `, 'm'));
  }
  t.notMatch(help, /^shell /m, 'not on this build');
});

t.test('a banner that comes meanwhile leaves what is typed where it was', async (t) => {
  await terminal.type('sta', /sta$/);
  const before = terminal.text.length;
  const { claimCode } = await unit.ask({ command: 'unclaim' });
  await until('the new code, then the prompt with what was typed', () =>
    new RegExp(`Claim code: ${claimCode}.*mahalo> sta`, 's').test(terminal.text.slice(before)),
  );
  t.match(await terminal.type('tus\r', /time:\s+synchronized: \w+\s.*mahalo> $/s), /unit id: [0-9a-f]+/);
  t.notOk(unit.console.includes(claimCode), 'nobody else writes where somebody types');
});

t.test('words that end something are asked for twice, and unknown ones are told', async () => {
  await terminal.type('reboot\r', /to be sure, type: reboot yes.*mahalo> $/s);
  await terminal.type('dance\r', /there is no command 'dance'.*mahalo> $/s);
  await terminal.type('identify seconds\r', /not of the form name=value.*mahalo> $/s);
  await terminal.type('words\r', /none.*mahalo> $/s);
});

t.test('a shell is for development builds', async () => {
  await terminal.type('shell\r', /there is no shell on this build.*mahalo> $/s);
  unit.write('etc/mahalo-development', '');
  await terminal.type('shell\r', /[#$] $/);
  await terminal.type('echo $((6 * 7))\r', /42[^>]*[#$] $/s);
  await terminal.type('exit\r', /mahalo> $/);
});

t.test('the prompt outlives an appliance that is started again', async (t) => {
  await unit.end('SIGKILL');
  await terminal.type('status\r', /the appliance does not run.*mahalo> $/s);
  await unit.start();
  await terminal.type('identify\r', /no lights that we know of.*mahalo> $/s);
  t.pass();
});

t.test('when it has been left, the banner is written to the console again', async (t) => {
  await terminal.type('exit\r', /./);
  await until('it has ended', () => terminal.ended);
  await until('admin answers', async () => /Claim code/.test(String(await unit.ask({ command: 'banner' }))));
  const { claimCode } = await unit.ask({ command: 'unclaim' });
  await until('the new code is there', () => unit.console.includes(`Claim code: ${claimCode}`));
  t.match(unit.console, /Press Enter for a prompt\.\n$/);
});

t.test('factory-reset at a terminal asks first', async (t) => {
  const reset = new Terminal('factory-reset');
  await reset.type('no\r', /nothing was done/);
  await until('it has ended', () => reset.ended);
  t.equal(readFileSync(join(unit.paths.data, 'unit-id'), 'utf8').trim(), (await unit.status()).unitId);
});

t.test('factory-reset, confirmed, is noted for the next start, and the machine is told to start anew', async (t) => {
  const { code, out } = unit.typed('factory-reset', '--yes');
  t.equal(code, 0);
  t.match(out, /accepted: factory-reset/);
  await unit.gone();
  t.ok(existsSync(unit.paths.factoryReset));
  t.equal(readFileSync(join(unit.paths.run, 'machine-order'), 'utf8'), 'reboot\n');
});
