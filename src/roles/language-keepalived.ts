/** What `mahalo language` says about keepalived.conf, by the agent's own reader: admin itself knows nothing of vrrp. */

import { readdirSync } from 'node:fs';
import type { FloatingLanguage, FloatingPreview } from '../admin/language/calls.ts';
import type { Named } from '../admin/language/editor-calls.ts';
import { formatBlocks } from '../admin/text/block-format.ts';
import { type BlockDefinition, BlockLanguage } from '../admin/text/block-language.ts';
import type { CheckReport, ReportedDiagnostic } from '../config/report.ts';
import { DISK } from '../vrrp/config/files.ts';
import { type LoadResult, loadKeepalived } from '../vrrp/config/load.ts';
import { KEYWORDS } from '../vrrp/config/table.ts';
import type { InstanceModel, VrrpModel } from '../vrrp/model.ts';

const NAME = 'keepalived.conf';
const SEVERITIES = { alert: 'error', warning: 'warning', notice: 'notice', diag: 'diag' } as const;
/** Fine, or scripts are run without `enable_script_security`. What else it could run with is not what was written. */
const ACCEPTED: readonly number[] = [0, 6];

function load(text: string): LoadResult {
  return loadKeepalived(NAME, {
    files: {
      ...DISK,
      read: (path) => (path === NAME ? text : DISK.read(path)),
      problem: (path) => (path === NAME ? undefined : DISK.problem(path)),
      exists: (path) => path === NAME || DISK.exists(path),
    },
  });
}

function reportOf({ diagnostics, exitCode, model }: LoadResult, text: string): CheckReport {
  const lines = text.split('\n');
  const told = diagnostics.list.map(
    ({ column, endColumn, file, hint, keyword, line, message, severity }): ReportedDiagnostic => {
      // The agent's reader counts characters, a report counts bytes.
      const written = file === NAME ? (lines[line - 1] ?? '') : '';
      const bytes = (at: number): number =>
        at + Buffer.byteLength(written.slice(0, at - 1)) - written.slice(0, at - 1).length;
      return {
        severity: SEVERITIES[severity],
        file,
        line,
        column: bytes(column),
        ...(endColumn === undefined || endColumn <= column ? {} : { endColumn: bytes(endColumn) }),
        message,
        ...(hint === undefined ? {} : { hint }),
        ...(keyword === '' ? {} : { keyword }),
      };
    },
  );
  if (model !== undefined && model.instances.length === 0) told.push(nothingToDo(text));
  const verdict = model !== undefined && ACCEPTED.includes(exitCode) ? 'valid' : 'invalid';
  return { verdict, diagnostics: told };
}

/** Valid it is, and no address floats by it: hardly what its author meant. */
function nothingToDo(text: string): ReportedDiagnostic {
  const what = text.trim() === '' ? 'the text is empty' : 'there is no vrrp_instance';
  return { severity: 'warning', file: NAME, line: 0, column: 0, message: `${what}: the agent would keep no address` };
}

/** Without places; addresses as they are written. */
function plain(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => (key === 'place' ? undefined : part)) ?? '';
}

/** `advertIntervalMs` -> `advert interval`. */
function fieldWords(field: string): string {
  return field
    .replace(/Ms$/, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace('vrid', 'virtual router id');
}

function fieldText(field: string, value: unknown): string {
  if (field.endsWith('Ms')) return `${String(value)} ms`;
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

function instanceChanges(before: InstanceModel, after: InstanceModel): readonly string[] {
  const addresses = (model: InstanceModel): readonly string[] => model.addresses.map((one) => one.text);
  const [old, young] = [addresses(before), addresses(after)];
  const fresh = young.filter((one) => !old.includes(one));
  const gone = old.filter((one) => !young.includes(one));
  const fields = (Object.keys(after) as (keyof InstanceModel)[]).filter(
    (field) => field !== 'addresses' && field !== 'place' && plain(before[field]) !== plain(after[field]),
  );
  return [
    ...(fresh.length === 0 ? [] : [`addresses that are new: ${fresh.join(', ')}`]),
    ...(gone.length === 0 ? [] : [`addresses that go: ${gone.join(', ')}`]),
    ...fields.map((field) => {
      const [from, to] = [fieldText(field, before[field]), fieldText(field, after[field])];
      return from === '' || to === '' ? `${fieldWords(field)} changes` : `${fieldWords(field)} from ${from} to ${to}`;
    }),
  ];
}

function sentencesOf(before: VrrpModel | undefined, after: VrrpModel): readonly string[] {
  const old = new Map(before?.instances.map((one) => [one.name, one]));
  const young = new Set(after.instances.map((one) => one.name));
  const others = (['groups', 'scripts', 'files', 'processes', 'proxies', 'global'] as const).filter(
    (part) => plain(before?.[part]) !== plain(after[part]),
  );
  return [
    ...after.instances.flatMap((one) => {
      const known = old.get(one.name);
      const where = one.addresses.map((address) => address.text).join(', ');
      if (known === undefined) return [`Instance ${one.name} is new, on ${one.interfaceName}: ${where}.`];
      const changes = instanceChanges(known, one);
      return changes.length === 0 ? [] : [`Instance ${one.name}: ${changes.join('; ')}.`];
    }),
    ...[...old.keys()].filter((name) => !young.has(name)).map((name) => `Instance ${name} goes, with its addresses.`),
    ...(before === undefined || others.length === 0
      ? []
      : [`What is tracked or set for all changes: ${others.join(', ')}.`]),
  ];
}

function previewOf(before: VrrpModel | undefined, after: VrrpModel): FloatingPreview {
  const different = plain(before) !== plain(after);
  const moved =
    before !== undefined &&
    (before.global.netNamespace !== after.global.netNamespace ||
      before.global.instanceName !== after.global.instanceName);
  return {
    different,
    sentences: different ? sentencesOf(before, after) : ['Nothing changes: both texts mean the same.'],
    process: [
      before === undefined
        ? 'The agent is started; it listens before it becomes master.'
        : 'The agent reads the file anew: who is master stays master, addresses that stay are not touched.',
      ...(moved ? ['The network namespace and the instance name change with the next start of the agent only.'] : []),
    ],
  };
}

const EDITOR = new BlockLanguage({
  table: KEYWORDS.blocks,
  definers: new Set([
    'vrrp_instance',
    'vrrp_sync_group',
    'vrrp_script',
    'track_file',
    'vrrp_track_file',
    'vrrp_track_process',
    'vrrp_track_proxy',
  ]),
  users: new Map([
    ['group', ['vrrp_instance']],
    ['track_script', ['vrrp_script']],
    ['track_file', ['track_file', 'vrrp_track_file']],
    ['track_process', ['vrrp_track_process']],
    ['track_proxy', ['vrrp_track_proxy']],
  ]),
  literals: new Set(['MASTER', 'BACKUP', 'PASS', 'MTU', 'ADVERT', 'MII', 'ETHTOOL', 'IOCTL']),
  beforeInterface: new Set(['interface', 'default_interface', 'dev', 'iif', 'oif', 'track_interface', 'interfaces']),
  interfaces() {
    try {
      return readdirSync('/sys/class/net');
    } catch {
      return []; // no such file system in a sandbox: names are typed by hand
    }
  },
  manual: { name: 'keepalived.conf(5)', link: 'https://www.keepalived.org/manpage.html' },
});

function named({ end, kind, start, statement, text: name }: BlockDefinition): Named {
  const { line, lineText } = statement;
  return { kind, name, start, end, line, lineText: lineText.trim(), section: '' };
}

export const KEEPALIVED_LANGUAGE: FloatingLanguage = {
  check: (text) => reportOf(load(text), text),

  preview(text, inForce) {
    const loaded = load(text);
    const report = reportOf(loaded, text);
    if (loaded.model === undefined || report.verdict === 'invalid') return { report, preview: null };
    return { report, preview: previewOf(inForce === '' ? undefined : load(inForce).model, loaded.model) };
  },

  complete: ({ text, offset }) => EDITOR.complete(text, offset),

  hover({ text, offset }) {
    const found = EDITOR.hover(text, offset);
    return found === undefined ? null : { ...found, definitions: found.definitions.map(named) };
  },

  definition({ text, offset }) {
    const { definitions, uses } = EDITOR.definition(text, offset);
    return {
      definitions: definitions.map(named),
      uses: uses.map(({ end, start, text: name }) => ({ name, start, end })),
    };
  },

  format: formatBlocks,

  words() {
    const all = [...KEYWORDS.blocks.values()].flatMap((entries) => [...entries.values()]);
    return {
      sections: all.filter((one) => one.shape !== 'line').map((one) => one.name),
      statements: all.map((one) => one.name),
      options: ['dev', 'label', 'scope', 'weight', 'reverse', 'on', 'off', 'true', 'false', 'yes', 'no'],
    };
  },
};
