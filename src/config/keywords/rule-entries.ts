/**
 * The actions of rules for the table of keywords: one entry for each kind of rule that an action may stand in, where the
 * parser has one declaration for all of them.
 */

import { type KeywordEntry, REAL_BACKENDS, REAL_FRONTENDS, REAL_PROXIES } from '../keyword.ts';
import { HTTP_ACTIONS } from './http-actions.ts';
import { isSharedWithHttp, listedNames, type TcpLayer } from './tcp-actions.ts';

type OwnAction = readonly [name: string, grammar: string, implemented: boolean, help: string];

const ENDINGS: readonly OwnAction[] = [
  ['accept', 'accept', true, 'Ends the rules: the connection goes on.'],
  ['reject', 'reject', true, 'Closes the connection.'],
];

const EXPECTATIONS: readonly OwnAction[] = [
  [
    'expect-proxy',
    'expect-proxy layer4',
    true,
    'The connection starts with a PROXY header, and is that of whom it names.',
  ],
  ['expect-netscaler-cip', 'expect-netscaler-cip layer4', true, 'The same with a NetScaler client IP header.'],
];

const TRACKING: readonly OwnAction[] = [
  ['track-sc', '{track-sc0 | track-sc1 | track-sc2} <expression> [table <table>]', false, 'Counts in a stick table.'],
];

/** What is known to one layer alone, or differs from the HTTP action of the same name. */
const OWN: Readonly<Record<TcpLayer, readonly OwnAction[]>> = {
  'tcp-request connection': [...ENDINGS, ...EXPECTATIONS, ...TRACKING],
  'tcp-request session': [...ENDINGS, ...TRACKING],
  'tcp-request content': [
    ...ENDINGS,
    ['capture', 'capture <expression> len <length>', true, 'Keeps a sample for the log line.'],
    ['switch-mode', 'switch-mode http [proto <name>]', true, 'Goes on as HTTP.'],
    ...TRACKING,
  ],
  'tcp-response content': [...ENDINGS, ['close', 'close', true, 'Closes the connection to the server.']],
};

const LAYERS = Object.keys(OWN) as TcpLayer[];

function sectionsOf(layer: TcpLayer): readonly string[] {
  const proxies =
    layer === 'tcp-request content' ? REAL_PROXIES : layer === 'tcp-response content' ? REAL_BACKENDS : REAL_FRONTENDS;
  return ['defaults', ...proxies];
}

function ownEntry(layer: TcpLayer, [name, grammar, implemented, help]: OwnAction): KeywordEntry {
  const kind = layer === 'tcp-response content' ? 'tcp-response' : 'tcp-request';
  const since = layer === 'tcp-request session' ? '1.7' : '1.4';
  const place = layer.split(' ')[1] ?? '';
  return {
    kind,
    name: `${place} ${name}`,
    sections: sectionsOf(layer),
    grammar: `${place} ${grammar}`,
    help,
    initially: '',
    since,
    manual: '4.2',
    implemented,
  };
}

function tcpEntries(layer: TcpLayer): readonly KeywordEntry[] {
  const own = OWN[layer];
  const shared = listedNames(layer)
    .map((listed) => listed.replace('(*)', ''))
    .filter((name) => own.every(([known]) => known !== name));
  return [
    ...own.map((one) => ownEntry(layer, one)),
    ...shared.map((name) => {
      const action = HTTP_ACTIONS.find((known) => known.name === name);
      const implemented = name === 'silent-drop' || (action?.implemented === true && isSharedWithHttp(name));
      return ownEntry(layer, [name, action?.grammar ?? name, implemented, action?.help ?? 'Not implemented yet.']);
    }),
  ];
}

function httpEntries(): readonly KeywordEntry[] {
  return HTTP_ACTIONS.flatMap(({ name, sections, grammar, help, initially, since, manual, implemented, directions }) =>
    directions.map((kind) => ({ kind, name, sections, grammar, help, initially, since, manual, implemented })),
  );
}

export const RULE_ENTRIES: readonly KeywordEntry[] = [...httpEntries(), ...LAYERS.flatMap(tcpEntries)];
