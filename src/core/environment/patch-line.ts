/** What the rules for patches see of a file, and what they answer for one line of it. */

export interface CodePlace {
  /** 0-based. */
  readonly index: number;
  readonly text: string;
  /** The same, strings and comments blanked. */
  readonly code: string;
  /** A carriage return where the line ends with one; never part of `text`. */
  readonly end: string;
}

export interface Finding {
  /** The line as it should be; null where nothing mechanical can be done. */
  readonly to: string | null;
  readonly why: string;
  readonly needsOs?: boolean;
  /** Why a change would make no difference to this run; it is then only proposed. */
  readonly idle?: string;
  /** A path that is now asked for by the name of a variable. */
  readonly path?: { readonly variable: string; readonly path: string };
}

/** The file around a line. */
export interface FileFacts {
  readonly lines: readonly CodePlace[];
  /** GPUs that the run sees. */
  readonly gpus: number;
  readonly hasTorch: boolean;
  /** Matches a condition that holds only where a GPU may be used. */
  readonly guard: RegExp;
  /** Arguments whose value the command gives, by their plain names. */
  readonly given: readonly string[];
}

/** True where a plain `import name` stands at the top of a file. */
export function importsPlainly(lines: readonly Pick<CodePlace, 'code'>[], name: string): boolean {
  const pattern = new RegExp(String.raw`^import (?:[\w.]+(?: as \w+)?\s*,\s*){0,12}${name}\s*(?:,|$)`);
  return lines.some(({ code }) => pattern.test(code));
}
