/**
 * The one executable: `mahalo <role> [arguments]`. A role is loaded only when it is asked for, so that `proxy` starts
 * without reading a line of what it does not run.
 */

import { basename } from 'node:path';
import { versionLine } from './roles/product-version.ts';
import { calledName } from './sys/own-program.ts';

const HELP = `Usage: mahalo <role> [arguments]

Roles:
  proxy      layer 4/7 proxy and load balancer; takes HAProxy's command-line flags ("mahalo proxy -h" lists them)
  vrrp       floating addresses between two units; takes keepalived's command-line flags ("mahalo vrrp -h" lists them),
             and asks a running agent: "mahalo vrrp status", "mahalo vrrp why" ...
  admin      the web API of a unit over HTTPS; "mahalo admin -h" tells its options
  appliance  what init starts on the device: starts the other roles and looks after them; "mahalo appliance -h"
  factory-reset  the device as it came: configuration, people and history are gone
  language   what an editor asks about configuration texts: a JSON object a line, in and out; admin starts it
  helper     small programs that the other roles start
  keywords   all keywords of the configuration language: [--markdown | --json] [<word>...]
  help       this text
  version    the version of Mahalo

Called by the name haproxy it is "mahalo proxy", by the name keepalived "mahalo vrrp".

Not implemented yet: inspect.
`;

/** The executable under the name of a program that it stands in for. */
const DROP_INS: ReadonlyMap<string, string> = new Map([
  ['haproxy', 'proxy'],
  ['keepalived', 'vrrp'],
]);

const LATER_ROLES = new Set(['inspect']);

/** Runs a role to its end, or as far as it runs by itself afterwards. */
async function main(role: string | undefined, rest: readonly string[]): Promise<void> {
  switch (role) {
    case 'proxy': {
      const { runProxy } = await import('./roles/proxy.ts');
      await runProxy(rest);
      return;
    }
    case 'vrrp': {
      const { runVrrp } = await import('./roles/vrrp.ts');
      await runVrrp(rest);
      return;
    }
    case 'admin': {
      const { runAdmin } = await import('./roles/admin.ts');
      await runAdmin(rest);
      return;
    }
    case 'appliance': {
      const { runAppliance } = await import('./roles/appliance.ts');
      await runAppliance(rest);
      return;
    }
    case 'factory-reset': {
      const { runFactoryReset } = await import('./roles/appliance.ts');
      await runFactoryReset(rest);
      return;
    }
    case 'language': {
      const { runLanguage } = await import('./roles/language.ts');
      await runLanguage();
      return;
    }
    case 'helper': {
      const { runHelper } = await import('./roles/helpers.ts');
      await runHelper(rest);
      return;
    }
    case 'keywords': {
      const { runKeywords } = await import('./roles/keywords.ts');
      runKeywords(rest);
      return;
    }
    case 'version':
    case '--version':
      process.stdout.write(`${versionLine()}\n`);
      return;
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(HELP);
      return;
    case undefined:
      process.stderr.write(HELP);
      process.exitCode = 1;
      return;
    default:
      process.stderr.write(
        LATER_ROLES.has(role)
          ? `mahalo: '${role}' is not implemented yet\n`
          : `mahalo: unknown role '${role}'\n\n${HELP}`,
      );
      process.exitCode = 1;
  }
}

const impersonated = DROP_INS.get(basename(calledName()));
// Here, so that a process that starts itself again is who it was.
if (impersonated !== undefined) process.argv.splice(2, 0, impersonated);
await main(process.argv[2], process.argv.slice(3));
