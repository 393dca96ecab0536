/** A UDP syslog receiver on a free port: keeps every datagram as text. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export class SyslogSocket {
  readonly lines: string[] = [];
  readonly port: number;
  readonly #socket: Socket;

  private constructor(socket: Socket, onLine: (line: string) => void) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (datagram) => {
      const line = datagram.toString('latin1').replace(/\n$/, '');
      this.lines.push(line);
      onLine(line);
    });
  }

  static async open(onLine: (line: string) => void = () => {}): Promise<SyslogSocket> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new SyslogSocket(socket, onLine);
  }

  close(): void {
    this.#socket.close();
  }
}
