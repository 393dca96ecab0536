/** Copies `from[start,end)` to `to[at...)`; returns where the copy ends. Short runs by a loop: a call costs 37 ns. */
export function copyBytes(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  const length = end - start;
  if (length <= 64) {
    for (let i = 0; i < length; i++) to[at + i] = from[start + i] as number;
  } else from.copy(to, at, start, end);
  return at + length;
}

/** Bytes and the same to be read and written several at a time. */
export interface ByteArea {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function areaOf(bytes: Buffer): ByteArea {
  return { bytes, view: viewOf(bytes) };
}

/** Below it nothing is won by copying several at a time. */
const WORD = 4;
/** Above it a call is cheaper. */
const LONGEST_LOOP = 192;

/** `copyBytes` for runs of tens of bytes: four at a time, the last four once more over what is copied already. */
export function copyRun(
  from: Buffer,
  fromView: DataView,
  start: number,
  end: number,
  to: Buffer,
  toView: DataView,
  at: number,
): number {
  const length = end - start;
  if (length < WORD) for (let i = 0; i < length; i++) to[at + i] = from[start + i] as number;
  else if (length <= LONGEST_LOOP) {
    const last = length - WORD;
    for (let i = 0; i < last; i += WORD) toView.setInt32(at + i, fromView.getInt32(start + i, true), true);
    toView.setInt32(at + last, fromView.getInt32(start + last, true), true);
  } else from.copy(to, at, start, end);
  return at + length;
}
