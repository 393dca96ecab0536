/** Configurations about what goes together and what does not: several lines, blocks, instances. */

const BASE = `  interface eth0
  virtual_router_id 7
`;
const ADDRESS = `  virtual_ipaddress {
    10.0.0.1/24
  }
`;
const ADDRESS6 = `  virtual_ipaddress {
    fe80::7
    fd00::7/64
  }
`;

function instance(lines: string, name = 'A', rest = BASE + ADDRESS): string {
  return `vrrp_instance ${name} {\n${rest}${lines}}\n`;
}

function global(lines: string, after = instance('')): string {
  return `global_defs {\n${lines}}\n${after}`;
}

const second = (lines = '', address = '10.0.0.2', vrid = 8) =>
  instance(lines, 'B', `  interface eth0\n  virtual_router_id ${vrid}\n  virtual_ipaddress {\n    ${address}\n  }\n`);

const many = (count: number) =>
  `  virtual_ipaddress {\n${Array.from({ length: count }, (_, at) => `    10.1.${at >> 8}.${at & 255}\n`).join('')}  }\n`;

const INSTANCES: Readonly<Record<string, string>> = {
  'an instance': instance(''),
  'an instance of IPv6': instance('', 'A', BASE + ADDRESS6),
  'no VRID': instance('', 'A', `interface eth0\n${ADDRESS}`),
  'no interface': instance('', 'A', `virtual_router_id 7\n${ADDRESS}`),
  'no address, version 2': instance('', 'A', BASE),
  'no address, version 3': instance('version 3\n', 'A', BASE),
  'no address, strict': instance('strict_mode\n', 'A', BASE),
  'no name': `vrrp_instance {\n${BASE}${ADDRESS}}\n`,
  'two names': `vrrp_instance A B {\n${BASE}${ADDRESS}}\n`,
  'the same name twice': instance('') + instance(''),
  'two instances': instance('') + second(),
  'the same VRID twice': instance('') + second('', '10.0.0.2', 7),
  'the same VRID on two interfaces': instance('') + second('', '10.0.0.2', 7).replace('eth0', 'eth1'),
  'the same VRID in two groups': instance('') + second('mcast_dst_ip 224.0.0.50\n', '10.0.0.2', 7),
  'the same VRID in two families': instance('') + second('', 'fe80::8', 7),
  'the same VRID in unicast and multicast': instance('') + second('unicast_peer {\n10.0.0.3\n}\n', '10.0.0.2', 7),
  'the same VRID, two peers':
    instance('unicast_peer {\n10.0.0.4\n}\n') + second('unicast_peer {\n10.0.0.3\n}\n', '10.0.0.2', 7),
  'the same VRID, one peer':
    instance('unicast_peer {\n10.0.0.3\n}\n') + second('unicast_peer {\n10.0.0.3\n}\n', '10.0.0.2', 7),
  'MASTER twice': instance('state MASTER\nstate BACKUP\n'),
  'BACKUP, then MASTER': instance('state BACKUP\nstate MASTER\n'),
  'nopreempt and MASTER': instance('state MASTER\nnopreempt\n'),
  'nopreempt and BACKUP': instance('state BACKUP\nnopreempt\n'),
  'nopreempt and 255': instance('priority 255\nnopreempt\n'),
  'preempt_delay and MASTER': instance('state MASTER\npreempt_delay 5\n'),
  'preempt_delay and nopreempt': instance('nopreempt\npreempt_delay 5\n'),
  'preempt_delay and strict': instance('strict_mode\npreempt_delay 5\n'),
  'MASTER without priority is owner': instance('state MASTER\n'),
  'half a second in version 2': instance('advert_int 0.5\n'),
  'a second and a half in version 2': instance('advert_int 1.5\n'),
  'half a second in version 3': instance('version 3\nadvert_int 0.5\n'),
  'a hundredth in version 3': instance('version 3\nadvert_int 0.01\n'),
  'a thousandth in version 3': instance('version 3\nadvert_int 0.015\n'),
  'less than a hundredth': instance('version 3\nadvert_int 0.001\n'),
  '40.95 s in version 3': instance('version 3\nadvert_int 40.95\n'),
  '40.96 s in version 3': instance('version 3\nadvert_int 40.96\n'),
  '255 s in version 3': instance('version 3\nadvert_int 255\n'),
  'seven places': instance('version 3\nadvert_int 0.1000000\n'),
  'version 2 with IPv6': instance('version 2\n', 'A', BASE + ADDRESS6),
  'version 2, then IPv6': `vrrp_instance A {\n${BASE}version 2\n${ADDRESS6}}\n`,
  'version 2 and strict with IPv6': `vrrp_instance A {\n${BASE}version 2\nstrict_mode\n${ADDRESS6}}\n`,
  'two versions': instance('version 2\nversion 3\n'),
  'IPv6 without link-local': instance('', 'A', `${BASE}virtual_ipaddress {\nfd00::7\n}\n`),
  'IPv6 without link-local, strict': instance('strict_mode\n', 'A', `${BASE}virtual_ipaddress {\nfd00::7\n}\n`),
  'both families': instance('', 'A', `${BASE}virtual_ipaddress {\n10.0.0.1\nfe80::1\n}\n`),
  'both families, one excluded': instance('virtual_ipaddress_excluded {\nfd00::1/64\n}\n'),
  'native_ipv6 first': `vrrp_instance A {\n${BASE}native_ipv6\n${ADDRESS6}}\n`,
  'native_ipv6 after IPv4': instance('native_ipv6\n'),
  '255 addresses': instance('', 'A', BASE + many(255)),
  '256 addresses': instance('', 'A', BASE + many(256)),
  'a password': instance('authentication {\nauth_type PASS\nauth_pass 1234\n}\n'),
  'a password in version 3': instance('version 3\nauthentication {\nauth_type PASS\nauth_pass 1234\n}\n'),
  'a password, strict': instance('strict_mode\nauthentication {\nauth_type PASS\nauth_pass 1234\n}\n'),
  'no password': instance('authentication {\nauth_type PASS\n}\n'),
  'a password without type': instance('authentication {\nauth_pass 1234\n}\n'),
  'a password with !': instance('authentication {\nauth_type PASS\nauth_pass s3cret!!\n}\n'),
  'a password that is a comment': instance('authentication {\nauth_type PASS\nauth_pass #1234\n}\n'),
  unicast: instance('unicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.3\n}\n'),
  'unicast without interface': instance(
    'unicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.3\n}\n',
    'A',
    `virtual_router_id 7\n${ADDRESS}`,
  ),
  'unicast, strict': instance('strict_mode\nunicast_peer {\n10.0.0.3\n}\n'),
  'unicast and a group': instance('mcast_dst_ip 224.0.0.50\nunicast_peer {\n10.0.0.3\n}\n'),
  'unicast_ttl with peers': instance('unicast_ttl 64\nunicast_peer {\n10.0.0.3\n}\n'),
  'check_unicast_src with peers': instance('check_unicast_src\nunicast_peer {\n10.0.0.3\n}\n'),
  'old checksums with peers': instance('old_unicast_checksum\nunicast_peer {\n10.0.0.3\n}\n'),
  'no peers': instance('unicast_peer {\n}\n'),
  'no peers is a fault': instance('unicast_fault_no_peer\n'),
  'a peer of the other family': instance('unicast_peer {\nfe80::1\n}\n'),
  'a VMAC': instance('use_vmac\n'),
  'a VMAC and promote_secondaries': instance('use_vmac\npromote_secondaries\n'),
  'a VMAC and strict': instance('strict_mode\nuse_vmac\nvmac_xmit_base\n'),
  'a MAC and strict': instance('strict_mode\nuse_vmac 02:00:5e:00:01:33\n'),
  'a VMAC and unicast': instance('use_vmac\nunicast_peer {\n10.0.0.3\n}\n'),
  'a VMAC that sends below': instance('use_vmac\nvmac_xmit_base\n'),
  'two VMACs of one name': instance('use_vmac v0\n') + second('use_vmac v0\n'),
  'two names of a VMAC': instance('use_vmac v0 v1\n'),
  strict: instance('strict_mode\n'),
  'strict and MASTER': instance('strict_mode\nstate MASTER\npriority 100\n'),
  'strict and owner': instance('strict_mode\nstate MASTER\npriority 255\n'),
  'strict and accept': instance('strict_mode\naccept\n'),
  'strict and accept, version 3': instance('version 3\nstrict_mode\naccept\n'),
  'strict and adverts': instance('strict_mode\ndown_timer_adverts 5\n'),
  'strict and announcements': instance('strict_mode\ngarp_lower_prio_repeat 2\n'),
  'strict and late announcements': instance('strict_mode\ngarp_lower_prio_delay 2\n'),
  'strict and lower priority': instance('strict_mode\nlower_prio_no_advert off\n'),
  'strict and higher priority': instance('strict_mode\nhigher_prio_send_advert\n'),
  'track_interface of its own': instance('track_interface {\neth0\n}\n'),
  'two notify_master': instance('notify_master /bin/true\nnotify_master /bin/false\n'),
  'notify_deleted twice': instance('notify_deleted\nnotify_deleted /bin/true\n'),
};

const TRACK = 'vrrp_script s {\nscript "</etc/passwd"\nweight 5\n}\ntrack_file f {\nfile /tmp/f\n}\n';

const GROUPS: Readonly<Record<string, string>> = {
  'a group': `vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n${instance('')}${second()}`,
  'a group after its members': `${instance('')}${second()}vrrp_sync_group G {\ngroup {\nA B\n}\n}\n`,
  'a group of one': `vrrp_sync_group G {\ngroup {\nA\n}\n}\n${instance('')}`,
  'a group of nobody': `vrrp_sync_group G {\n}\n${instance('')}`,
  'a group of strangers': `vrrp_sync_group G {\ngroup {\nX\nY\n}\n}\n${instance('')}`,
  'two groups of one': `vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\nvrrp_sync_group H {\ngroup {\nA\nB\n}\n}\n${instance('')}${second()}`,
  'a group twice': `vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\nvrrp_sync_group G {\ngroup {\nA\n}\n}\n${instance('')}${second()}`,
  'a group without name': `vrrp_sync_group {\ngroup {\nA\nB\n}\n}\n${instance('')}${second()}`,
  'two lists of members': `vrrp_sync_group G {\ngroup {\nA\nB\n}\ngroup {\nA\n}\n}\n${instance('')}${second()}`,
  'weights in a group': `${TRACK}vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n${instance('track_script {\ns\n}\n')}${second()}`,
  'weights in a group that may': `${TRACK}vrrp_sync_group G {\nsync_group_tracking_weight\ngroup {\nA\nB\n}\n}\n${instance('track_script {\ns\n}\n')}${second()}`,
  'a file in a group':
    `${TRACK}vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n${instance('track_file {\nf\n}\n')}${second()}`.replace(
      /vrrp_script[^}]*}\n/,
      '',
    ),
  'an interface in a group': `vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n${instance('track_interface {\neth1 weight 5\n}\n')}${second()}`,
  'weights of an owner': `${TRACK}${instance('priority 255\ntrack_script {\ns\n}\n')}`,
  'an interface of an owner': instance('priority 255\ntrack_interface {\neth1 weight 5\n}\n'),
  'weights of a group with an owner': `vrrp_sync_group G {\ngroup {\nA\nB\n}\ntrack_interface {\neth1 weight 5\n}\n}\n${instance('priority 255\n')}${second()}`,
  'a script that nobody uses': `${TRACK.replace(/track_file[^}]*}\n/, '')}${instance('')}`,
  'a file that nobody uses': `${TRACK.replace(/vrrp_script[^}]*}\n/, '')}${instance('')}`,
  'a script after its use': `${instance('track_script {\ns\n}\n')}${TRACK}`,
  'a program that is run': `vrrp_script s {\nscript /bin/true\n}\n${instance('track_script {\ns\n}\n')}`,
  'a program that is run, secured': `global_defs {\nscript_user root\nenable_script_security\n}\nvrrp_script s {\nscript /bin/true\n}\n${instance('track_script {\ns\n}\n')}`,
  'secured without a user': `global_defs {\nenable_script_security\n}\nvrrp_script s {\nscript /bin/true\n}\n${instance('track_script {\ns\n}\n')}`,
  'a program found in PATH': `vrrp_script s {\nscript true\n}\n${instance('track_script {\ns\n}\n')}`,
  'a notify that is not there': instance('notify /no/such/program\n'),
  'a notify that is run': instance('notify /bin/true\n'),
  'global_defs at the end': `${instance('')}global_defs {\nvrrp_version 3\n}\n`,
  'dynamic interfaces': global('dynamic_interfaces\n', instance('').replace('eth0', 'eth7')),
  'dynamic interfaces at the end': `${instance('').replace('eth0', 'eth7')}global_defs {\ndynamic_interfaces\n}\n`,
  'two fifos': global('notify_fifo /run/a\nnotify_fifo /run/b\n'),
  'the quorum is larger than its maximum': `vrrp_track_process p {\nprocess sh\nquorum_max 2\nquorum 3\n}\n${instance('')}`,
  'two processes': `vrrp_track_process p {\nprocess sh\nprocess ls\n}\n${instance('')}`,
  'two instances of the process': `instance a\ninstance b\n${instance('')}`,
  'two prefixes': global('vmac_prefix a\nvmac_prefix b\n'),
};

const FORMS: Readonly<Record<string, string>> = {
  'an empty file': '',
  'only comments': '! one\n# two\n',
  'braces of their own line': `vrrp_instance A\n{\n${BASE}${ADDRESS}}\n`,
  'everything in a line': 'vrrp_instance A { interface eth0\nvirtual_router_id 7\nvirtual_ipaddress { 10.0.0.1 } }\n',
  'braces at words': 'vrrp_instance A{\ninterface eth0\nvirtual_router_id 7\nvirtual_ipaddress{\n10.0.0.1\n}}\n',
  'an open block': instance('').slice(0, -2),
  'an extra brace': `${instance('')}}\n`,
  'an unexpected block': instance('state BACKUP {\n}\n'),
  'a block without its brace': `vrrp_instance A\n${BASE}${ADDRESS}}\n`,
  'an unknown word': instance('nonsense 5\n'),
  'an unknown root': `nonsense 5\n${instance('')}`,
  'a comment inside a word': instance('state BACKUP!comment\n'),
  'a comment after a word': instance('state BACKUP # comment\n'),
  'an escaped comment': global('router_id a\\#b\n'),
  'a quoted comment': global('router_id "a#b"\n'),
  'an open quote': global('router_id "a\n'),
  'quoted words': instance('state "BACKUP"\n'),
  'words run together': instance('priority"100"\n'),
  'a parameter': `$P=100\n${instance('priority $P\n')}`,
  'a parameter in braces': `$N=1\n${instance('', 'A', `${BASE}virtual_ipaddress {\n10.0.\${N}.1\n}\n`)}`,
  'a parameter that is not there': instance('priority $P\n'),
  'a parameter in a parameter': `$A=1\${B}\n$B=00\n${instance('priority $A\n')}`,
  'a definition of several lines': `$I= \\\nvrrp_instance A { \\\ninterface eth0 \\\nvirtual_router_id \${N} \\\nvirtual_ipaddress { \\\n10.0.0.\${N} \\\n} \\\n}\n\n$N=7\n$I\n`,
  'a definition used twice': `$I= \\\nvrrp_instance I\${N} { \\\ninterface eth0 \\\nvirtual_router_id \${N} \\\nvirtual_ipaddress { \\\n10.0.0.\${N} \\\n} \\\n}\n\n$N=7\n$I\n$N=8\n$I\n`,
  'a sequence': instance('', 'A', `${BASE}virtual_ipaddress {\n~SEQ(N, 1, 5) 10.0.0.\${N}\n}\n`),
  'a sequence of a sequence': instance(
    '',
    'A',
    `${BASE}virtual_ipaddress {\n~SEQ(M, 1, 2) ~SEQ(N, 1, 5) 10.0.\${M}.\${N}\n}\n`,
  ),
  'a sequence with a step': instance('', 'A', `${BASE}virtual_ipaddress {\n~SEQ(N, 1, 2, 9) 10.0.0.\${N}\n}\n`),
  'a hexadecimal sequence': instance(
    '',
    'A',
    `${BASE}virtual_ipaddress {\nfe80::1\n~SEQx(N, 0x10, 0x1f) fd00::\${N}\n}\n`,
  ),
  'a sequence of definitions': `$I= \\\nvrrp_instance I\${N} { \\\ninterface eth0 \\\nvirtual_router_id \${N} \\\nvirtual_ipaddress { \\\n10.0.0.\${N} \\\n} \\\n}\n\n~SEQ(N, 1, 3) $I\n`,
  'a sequence written wrongly': `~SEQ(N) x\n${instance('')}`,
  'a sequence of step 0': `~SEQ(N, 1, 0, 5) x\n${instance('')}`,
  'a list': instance('', 'A', `${BASE}virtual_ipaddress {\n~LST(N, 1, 3, 5) 10.0.0.\${N}\n}\n`),
  'a list of pairs': instance(
    '',
    'A',
    `${BASE}virtual_ipaddress {\n~LST({M, N}, {1, 2}, {3, 4}) 10.0.\${M}.\${N}\n}\n`,
  ),
  'a list with too many values': `~LST({M, N}, {1, 2, 3}) x\n${instance('')}`,
  'a line for us': instance('@lab priority 100\n'),
  'a line for others': instance('@other priority nonsense\n'),
  'a line for all but others': instance('@^other priority 100\n'),
  'a line for all but us': instance('@^lab priority nonsense\n'),
  'a conditional parameter': `@lab $P=100\n@other $P=nonsense\n${instance('priority $P\n')}`,
  'the name of the machine': global('router_id $_INSTANCE\n'),
  'a random number': instance('priority ${_RANDOM 1 255}\n'),
  'a hash sign': global('router_id a${_HASH}b\n'),
  'an include of nothing': `include nothing/*.conf\n${instance('')}`,
  'an include of a file that is not there': `include nothing.conf\n${instance('')}`,
  'an include that must be': `includea nothing.conf\n${instance('')}`,
  'blocks of values in a line': instance('track_interface { eth1 }\n'),
  'a block that is too short': instance('virtual_ipaddress\n'),
  'words before a block': instance('virtual_routes now {\n10.1.0.0/24 dev eth0\n}\n'),
  'carriage returns': instance('').replaceAll('\n', '\r\n'),
  tabs: instance('\tstate\tBACKUP\n'),
  'no line end': instance('').trimEnd(),
};

export const WHOLE: readonly { readonly name: string; readonly text: string }[] = [
  ...Object.entries(INSTANCES),
  ...Object.entries(GROUPS),
  ...Object.entries(FORMS),
].map(([name, text]) => ({ name: `whole/${name}`, text }));
