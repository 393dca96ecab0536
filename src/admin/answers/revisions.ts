/** Texts that were applied: GET .../revisions, .../export. Times are milliseconds since 1970. */

/** A file that goes with a text (a map): its path is relative to where the document is run. */
export interface DocumentFile {
  readonly path: string;
  readonly text: string;
}

interface Known {
  readonly number: number;
  /** 0: the first one. */
  readonly parent: number;
  readonly author: string;
  readonly timeMs: number;
  readonly note: string;
}

/** As it is kept, and a line of an export. */
export interface Revision extends Known {
  readonly text: string;
  readonly files: readonly DocumentFile[];
}

/** In a list of them. */
export interface RevisionView extends Known {
  readonly outcome: 'confirmed' | 'trial' | 'past';
}
