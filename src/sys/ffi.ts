/**
 * The one door to foreign code: the C library (and whatever the node executable exports) by koffi. Every function
 * takes and gives numbers only: an address is a Number (user space ends at 2^47), which koffi passes in about 185 ns
 * a failing recv() against 260 ns for a Buffer. Nothing outside this folder knows that an FFI exists.
 */
import koffi from 'koffi';

/** A foreign function over numbers. */
export type NativeFunction = (...args: number[]) => number;

const library = koffi.load(null);

/** Declares a C function whose arguments and result are all numbers; the signature is C, addresses `uintptr_t`. */
export function native(signature: string): NativeFunction {
  return library.func(signature) as NativeFunction;
}

/** A foreign function that runs on one of Node's helper threads; `done` is called in Node's loop with the result. */
export type AsideFunction = (done: (result: number) => void, ...args: number[]) => void;

/**
 * As `native`, for a call that waits for something. errno is lost: only for functions that return what went wrong.
 * Whoever passes addresses keeps the memory referenced until `done`.
 */
export function nativeAside(signature: string): AsideFunction {
  const callee = library.func(signature);
  return (done, ...args) =>
    callee.async(...args, (error: Error | null, result: number) => {
      if (error !== null) throw error;
      done(result);
    });
}

/** As `native`, undefined where this C library (or kernel header) has no such function. */
export function nativeIfPresent(signature: string): NativeFunction | undefined {
  try {
    return native(signature);
  } catch {
    return undefined; // absence is the answer: the caller has another way or refuses by name
  }
}

// errno lives at a fixed place per thread, and a module is loaded per thread: reading the mapped word is free, where
// koffi.errno() is one more call (27 ns). koffi restores errno after its own work.
const errnoWord = new Int32Array(koffi.view(native('uintptr_t __errno_location()')(), 4));

/** The error number of the call that just failed; meaningless after one that succeeded. */
export function lastErrno(): number {
  return errnoWord[0] as number;
}

/** Turns the C convention (-1 and errno) into this layer's: the result, or `-errno`. */
export function settle(result: number): number {
  return result < 0 ? -(errnoWord[0] as number) : result;
}
