import t from 'tap';
import { prometheusText } from '../../../src/vrrp/control/prometheus.ts';
import { DROP_UNKNOWN_VRID, VERDICTS } from '../../../src/vrrp/counters.ts';
import { addressModel, SampleAgent } from './sample-view.ts';

t.test("keepalived-exporter's names and labels, and ours", async (test) => {
  const agent = new SampleAgent({
    addresses: [
      addressModel(),
      addressModel({ address: Uint8Array.of(10, 77, 0, 101), prefixLength: 24, interfaceName: 'eth1' }),
    ],
    excludedAddresses: [addressModel({ address: Uint8Array.of(10, 88, 0, 1) })],
  })
    .start()
    .pass(5000);
  agent.machine.counters.packets[11] = 3;
  agent.lateness.record(0.2);
  agent.lateness.record(4);
  agent.trackers = [{ kind: 'script', name: 'chk "x"', state: 'down', value: 1, reason: '' }];
  const dropped = new Float64Array(VERDICTS);
  dropped[DROP_UNKNOWN_VRID] = 7;
  agent.sockets = [{ family: 4, unicast: false, interfaceName: 'eth0', received: 9, receiveErrors: 0, dropped }];
  const text = prometheusText(agent.view);
  const has = (line: string): void => {
    test.ok(text.split('\n').includes(line), line);
  };
  has('keepalived_up 1');
  has('keepalived_vrrp_state{iname="VI_1",intf="eth0",vrid="51",ip_address="10.77.0.100"} 2');
  has('keepalived_vrrp_state{iname="VI_1",intf="eth1",vrid="51",ip_address="10.77.0.101/24"} 2');
  has('keepalived_vrrp_excluded_state{iname="VI_1",intf="eth0",vrid="51",ip_address="10.88.0.1"} 2');
  has('keepalived_become_master_total{iname="VI_1",intf="eth0",vrid="51"} 1');
  has('mahalo_vrrp_dropped_advertisements_total{iname="VI_1",intf="eth0",vrid="51",reason="chk_err"} 3');
  has('mahalo_vrrp_socket_received_total{intf="eth0",family="4",cast="multicast"} 9');
  has('mahalo_vrrp_socket_dropped_total{intf="eth0",family="4",cast="multicast",reason="unknown_vrid"} 7');
  has('keepalived_script_status{name="chk \\"x\\""} 0');
  has('mahalo_vrrp_advertisement_lateness_seconds_bucket{le="0.0005"} 1');
  has('mahalo_vrrp_advertisement_lateness_seconds_bucket{le="0.005"} 2');
  has('mahalo_vrrp_advertisement_lateness_seconds_bucket{le="+Inf"} 2');
});

t.test('every metric has a type and a help line, once', async (test) => {
  const lines = prometheusText(new SampleAgent().start().view).split('\n');
  const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
  test.equal(new Set(types).size, types.length);
  for (const line of lines) {
    if (line === '' || line.startsWith('#')) continue;
    const name = /^[a-z_]+/.exec(line)?.[0].replace(/_(bucket|sum|count)$/, '');
    test.ok(types.includes(name), line);
    test.match(line, /^[a-z_]+(\{([a-z_]+="([^"\\]|\\.)*",?)*\})? -?[0-9.e+-]+$/);
  }
});
