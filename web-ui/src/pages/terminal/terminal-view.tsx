/** xterm.js and its socket: loaded with this file only when a terminal opens. */

import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'preact/hooks';
import { withStyleNonce } from '../../application/style-nonce.ts';
import './terminal.css';

/** The unit takes messages of at most 1024 bytes. */
const LARGEST_MESSAGE = 1000;
/** Output that was drawn is told to the unit in portions: it sends 256 KB before it waits. */
const TELL_TAKEN = 32 * 1024;

interface ViewProperties {
  readonly ticket: string;
  readonly onEnd: (reason: string) => void;
}

export function TerminalView({ onEnd, ticket }: ViewProperties) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    return openTerminal(element, ticket, onEnd);
  }, [ticket]);
  return <section class="shell" ref={place} aria-label="Terminal: a shell on the unit" />;
}

/** @returns what closes it */
function openTerminal(element: HTMLElement, ticket: string, onEnd: (reason: string) => void): () => void {
  const terminal = new Terminal({
    cursorBlink: true,
    fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace',
    fontSize: 14,
    scrollback: 5000,
    screenReaderMode: true,
    theme: { background: '#10151b', foreground: '#e5eaef' },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withStyleNonce(() => terminal.open(element));
  fit.fit();
  const query = new URLSearchParams({ ticket, columns: String(terminal.cols), rows: String(terminal.rows) });
  const socket = new WebSocket(`wss://${location.host}/api/terminal/socket?${query}`);
  socket.binaryType = 'arraybuffer';

  const tell = (message: object): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const type = (bytes: Uint8Array<ArrayBuffer>): void => {
    for (let at = 0; at < bytes.length && socket.readyState === WebSocket.OPEN; at += LARGEST_MESSAGE) {
      socket.send(bytes.subarray(at, at + LARGEST_MESSAGE));
    }
  };
  let drawn = 0;
  socket.addEventListener('message', ({ data }) => {
    const bytes = new Uint8Array(data as ArrayBuffer);
    terminal.write(bytes, () => {
      drawn += bytes.length;
      if (drawn < TELL_TAKEN) return;
      tell({ taken: drawn });
      drawn = 0;
    });
  });
  socket.addEventListener('open', () => terminal.focus());
  socket.addEventListener('close', ({ reason }) => onEnd(reason === '' ? 'the connection broke' : reason));
  const encoder = new TextEncoder();
  terminal.onData((text) => type(encoder.encode(text)));
  terminal.onBinary((text) => type(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => tell({ size: [cols, rows] }));
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(element);
  return () => {
    observer.disconnect();
    socket.close();
    terminal.dispose();
  };
}
