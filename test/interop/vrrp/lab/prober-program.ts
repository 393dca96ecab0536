/**
 * Runs in the client's namespace: sends a numbered datagram to the virtual address every interval and tells each
 * sending (`s number sentMs lateMs`) and each answer (`a number atMs name`) on standard output. Times are
 * CLOCK_MONOTONIC. How late it was itself is told, so that its own hiccups are not taken for darkness.
 * Arguments: address, port, interval in ms. Ends with its standard input.
 */
import { createSocket } from 'node:dgram';
import { setPriority } from 'node:os';

const [address = '', port = '', interval = ''] = process.argv.slice(2);
setPriority(-10);
const target = Number(port);
const intervalMs = Number(interval);
const clockMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
let told = '';
let number = 0;
let dueMs = 0;

function probe(): void {
  const nowMs = clockMs();
  const lateMs = nowMs - dueMs;
  number++;
  told += `s ${number} ${nowMs.toFixed(3)} ${lateMs.toFixed(3)}\n`;
  socket.send(String(number), target, address, () => {
    // EHOSTUNREACH and its like: there is nobody, which the missing answer tells.
  });
  process.stdout.write(told);
  told = '';
  // What was missed is not made up for: a burst would say nothing that one probe does not.
  dueMs = Math.max(dueMs + intervalMs, nowMs + intervalMs / 2);
  setTimeout(probe, Math.max(0, dueMs - clockMs()));
}

socket.on('message', (message) => {
  const [name = '', answered = ''] = message.toString('latin1').split(' ');
  told += `a ${answered} ${clockMs().toFixed(3)} ${name}\n`;
});
socket.on('error', () => undefined); // As above.
socket.bind(0, () => {
  dueMs = clockMs();
  probe();
});
process.stdin.on('end', () => process.exit(0)).resume();
