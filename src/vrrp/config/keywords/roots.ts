/** Keywords outside of all blocks: those that open one, and a few of the process. */

import { readAddressLine } from '../address-lines.ts';
import type { Context } from '../context.ts';
import type { Drafts, GarpGroupDraft, GlobalDraft } from '../drafts.ts';
import { StaticTrackGroupDraft } from '../drafts.ts';
import { type Keyword, refused, works } from '../keyword.ts';
import { INTEGER_MAX } from '../numbers.ts';
import { readRouteLine } from '../route-lines.ts';
import { readRuleLine } from '../rule-lines.ts';
import type { Statement, ValueLine } from '../statements.ts';
import { openGroup } from './groups.ts';
import { openInstance } from './instances.ts';
import { LATER_ROOTS } from './later.ts';
import { openScript } from './scripts.ts';
import { openFile, openProcess, openProxy } from './tracked.ts';

const IPVS = 'virtual servers come later: leave the block out, or run keepalived -C for them';

function openGarpGroup(line: Statement, context: Context): void {
  const draft: GarpGroupDraft = { garpIntervalMs: 0, gnaIntervalMs: 0, interfaces: [], timed: false };
  context.walk(line.body, draft);
  const { timed, ...model } = draft;
  const { drafts, report } = context;
  if (timed) drafts.garpGroups.push(model);
  else {
    const message = `garp group ${drafts.garpGroups.length + 1} does not have any delay set - removing`;
    report.mistake(line.words[0], message, 'garp_interval SECONDS, gna_interval SECONDS');
  }
}

function addInterface(draft: GarpGroupDraft, word: Statement['words'][number], context: Context): void {
  const complaint = `WARNING - interface ${word.text} specified for garp_group doesn't exist`;
  if (context.interface(word, complaint) === undefined) return;
  const taken = [...context.drafts.garpGroups, draft].some((group) => group.interfaces.includes(word.text));
  if (!taken) draft.interfaces = [...draft.interfaces, word.text];
  else {
    const message = `garp_group already specified for ${word.text} - ignoring`;
    context.report.mistake(word, message, 'an interface is in one group');
  }
}

const garpInterval = (name: 'garp_interval' | 'gna_interval', help: string): Keyword<GarpGroupDraft> =>
  works(name, 'SECONDS', help, (line, draft, context) => {
    const word = context.word(line, 1);
    const complaint = `garp_group ${name} '${word.text}' invalid`;
    const value = context.seconds(word, { minimum: 0, maximum: INTEGER_MAX, lenient: true }, { complaint });
    if (value === undefined) return;
    if (name === 'garp_interval') draft.garpIntervalMs = value / 1000;
    else draft.gnaIntervalMs = value / 1000;
    draft.timed = true;
    if (value >= 1_000_000) {
      context.report.warn(word, `The ${name} is very large - ${word.text} seconds`, 'a few thousandths are usual');
    }
  });

export const GARP_GROUP: readonly Keyword<GarpGroupDraft>[] = [
  garpInterval('garp_interval', 'least distance of two gratuitous ARP packets'),
  garpInterval('gna_interval', 'least distance of two neighbour advertisements'),
  works('interface', 'NAME', 'one of its interfaces', (line, draft, context) =>
    addInterface(draft, context.word(line, 1), context),
  ),
  works(
    'interfaces',
    '{ NAME ... }',
    'its interfaces',
    (line, draft, context) => {
      const words = line.values.flatMap((value) => value.words);
      if (words.length === 0) {
        context.report.mistake(line.words[0], 'Warning - empty garp_group interfaces block', 'names of interfaces');
      }
      for (const word of words) addInterface(draft, word, context);
    },
    { shape: 'values' },
  ),
];

function readDelays({ words }: ValueLine, drafts: Drafts, context: Context): void {
  const [word, down, up, more] = words;
  if (word === undefined) return;
  const complaint = `unknown interface ${word.text} specified for up/down delay`;
  const { dynamicInterfaces } = context.drafts.global;
  if (!dynamicInterfaces && context.host.interface(word.text) === undefined) {
    // CONFIG_FATAL: a mistake that `-t` counts among those that keep it from running, and that does not.
    context.report.unrunnable(word, complaint, `there is ${context.host.interfaceNames().join(', ')}`);
    return;
  }
  if (down === undefined) {
    context.report.warn(word, `No timeouts specified for ${word.text} up/down delays`, 'NAME DOWN [UP], in seconds');
    return;
  }
  if (more !== undefined) {
    context.report.warn(more, `Too many parameters for ${word.text} up/down delays`, 'NAME DOWN [UP], in seconds');
  }
  const range = { minimum: 0, maximum: 255_000_000, lenient: true };
  const downDelay = context.seconds(down, range);
  const upDelay = up === undefined ? 0 : context.seconds(up, range);
  if (downDelay === undefined || upDelay === undefined) return;
  drafts.interfaceDelays.push({
    interfaceName: word.text,
    downDelayMs: downDelay / 1000,
    upDelayMs: upDelay / 1000,
  });
}

function openTrackGroup(line: Statement, context: Context): void {
  const { drafts, report } = context;
  const [first, spot] = line.words;
  if (spot === undefined || line.words.length !== 2) {
    const message = 'track_group must have a name - skipping';
    report.mistake(line.words[2] ?? first, message, 'track_group NAME { group { INSTANCE ... } }');
    return;
  }
  if (drafts.trackGroups.some((group) => group.name === spot.text)) {
    report.mistake(spot, `track_group ${spot.text} already defined`, 'every group has a name of its own');
    return;
  }
  const draft = new StaticTrackGroupDraft(spot.text);
  drafts.trackGroups.push(draft);
  context.walk(line.body, draft);
}

export const TRACK_GROUP: readonly Keyword<StaticTrackGroupDraft>[] = [
  works(
    'group',
    '{ INSTANCE ... }',
    'the instances',
    (line, draft, context) => {
      const members = line.values.flatMap((value) => value.words);
      if (draft.members !== undefined) {
        const message = `Group list already specified for sync group ${draft.name}`;
        context.report.mistake(line.words[0], message, 'all instances stand in one group { }');
      } else if (members.length > 0) draft.members = members;
      else {
        const message = `Warning - track group ${draft.name} has empty group block`;
        context.report.mistake(line.words[0], message, 'the names of instances');
      }
    },
    { shape: 'values' },
  ),
];

/** Everything outside of all blocks that is read in the first round, before anything else: see load.ts. */
export const PROCESS_ROOTS: readonly Keyword<GlobalDraft>[] = [
  works<GlobalDraft>(
    'global_defs',
    '{ ... }',
    'what counts for all',
    (line, draft, context) => context.walk(line.body, draft),
    { shape: 'block', opens: 'global_defs' },
  ),
  works('net_namespace', 'NAME', 'network namespace of the agent', (line, draft, context) => {
    const word = line.words[1];
    const { report } = context;
    if (word === undefined)
      report.mistake(line.words[0], 'net_namespace name missing - ignoring', 'net_namespace NAME');
    else if (draft.netNamespace === '') {
      draft.netNamespace = word.text;
      draft.usePidDirectory = true;
    } else {
      const message = `Duplicate net_namespace definition ${word.text} - ignoring`;
      report.mistake(word, message, `net_namespace ${draft.netNamespace} stands before it`);
    }
  }),
  works('instance', 'NAME', 'tells this agent from others on the machine', (line, draft, context) => {
    const word = line.words[1];
    const { report } = context;
    if (word === undefined) report.mistake(line.words[0], 'instance name missing - ignoring', 'instance NAME');
    else if (draft.instanceName === '') {
      draft.instanceName = word.text;
      draft.usePidDirectory = true;
    } else {
      const message = `Duplicate instance definition ${word.text} - ignoring`;
      report.mistake(word, message, `instance ${draft.instanceName} stands before it`);
    }
  }),
  works('use_pid_dir', '', 'pid files are in /run/keepalived', (_, draft) => {
    draft.usePidDirectory = true;
  }),
];

const FILE_GRAMMAR = { shape: 'block', opens: 'track_file' } as const;

export const ROOTS: readonly Keyword<Drafts>[] = [
  works('vrrp_instance', 'NAME { ... }', 'a virtual router', (line, _, context) => openInstance(line, context), {
    shape: 'block',
    opens: 'vrrp_instance',
  }),
  works(
    'vrrp_sync_group',
    'NAME { ... }',
    'instances that change together',
    (line, _, context) => openGroup(line, context),
    {
      shape: 'block',
      opens: 'vrrp_sync_group',
    },
  ),
  works(
    'vrrp_script',
    'NAME { ... }',
    'a command that is run again and again',
    (line, _, context) => openScript(line, context),
    {
      shape: 'block',
      opens: 'vrrp_script',
    },
  ),
  works(
    'track_file',
    'NAME { ... }',
    'a file whose number counts',
    (line, _, context) => openFile(line, context),
    FILE_GRAMMAR,
  ),
  works('vrrp_track_file', 'NAME { ... }', 'former name of track_file', (line, _, context) => openFile(line, context), {
    ...FILE_GRAMMAR,
    successor: 'track_file',
  }),
  works(
    'vrrp_track_process',
    'NAME { ... }',
    'a process that must run',
    (line, _, context) => openProcess(line, context),
    {
      shape: 'block',
      opens: 'vrrp_track_process',
    },
  ),
  works(
    'vrrp_track_proxy',
    'NAME { ... }',
    'the proxy, asked over its stats socket',
    (line, _, context) => openProxy(line, context),
    {
      shape: 'block',
      opens: 'vrrp_track_proxy',
      since: 'mahalo',
    },
  ),
  works(
    'garp_group',
    '{ ... }',
    'interfaces that share a pace of announcements',
    (line, _, context) => openGarpGroup(line, context),
    {
      shape: 'block',
      opens: 'garp_group',
    },
  ),
  works(
    'track_group',
    'NAME { group { INSTANCE ... } }',
    'instances that watch static addresses and routes',
    (line, _, context) => openTrackGroup(line, context),
    {
      shape: 'block',
      opens: 'track_group',
    },
  ),
  works(
    'interface_up_down_delays',
    '{ NAME DOWN [UP] ... }',
    'how long an interface must be down, and up, before it counts; seconds',
    (line, draft, context) => {
      for (const value of line.values) readDelays(value, draft, context);
    },
    { shape: 'values' },
  ),
  works(
    'static_ipaddress',
    '{ ADDRESS[/LENGTH] [dev NAME] ... }',
    'addresses that are there as long as the agent',
    (line, draft, context) => {
      for (const value of line.values) {
        context.guard(value, () => {
          const address = readAddressLine(value, context, true);
          if (address !== undefined) draft.staticAddresses.push(address);
        });
      }
    },
    { shape: 'values' },
  ),
  works(
    'static_routes',
    '{ ROUTE ... }',
    'routes that are there as long as the agent, as in virtual_routes',
    (line, draft, context) => {
      for (const value of line.values) {
        context.guard(value, () => {
          const route = readRouteLine(value, context, true);
          if (route !== undefined) draft.staticRoutes.push(route);
        });
      }
    },
    { shape: 'values' },
  ),
  works(
    'static_rules',
    '{ RULE ... }',
    'rules that are there as long as the agent, as in virtual_rules',
    (line, draft, context) => {
      for (const value of line.values) {
        context.guard(value, () => {
          const rule = readRuleLine(value, context, true);
          if (rule !== undefined) draft.staticRules.push(rule);
        });
      }
    },
    { shape: 'values' },
  ),
  refused('virtual_server', 'ADDRESS PORT { ... }', 'an IPVS service', IPVS, { shape: 'opaque' }) as Keyword<Drafts>,
  refused('virtual_server_group', 'NAME { ... }', 'several IPVS services', IPVS, {
    shape: 'opaque',
  }) as Keyword<Drafts>,
  ...(LATER_ROOTS as readonly Keyword<Drafts>[]),
];
