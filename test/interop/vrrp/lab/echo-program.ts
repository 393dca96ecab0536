/**
 * Runs in a node's namespace: answers each UDP datagram sent to the virtual address with the node's name and what it
 * got. Bound to that address whether the node has it or not (ip_nonlocal_bind), so that it answers from it as soon as
 * the kernel delivers. Arguments: name, address, port. Ends with its standard input.
 */
import { createSocket } from 'node:dgram';
import { setPriority } from 'node:os';

const [name = '', address = '', port = ''] = process.argv.slice(2);
setPriority(-10);
const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
const prefix = Buffer.from(`${name} `);
socket.on('message', (message, from) => {
  socket.send(Buffer.concat([prefix, message]), from.port, from.address, () => {
    // Whether the answer could leave is what the prober measures.
  });
});
socket.bind(Number(port), address, () => {
  console.log('ready');
});
process.stdin.on('end', () => process.exit(0)).resume();
