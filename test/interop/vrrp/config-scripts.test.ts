/** What `-t` says of scripts that others could change, or that are not there: what keepalived says, and which they are. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { labMissing } from './lab/lab.ts';
import { execute, VRRP_WORDS } from './mahalo-command.ts';

const skip = labMissing('keepalived');
t.setTimeout(120_000);

/** The tracks that will not run. */
function disabledTracks(text: string): string[] {
  return text.match(/Disabling track script .* (?:due to insecure|since not found\/accessible)/g) ?? [];
}

t.test('-t examines scripts as a start does, and says what keepalived says', { skip }, async (test) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-scripts-'));
  test.teardown(() => rmSync(directory, { recursive: true }));
  const script = (name: string, mode: number): string => {
    const path = join(directory, name);
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, mode);
    return path;
  };
  const [good, open, dead] = [script('good', 0o755), script('open', 0o777), script('dead', 0o644)];
  const text = (secure: boolean, programs: readonly string[]): string =>
    [
      `global_defs {\n  script_user root\n  dynamic_interfaces\n${secure ? '  enable_script_security\n' : ''}}`,
      ...programs.map((path, index) => `vrrp_script s${index} {\n  script "${path}"\n}`),
      'vrrp_instance V {\n  interface nowhere7\n  virtual_router_id 7\n  virtual_ipaddress {\n    10.0.0.1/24\n  }',
      `  track_script {\n${programs.map((_, index) => `    s${index}\n`).join('')}  }`,
      `  notify_master "${open}"\n}\n`,
    ].join('\n');
  const unsafe = `Unsafe permissions found for script '${open}'`;
  for (const [name, config, reason] of [
    ['secured', text(true, [good, open, dead]), `${unsafe} - disabling.`],
    ['one that cannot be executed', text(true, [good, dead]), `WARNING - script '${dead}' is not executable`],
    ['not secured', text(false, [good, open]), `${unsafe}.`],
    ['one that is not there', text(true, [good, join(directory, 'gone')]), `${join(directory, 'gone')} is not there`],
  ] as const) {
    const file = join(directory, 'k.conf');
    writeFileSync(file, config);
    const [program = '', ...words] = VRRP_WORDS;
    const ours = await execute(program, [...words, '-t', '-f', file]);
    const theirs = await execute('keepalived', ['-t', '-f', file]);
    test.equal(ours.code, theirs.code, `${name}: exit code ${theirs.code}\n${theirs.err}\n${ours.err}`);
    test.strictSame(disabledTracks(ours.err), disabledTracks(theirs.err), name);
    test.match(ours.err, reason, 'the reason is told, too');
  }
});
