/** The configurations whose verdict is compared: every keyword in its block, in wrong ones, with good and bad words. */

import type { BlockName, Keyword } from '../../../../src/vrrp/config/keyword.ts';
import { KEYWORDS } from '../../../../src/vrrp/config/table.ts';
import { ARGUMENTS } from './arguments.ts';
import { WHOLE } from './whole.ts';

export interface VerdictCase {
  readonly name: string;
  readonly text: string;
}

const SUPPORT = `vrrp_script check {
  script /bin/true
}
track_file number {
  file /tmp/number
}
vrrp_track_process shell {
  process sh
}
`;

const INSTANCE = `  interface eth0
  virtual_router_id 7
  virtual_ipaddress {
    10.0.0.1/24
  }
`;

/** The lines of a keyword, one of its own for every value of a block. */
function linesOf(keyword: Pick<Keyword, 'name' | 'shape'>, words: string, header = ''): string {
  if (keyword.shape === 'line') return `${keyword.name} ${words}\n`;
  const lines = words.split(/; */).map((line) => `    ${line}\n`);
  return `${keyword.name} ${header}{\n${lines.join('')}}\n`;
}

/** A whole configuration in which lines stand in a block. */
export function within(block: BlockName, name: string, lines: string): string {
  switch (block) {
    case '':
      return `${lines}vrrp_instance A {\n${INSTANCE}}\n`;
    case 'global_defs':
      return `global_defs {\n${lines}}\nvrrp_instance A {\n${INSTANCE}}\n`;
    case 'vrrp_instance': {
      const support = name.startsWith('track_') ? SUPPORT : '';
      const own = ['interface', 'virtual_router_id', 'virtual_ipaddress'].includes(name);
      const rest = own
        ? INSTANCE.replace(
            name === 'virtual_ipaddress' ? /virtual_ipaddress \{[^}]*\}\n/ : new RegExp(`${name} .*\n`),
            '',
          )
        : INSTANCE;
      return `${support}vrrp_instance A {\n${rest}${lines}}\n`;
    }
    case 'authentication':
      return `vrrp_instance A {\n${INSTANCE}authentication {\n${name === 'auth_pass' ? 'auth_type PASS\n' : ''}${lines}}\n}\n`;
    case 'vrrp_sync_group': {
      const group = name === 'group' ? '' : 'group {\nA\nB\n}\n';
      const second = INSTANCE.replace(' 7', ' 8').replace('10.0.0.1', '10.0.0.2');
      return `${SUPPORT}vrrp_sync_group G {\n${group}${lines}}\nvrrp_instance A {\n${INSTANCE}}\nvrrp_instance B {\n${second}}\n`;
    }
    case 'vrrp_script':
      return `vrrp_script check {\n${name === 'script' ? '' : 'script "</etc/passwd"\n'}${lines}}\nvrrp_instance A {\n${INSTANCE}track_script {\ncheck\n}\n}\n`;
    case 'track_file':
      return `track_file number {\n${name === 'file' ? '' : 'file /tmp/number\n'}${lines}}\nvrrp_instance A {\n${INSTANCE}}\n`;
    case 'vrrp_track_process':
      return `vrrp_track_process shell {\n${name === 'process' ? '' : 'process sh\n'}${lines}}\nvrrp_instance A {\n${INSTANCE}}\n`;
    case 'garp_group':
      return `garp_group {\n${name === 'garp_interval' ? '' : 'garp_interval 0.5\n'}${lines}}\nvrrp_instance A {\n${INSTANCE}}\n`;
    case 'track_group':
      return `track_group T {\n${lines}}\nvrrp_instance A {\n${INSTANCE}}\n`;
    case 'vrrp_track_proxy':
      return '';
  }
}

/** Keywords of the block that keepalived 2.2.7 has, too. */
export function theirs(block: BlockName): readonly Keyword[] {
  const keywords = [...(KEYWORDS.blocks.get(block)?.values() ?? [])];
  return keywords.filter((keyword) => keyword.since === undefined);
}

const BLOCKS = [...KEYWORDS.blocks.keys()].filter((block) => block !== 'vrrp_track_proxy');

/** Keywords for which ARGUMENTS has nothing. */
export function withoutArguments(): string[] {
  return BLOCKS.flatMap((block) =>
    theirs(block)
      .filter((keyword) => ARGUMENTS[block]?.[keyword.name] === undefined)
      .map((keyword) => `${block}/${keyword.name}`),
  );
}

function inTheirBlocks(): VerdictCase[] {
  return BLOCKS.flatMap((block) =>
    theirs(block).flatMap((keyword) => {
      const { good = [], bad = [] } = ARGUMENTS[block]?.[keyword.name] ?? {};
      return [...good.map((words) => ['good', words] as const), ...bad.map((words) => ['bad', words] as const)].map(
        ([kind, words]) => ({
          name: `${block}/${keyword.name}/${kind}/${words}`,
          text: within(
            block,
            keyword.name,
            linesOf(
              keyword,
              words,
              keyword.opens === undefined ||
                block !== '' ||
                keyword.name === 'global_defs' ||
                keyword.name === 'garp_group'
                ? ''
                : 'X ',
            ),
          ),
        }),
      );
    }),
  );
}

/** How many keywords share a configuration where each is in a wrong place: their lines are told one by one. */
const TOGETHER = 5;

/** A block that does not know it, the next of the list for each keyword, so that over all keywords all blocks come up. */
function inWrongBlocks(): VerdictCase[] {
  const homes: readonly BlockName[] = ['global_defs', 'vrrp_instance', 'vrrp_sync_group', 'vrrp_script', 'track_file'];
  let turn = 0;
  const strangers = new Map<BlockName, string[]>();
  for (const keyword of BLOCKS.flatMap(theirs)) {
    const wrong = homes.filter((home) => KEYWORDS.find(home, keyword.name) === undefined);
    const home = wrong[turn++ % wrong.length];
    if (home !== undefined) strangers.set(home, [...(strangers.get(home) ?? []), keyword.name]);
  }
  return [...strangers].flatMap(([home, names]) => {
    const groups = Array.from({ length: Math.ceil(names.length / TOGETHER) }, (_, index) =>
      names.slice(index * TOGETHER, (index + 1) * TOGETHER),
    );
    return groups.map((group) => ({
      name: `${home}/wrong block/${group.join(' ')}`,
      text: within(home, '', group.map((name) => `${name} 5\n`).join('')),
    }));
  });
}

export const CASES: readonly VerdictCase[] = [...inTheirBlocks(), ...inWrongBlocks(), ...WHOLE];
