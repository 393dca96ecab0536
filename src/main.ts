/**
 * The one executable: `mahalo <role> [arguments]`. A role is loaded only when it is asked for, so that `proxy` starts
 * without reading a line of what it does not run.
 */

import { versionLine } from './roles/product-version.ts';

const HELP = `Usage: mahalo <role> [arguments]

Roles:
  proxy      layer 4/7 proxy and load balancer; takes HAProxy's command-line flags ("mahalo proxy -h" lists them)
  vrrp       floating addresses between two units; takes keepalived's command-line flags ("mahalo vrrp -h" lists them),
             and asks a running agent: "mahalo vrrp status", "mahalo vrrp why" ...
  admin      the web API of a unit over HTTPS; "mahalo admin -h" tells its options
  appliance  what init starts on the device: starts the other roles and looks after them; "mahalo appliance -h"
  language   what an editor asks about configuration texts: a JSON object a line, in and out; admin starts it
  keywords   all keywords of the configuration language: [--markdown | --json] [<word>...]
  help       this text
  version    the version of Mahalo

Not implemented yet: inspect.
`;

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
    case 'language': {
      const { runLanguage } = await import('./roles/language.ts');
      await runLanguage();
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

await main(process.argv[2], process.argv.slice(3));
