/**
 * `default-path` (manual 3.1): what the relative names of files in the configuration are relative to. HAProxy changes
 * its working directory for that; here a name is completed before it is opened, and the process stays where it is.
 */

export const DEFAULT_PATH_MODES = ['current', 'config', 'parent', 'origin'] as const;

export type DefaultPathMode = (typeof DEFAULT_PATH_MODES)[number];

/** Why a directory cannot be entered, in the words of the system; undefined when it can. */
export type DirectoryProblem = (path: string) => string | undefined;

export class DefaultPath {
  readonly #problemOf: DirectoryProblem;
  readonly #startDirectory: string;
  #mode: DefaultPathMode = 'current';
  #origin = '';
  /** '' stands for the working directory. */
  #base = '';

  constructor(problemOf: DirectoryProblem, startDirectory: string) {
    this.#problemOf = problemOf;
    this.#startDirectory = startDirectory;
  }

  /** Takes a mode while `file` is read (`origin` with its directory). Returns what is wrong. */
  choose(mode: DefaultPathMode, file: string, origin: string): string | undefined {
    this.#mode = mode;
    if (mode === 'origin') this.#origin = origin;
    return this.enter(file);
  }

  /** A file begins: the mode said in an earlier one still holds, for this file's directory. Returns what is wrong. */
  enter(file: string): string | undefined {
    const directory = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const bases = {
      current: '',
      config: directory,
      parent: directory === '' ? '..' : `${directory}/..`,
      origin: this.#origin,
    };
    this.#base = '';
    const base = bases[this.#mode];
    const problem = base === '' ? undefined : this.#problemOf(base);
    if (problem !== undefined) return `Impossible to get back to directory '${this.#startDirectory}': ${problem}`;
    this.#base = base;
    return undefined;
  }

  resolve(path: string): string {
    return this.#base === '' || path.startsWith('/') || path === '' ? path : `${this.#base}/${path}`;
  }
}
