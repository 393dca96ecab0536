/**
 * Signals that Node has no name for (SIGRTMIN + n), over libuv's own handle: its handler writes to a pipe that the
 * loop's blocked epoll_wait sees, so no polling, and it works at rest (a signalfd would not, see signalfd.ts). The
 * handle does not hold the process open.
 */
import koffi from 'koffi';
import { native } from './ffi.ts';
import { allocate, type NativeMemory } from './memory.ts';

/** UV_SIGNAL of enum uv_handle_type. */
const SIGNAL_HANDLE = 16;

const cHandleSize = native('size_t uv_handle_size(int)');
const cDefaultLoop = native('uintptr_t uv_default_loop()');
const cInit = native('int uv_signal_init(uintptr_t, uintptr_t)');
const cStart = native('int uv_signal_start(uintptr_t, uintptr_t, int)');
const cStop = native('int uv_signal_stop(uintptr_t)');
const cUnref = native('void uv_unref(uintptr_t)');

const prototype = koffi.proto('void RealTimeSignalHandler(uintptr_t handle, int number)');

export interface SignalWatch {
  /** Back to the system's default. Twice is once. */
  close(): void;
}

/** libuv knows a handle by its address for as long as the process lives: none of them may be collected. */
const handles: NativeMemory[] = [];

/** Takes signal `number` over, for the main thread's loop; or `-errno`. */
export function watchSignal(number: number, handler: () => void): SignalWatch | number {
  const handle = allocate(cHandleSize(SIGNAL_HANDLE));
  const initialized = cInit(cDefaultLoop(), handle.address);
  if (initialized < 0) return initialized;
  handles.push(handle);
  // The call comes raw out of libuv: nothing catches what the handler throws, so it runs in a turn of its own.
  const callback = koffi.register(() => {
    setImmediate(handler);
  }, koffi.pointer(prototype));
  const started = cStart(handle.address, Number(koffi.address(callback)), number);
  if (started < 0) {
    koffi.unregister(callback);
    return started;
  }
  cUnref(handle.address);
  let open = true;
  return {
    close(): void {
      if (!open) return;
      open = false;
      cStop(handle.address);
      koffi.unregister(callback);
    },
  };
}
