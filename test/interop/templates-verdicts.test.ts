/** What the real haproxy and keepalived say to what the templates write. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { exampleAnswers } from '../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../src/admin/templates/apply.ts';
import { TEMPLATES } from '../../src/admin/templates/catalogue.ts';
import { RE_ENCRYPTION } from '../../src/admin/templates/scenarios/re-encryption.ts';
import { TWO_UNITS } from '../../src/admin/templates/scenarios/two-units.ts';
import { findProgram } from '../find-program.ts';
import { findReference } from './differential/proxy-process.ts';
import { makeCertificate } from './templates/certificate.ts';

t.setTimeout(600_000);

const haproxy = findReference();

t.test(
  'haproxy accepts what every template writes, without a warning',
  { skip: haproxy === null ? 'haproxy is not here' : false },
  async (test) => {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-templates-'));
    test.teardown(() => rmSync(directory, { recursive: true, force: true }));
    const { file } = makeCertificate(test);
    for (const template of TEMPLATES) {
      const { certificate, map } = template.questions;
      const answers = {
        ...exampleAnswers(template.questions),
        ...(certificate === undefined ? {} : { certificate: file }),
        ...(template === RE_ENCRYPTION ? { authority: file } : {}),
        ...(map === undefined ? {} : { map: join(directory, 'sites.map') }),
      };
      const result = applyTemplate(template, answers, { configuration: '' });
      if (result.kind === 'refused') throw new Error(result.errors.map((error) => error.message).join());
      for (const one of result.files) writeFileSync(one.path, one.text);
      const path = join(directory, `${template.id}.cfg`);
      writeFileSync(path, result.configuration.text);
      const { status, stderr, stdout } = spawnSync(haproxy ?? '', ['-c', '-dW', '-L', 'unit-a', '-f', path]);
      test.equal(status, 0, `${template.id}: ${stdout}${stderr}`);
    }
  },
);

const keepalived = findProgram('keepalived');
/** keepalived takes none that is not there, and no loopback. */
const networkInterface = Object.entries(networkInterfaces()).find(([, all]) => all?.some((one) => !one.internal))?.[0];

t.test(
  'keepalived accepts its part of the pair',
  {
    skip:
      keepalived === null
        ? 'keepalived is not here'
        : networkInterface === undefined && 'this machine has no network interface',
  },
  async (test) => {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-templates-'));
    test.teardown(() => rmSync(directory, { recursive: true, force: true }));
    for (const role of ['first', 'second']) {
      const answers = {
        ...exampleAnswers(TWO_UNITS.questions),
        program: 'keepalived',
        interface: networkInterface,
        role,
      };
      const result = applyTemplate(TWO_UNITS, answers, { configuration: '' });
      if (result.kind === 'refused') throw new Error(result.errors.map((error) => error.message).join());
      const path = join(directory, 'keepalived.conf');
      writeFileSync(path, result.keepalived?.text ?? '');
      const { status, stderr } = spawnSync(keepalived ?? '', ['-t', '-f', path]);
      test.equal(status, 0, stderr.toString());
    }
  },
);
