/**
 * The role `mahalo admin`: the web API of a unit, over HTTPS. Everything it knows is in one directory; the proxy needs
 * none of it to go on.
 */

import { resolve } from 'node:path';
import { askConsole, type ConsoleWord } from '../admin/console.ts';
import { Claim } from '../admin/people/claim.ts';
import { unclaim } from '../admin/people/unclaim.ts';
import { UserStore } from '../admin/people/users.ts';
import { ownAddresses, ownNames } from '../admin/security/addresses.ts';
import { CertificateStore } from '../admin/security/certificate-store.ts';
import { AuditLog } from '../admin/store/audit-log.ts';
import { makeDirectory } from '../sys/atomic-file.ts';
import { ADMIN_USAGE, type AdminArguments, parseAdminArguments } from './admin-arguments.ts';

/** Runs to the end of what has an end; the server goes on after this has returned. */
export async function runAdmin(words: readonly string[]): Promise<void> {
  const result = parseAdminArguments(words);
  switch (result.kind) {
    case 'help':
      process.stdout.write(ADMIN_USAGE);
      return;
    case 'refused':
      process.stderr.write(`mahalo admin: ${result.text}\n\n${ADMIN_USAGE}`);
      process.exitCode = 1;
      return;
    case 'run':
      process.exitCode = await run({ ...result.arguments, directory: resolve(result.arguments.directory) });
  }
}

async function run(given: AdminArguments): Promise<number> {
  try {
    if (given.word !== undefined) return await answerConsole(given, given.word);
    makeDirectory(given.directory);
    if ((await askConsole(given.directory, 'status')) !== undefined) {
      return fail(`another admin runs on ${given.directory}`);
    }
    const { AdminService } = await import('./admin-service.ts');
    await new AdminService(given).start();
    return 0;
  } catch (error) {
    return fail((error as Error).message);
  }
}

function fail(text: string): 1 {
  process.stderr.write(`mahalo admin: ${text}\n`);
  return 1;
}

/** By the running admin, or by ourselves on its files. */
async function answerConsole({ directory, names }: AdminArguments, word: ConsoleWord): Promise<number> {
  const answer = await askConsole(directory, word);
  if (answer !== undefined) {
    process.stdout.write(answer);
    return answer.startsWith('failed') ? 1 : 0;
  }
  if (word === 'status' || word === 'facts') {
    process.stdout.write('not running\n');
    return 1;
  }
  makeDirectory(directory);
  const onDamage = (path: string, aside: string, reason: string): void => {
    process.stderr.write(`mahalo admin: ${path} is damaged (${reason}); it is now ${aside}\n`);
  };
  const options = { onDamage, nowMs: Date.now };
  if (word === 'fingerprint') {
    const settings = { directory, names: ownNames(names), addresses: ownAddresses(), ...options };
    process.stdout.write(`${(await CertificateStore.open(settings)).view.fingerprint}\n`);
    return 0;
  }
  const audit = new AuditLog(directory, Date.now, (text) => process.stderr.write(`mahalo admin: ${text}\n`));
  const code = unclaim(new Claim(directory, options), new UserStore(directory, options), audit);
  process.stdout.write(`${code}\n`);
  return 0;
}
