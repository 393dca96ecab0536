/** The part of keepalived.conf that belongs to a pair of units, for `mahalo vrrp` or for keepalived itself. */

import { line, type Names, type TemplateBlock } from './page.ts';

export interface FloatingAddress {
  readonly instance: string;
  readonly first: boolean;
  readonly interface: string;
  readonly router: number;
  readonly ownAddress: string;
  readonly otherAddress: string;
  readonly floating: string;
  readonly prefix: number;
  /** `mahalo` or `keepalived`. */
  readonly program: string;
  /** The frontend that must serve where the address is. */
  readonly frontend: string;
}

/** Section of keepalived.conf(5), not of HAProxy's manual. */
const PAGE = 'keepalived.conf';

function trackBlock(settings: FloatingAddress, track: string): TemplateBlock {
  if (settings.program === 'keepalived') {
    return {
      comments: ['The address must not stay where the proxy is gone.'],
      lines: [
        line(`vrrp_track_process ${track} {`, 'Watches whether a program runs.', PAGE),
        line('    process haproxy', 'Its name.', PAGE),
        line('    delay 1', 'A second without it counts; a reload is shorter.', PAGE),
        line('}', 'Ends the block.', PAGE),
      ],
    };
  }
  return {
    comments: ['The address must not stay where the proxy is gone or does not listen.'],
    lines: [
      line(`vrrp_track_proxy ${track} {`, 'Asks the proxy itself whether it serves; a keyword of Mahalo.', PAGE),
      line('    socket /run/mahalo/proxy.sock', 'The "stats socket" of the proxy.', PAGE),
      line(`    frontend ${settings.frontend}`, 'This frontend must be open.', PAGE),
      line('    interval 1', 'Every second.', PAGE),
      line('    fall 2', 'Two bad answers one after the other count.', PAGE),
      line('}', 'Ends the block.', PAGE),
    ],
  };
}

export function floatingBlocks(settings: FloatingAddress, names: Names): readonly TemplateBlock[] {
  const track = names.floating(`${settings.instance}_proxy`);
  const instance = names.floating(settings.instance);
  const priority = settings.first ? 150 : 100;
  const tracked = settings.program === 'keepalived' ? 'track_process' : 'track_proxy';
  return [
    trackBlock(settings, track),
    {
      comments: [`The floating address ${settings.floating}: on the unit with the higher priority that is well.`],
      lines: [
        line(`vrrp_instance ${instance} {`, 'One virtual router: an address and who may have it.', PAGE),
        line('    state BACKUP', 'Both begin as backup and find out by priority: no address twice at the start.', PAGE),
        line(`    interface ${settings.interface}`, 'Where the address is put, and where the units talk.', PAGE),
        line(`    virtual_router_id ${settings.router}`, 'The same on both units, used by nobody else here.', PAGE),
        line(
          `    priority ${priority}`,
          settings.first
            ? 'Higher than on the other unit: this one has the address while it is well.'
            : 'Lower: the backup.',
          PAGE,
        ),
        line(
          '    advert_int 1',
          'The master says every second that it is there; after three of silence the other takes over.',
          PAGE,
        ),
        line(
          `    unicast_src_ip ${settings.ownAddress}`,
          'Our own address, from which we talk to the other unit.',
          PAGE,
        ),
        line('    unicast_peer {', 'Only the other unit is told: switches that lose multicast do not matter.', PAGE),
        line(`        ${settings.otherAddress}`, 'The other unit.', PAGE),
        line('    }', 'Ends the list.', PAGE),
        line('    virtual_ipaddress {', 'What floats.', PAGE),
        line(
          `        ${settings.floating}/${settings.prefix}`,
          'The address clients use, with the bits of its network.',
          PAGE,
        ),
        line('    }', 'Ends the list.', PAGE),
        line(`    ${tracked} {`, 'What must be well for the address to stay.', PAGE),
        line(`        ${track}`, 'The proxy, watched above.', PAGE),
        line('    }', 'Ends the list.', PAGE),
        line('}', 'Ends the block.', PAGE),
      ],
    },
  ];
}
