/** Where Mahalo's verdict is another one than keepalived's, and why. An exception that nothing needs fails the test. */

export type Difference = 'verdict' | 'exit code' | 'line';

export interface Exception {
  /** Of names of cases. */
  readonly cases: RegExp;
  readonly differs: readonly Difference[];
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    cases:
      /^global_defs\/(notification_email_from|smtp_\w+|max_auto_priority|min_auto_priority_delay|lvs_\w+|vrrp_garp_extra_if|vrrp_vmac_garp_intvl|vrrp_iptables|vrrp_ipsets|nftables\w*|vrrp_rlimit_r\w+|checker_\w+|bfd_\w+|vmac_addr_prefix|snmp_socket|dbus_service_name|config_save_dir|tmp_config_directory|reload_time_file)\/bad\//,
    differs: ['verdict', 'exit code'],
    reason: 'words of a keyword that has no effect are not looked at: a warning names the keyword',
  },
  {
    cases: /^\/(linkbeat_interfaces|child_wait_time)\/bad\//,
    differs: ['verdict', 'exit code'],
    reason: 'words of a keyword that has no effect are not looked at: a warning names the keyword',
  },
  {
    cases:
      /^vrrp_instance\/(smtp_alert|linkbeat_use_polling|garp_extra_if|vmac_garp_intvl|lvs_sync_daemon_interface)\/bad\//,
    differs: ['verdict', 'exit code'],
    reason: 'words of a keyword that has no effect are not looked at: a warning names the keyword',
  },
  {
    cases: /^vrrp_sync_group\/smtp_alert\/bad\//,
    differs: ['line'],
    reason: 'words of a keyword that has no effect are not looked at: a warning names the keyword',
  },
  {
    cases: /^vrrp_instance\/(use_vmac_addr|use_ipvlan|vrf)\//,
    differs: ['verdict', 'exit code'],
    reason: 'refused by name: without it the unit would fail over differently',
  },
  {
    cases: /^vrrp_(instance|sync_group)\/track_bfd\//,
    differs: ['line'],
    reason: 'refused by name at the keyword; keepalived complains about the session that is not there',
  },
  {
    cases: /^vrrp_instance\/authentication\/good\/auth_type AH/,
    differs: ['verdict', 'exit code'],
    reason: 'refused by name: a peer that demands AH would not take our advertisements',
  },
  {
    cases:
      /^\/(vrrp_sync_group|vrrp_script|track_file|vrrp_track_file|vrrp_track_process|garp_group|track_group)\/bad\/|^vrrp_script\/script\/bad\/$|^vrrp_instance\/unicast_ttl\/bad\/64$|^garp_group\/interfaces\/bad\/|^track_group\/group\/bad\/$|^whole\/a VMAC and unicast$/,
    differs: ['line'],
    reason: 'what a block lacks is told where the block begins, or at the word that is wrong, and not where it ends',
  },
  {
    cases: /^vrrp_(instance|sync_group)\/track_file\/bad\/nothing$/,
    differs: ['exit code'],
    reason: 'keepalived 2.2.7 never ends: it looks for the file in a list that it walks for ever',
  },
  {
    cases: /^vrrp_script\/script\/bad\/'\/bin\/true$/,
    differs: ['exit code'],
    reason: 'keepalived 2.2.7 crashes',
  },
  {
    cases: /^whole\/secured without a user$/,
    differs: ['line'],
    reason: 'the account is missing once, whatever scripts there are: it is told without a line',
  },
  {
    cases: /^whole\/an include that must be$/,
    differs: ['exit code'],
    reason: 'keepalived 2.2.7 ends in read_config_file before it looks at the verdict, with "not configured"',
  },
];
