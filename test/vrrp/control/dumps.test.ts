import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { dataDump } from '../../../src/vrrp/control/data-dump.ts';
import { dumpDirectory, writeDump } from '../../../src/vrrp/control/dump-files.ts';
import { jsonDump } from '../../../src/vrrp/control/json-dump.ts';
import { statsDump } from '../../../src/vrrp/control/stats-dump.ts';
import { MASTER } from '../../../src/vrrp/states.ts';
import { ANNOUNCE, NO_NOTIFY, PLACE } from '../models.ts';
import { addressModel, SampleAgent } from './sample-view.ts';

const script = (...words: string[]) => ({
  place: PLACE,
  words,
  text: words.join(' '),
  user: { name: 'root', uid: 0, gid: 0 },
});

/** What keepalived 2.2.7 wrote for this instance after it had become master, its time left out. */
const GOLDEN =
  '[{"data":{"iname":"VI_1","dont_track_primary":0,"skip_check_adv_addr":0,"strict_mode":0,"vmac_ifname":"","ifp_ifname":"eth0",' +
  '"master_priority":0,"last_transition":T,"garp_delay":5,"garp_refresh":0,"garp_rep":5,"garp_refresh_rep":1,' +
  '"garp_lower_prio_delay":5,"garp_lower_prio_rep":5,"lower_prio_no_advert":0,"higher_prio_send_advert":0,"vrid":51,' +
  '"base_priority":150,"effective_priority":150,"vipset":true,"promote_secondaries":false,"adver_int":1,"master_adver_int":1,' +
  '"accept":1,"nopreempt":false,"preempt_delay":0,"state":2,"wantstate":2,"version":2,"smtp_alert":false,"notify_deleted":true,' +
  '"script_backup":"\'\\/usr\\/bin\\/true\'","script_master":"\'\\/usr\\/bin\\/true\' \'m\' \'x y\'","script_deleted":"\'\\/usr\\/bin\\/true\' \'d\'",' +
  '"vips":["10.77.0.100 dev eth0 scope global set","10.77.0.101\\/24 brd 10.77.0.255 dev eth0 scope global label eth0:1 set"],' +
  '"evips":["10.88.0.1\\/24 dev eth0 scope global set"],"auth_type":1,"auth_data":"secret"},' +
  '"stats":{"advert_rcvd":0,"advert_sent":3,"become_master":1,"release_master":0,"packet_len_err":0,"advert_interval_err":0,' +
  '"ip_ttl_err":0,"invalid_type_rcvd":0,"addr_list_err":0,"invalid_authtype":0,"authtype_mismatch":0,"auth_failure":0,' +
  '"pri_zero_rcvd":0,"pri_zero_sent":0}}]\n';

function master(): SampleAgent {
  const agent = new SampleAgent({
    priority: 150,
    higherPrioritySendAdvert: false,
    authentication: { type: 1, data: Buffer.from('secret\0\0') },
    announce: ANNOUNCE,
    notify: {
      ...NO_NOTIFY,
      backup: script('/usr/bin/true'),
      master: script('/usr/bin/true', 'm', 'x y'),
      deleted: script('/usr/bin/true', 'd'),
    },
    addresses: [
      addressModel(),
      addressModel({ address: Uint8Array.of(10, 77, 0, 101), prefixLength: 24, label: 'eth0:1', broadcast: 'derived' }),
    ],
    excludedAddresses: [addressModel({ address: Uint8Array.of(10, 88, 0, 1), prefixLength: 24 })],
  }).start();
  return agent.pass(3600).pass(2000);
}

t.test('JSON is byte for byte what keepalived 2.2.7 writes', async (test) => {
  const text = jsonDump(master().view);
  test.equal(text.replace(/"last_transition":[0-9]+\.[0-9]{6}/, '"last_transition":T'), GOLDEN);
});

t.test('a backup shows its master in JSON and in the data', async (test) => {
  const agent = new SampleAgent({ version: 3, advertIntervalMs: 250 }).start().hear(200, 3, 100);
  const [first] = JSON.parse(jsonDump(agent.view));
  test.match(first.data, {
    state: 1,
    wantstate: 1,
    master_priority: 200,
    adver_int: 0.25,
    master_adver_int: 0.1,
    vipset: false,
  });
  const text = dataDump(agent.view);
  test.match(
    text,
    '   State = BACKUP\n   Master router = 10.77.0.3\n   Master priority = 200\n   Master advert int = 0.10 sec\n',
  );
  test.match(text, '   Master advert interval = 100 milli-sec');
});

t.test('master_priority of a master is of the last one it gave way to, whoever was heard since', async (test) => {
  const priority = (agent: SampleAgent): number => JSON.parse(jsonDump(agent.view))[0].data.master_priority;
  const agent = new SampleAgent({ version: 3 }).start().hear(200).pass(10_000);
  test.equal(agent.machine.state, MASTER);
  test.equal(priority(agent), 200);
  agent.hear(50);
  test.equal(priority(agent), 200, 'a lower one');
  agent.hear(0);
  test.equal(priority(agent), 200, 'one that stops');
  agent.hear(180).pass(10_000);
  test.equal(priority(agent), 180, 'one that it stepped back for');
});

t.test('statistics are lines of keepalived', async (test) => {
  const agent = master();
  agent.machine.counters.packets[1] = 2;
  agent.machine.counters.packets[10] = 1;
  agent.machine.counters.packets[13] = 4;
  const text = statsDump(agent.view);
  test.match(text, /^VRRP Instance: VI_1\n {2}Advertisements:\n {4}Received: 4\n {4}Sent: 3\n {2}Became master: 1\n/);
  test.match(text, '    Length: 3\n    TTL: 0\n');
  test.match(text, '    Address List: 4\n  Authentication Errors:\n');
  test.ok(text.endsWith('  Priority Zero:\n    Received: 0\n    Sent: 0\n'));
});

t.test('data have the sections and keys of keepalived', async (test) => {
  const text = dataDump(master().view);
  for (const wanted of [
    '------< Global definitions >------\n Network namespace = (default)\n Router ID = LAB\n',
    '------< VRRP Topology >------\n VRRP Instance = VI_1\n   VRRP Version = 2\n   State = MASTER\n   Flags: none\n   Wantstate = MASTER\n',
    '   Virtual IP (2):\n     10.77.0.100 dev eth0 scope global set\n',
    '   Authentication type = SIMPLE_PASSWORD\n   Password = secret\n',
    "   Backup state transition script = '/usr/bin/true', uid:gid 0:0\n",
    '------< Interfaces >------\n Name = eth0\n   index = 2\n   IPv4 address = 10.77.0.2\n',
    '   State = UP, RUNNING\n   MTU = 1500\n   Tracking VRRP instances :\n     VI_1, weight 0\n',
  ])
    test.ok(text.includes(wanted), wanted);
});

t.test('a dump file is for its owner alone, and follows no link', async (test) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-dump-'));
  test.teardown(() => rmSync(directory, { recursive: true }));
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'untouched');
  symlinkSync(victim, join(directory, 'keepalived.json'));
  test.equal(writeDump(directory, 'keepalived.json', 'new'), undefined);
  test.equal(readFileSync(victim, 'utf8'), 'untouched');
  test.equal(readFileSync(join(directory, 'keepalived.json'), 'utf8'), 'new');
  test.equal(statSync(join(directory, 'keepalived.json')).mode & 0o777, 0o600);
  test.match(writeDump(join(directory, 'none'), 'x', ''), "Can't open");
  test.strictSame(readdirSync(directory).sort(), ['keepalived.json', 'victim']);
  test.equal(dumpDirectory({ TMPDIR: '/var/x' }), '/var/x');
  test.equal(dumpDirectory({ TMPDIR: 'relative' }), '/tmp');
  test.equal(dumpDirectory({}), '/tmp');
});
