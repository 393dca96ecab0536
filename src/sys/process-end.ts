/** Tells when a process has ended, whoever's child it is: by a pidfd in Node's loop, so nothing is asked meanwhile. */

import { closeSync } from 'node:fs';
import { openProcess } from './child-process.ts';
import { watchReadable } from './libuv.ts';

/** Calls once, never before this returns. @returns what ends the watch */
export function onProcessEnd(pid: number, ended: () => void): () => void {
  const fd = openProcess(pid);
  if (fd < 0) {
    const soon = setImmediate(ended);
    return () => clearImmediate(soon);
  }
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    watch.close();
    closeSync(fd);
  };
  const watch = watchReadable(fd, () =>
    setImmediate(() => {
      if (!open) return;
      close();
      ended();
    }),
  );
  return close;
}
