/** A stretch of a word that the shell works out: `$(…)`, `<(…)`, `${…}`, `$((…))`. Offsets count from the word's start. */
export interface Nested {
  readonly at: number;
  readonly end: number;
  /** What is run in it, for the kinds that run something. */
  readonly script: Script | null;
}

/** A word as it was typed, quotes and all. */
export interface Word {
  readonly text: string;
  readonly nested: readonly Nested[];
}

export interface Redirect {
  readonly operator: string;
  /** A file, a descriptor or a here-string; null where the operator closes something. */
  readonly target: Word | null;
  /** A here-document's text; `literal` where nothing in it is expanded. */
  readonly document: { readonly body: Word; readonly literal: boolean } | null;
}

export interface Assignment {
  readonly name: string;
  readonly append: boolean;
  /** Several for an array, and for what an index holds. */
  readonly values: readonly Word[];
  readonly array: boolean;
}

export type Statement =
  | {
      readonly kind: 'command';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'redirected'; readonly body: Statement; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'pipeline'; readonly parts: readonly Statement[] }
  | { readonly kind: 'list'; readonly operator: '&&' | '||'; readonly left: Statement; readonly right: Statement }
  | { readonly kind: 'background'; readonly body: Statement }
  | { readonly kind: 'not'; readonly body: Statement }
  | { readonly kind: 'group'; readonly subshell: boolean; readonly body: Script }
  | { readonly kind: 'for'; readonly variable: string; readonly values: readonly Word[] | null; readonly body: Script }
  | { readonly kind: 'loop'; readonly condition: Script; readonly body: Script }
  | { readonly kind: 'choice'; readonly words: readonly Word[]; readonly branches: readonly Script[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: Statement }
  /** `[ … ]`, `[[ … ]]`, `(( … ))` and the head of `for ((…))`: one stretch of text in which only what is nested runs. */
  | { readonly kind: 'test'; readonly style: '[' | '[[' | '(('; readonly text: Word }
  | { readonly kind: 'unknown'; readonly why: string; readonly text: string };

export type Script = readonly Statement[];

/** What became of a text: its statements, or why it could not be read. */
export type ParsedShell = { readonly script: Script; readonly problem: null } | { readonly script: null; readonly problem: string };

/** Reads a command line; promises never to throw and to give up on what takes long. */
export type ParseShell = (source: string) => ParsedShell;
