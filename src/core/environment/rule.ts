/** What a rule about packages looks like. Rules are data: a file of src/core/environment/rules holds one family of them. */

/** What is known of the place and the code when a package is judged. */
export interface Situation {
  readonly gpu: 'nvidia' | 'amd' | 'none';
  /** Of the machine that runs the job. */
  readonly arch: string;
  /** Version of the interpreter; null when unknown. */
  readonly python: string | null;
  /** torch that is there or will be; null when unknown or unused. */
  readonly torch: string | null;
  /** ISO date of the repository's last commit. */
  readonly committedAt: string | null;
  /** First line of the code that matches, as `file:line`; null when none does. */
  readonly findCode: (pattern: RegExp) => string | null;
}

/** All that is given must hold. Ranges are PEP 440. */
interface Conditions {
  readonly gpu?: readonly Situation['gpu'][];
  readonly arch?: readonly string[];
  readonly python?: string;
  /** The last commit is older than this ISO date. */
  readonly before?: string;
  /** A line of the code (strings and comments blanked) matches. */
  readonly code?: RegExp;
  /** No line of the code matches. */
  readonly withoutCode?: RegExp;
}

export type Verdict =
  /** Not needed here: something else does its work. */
  | { readonly do: 'drop' }
  /** The same modules come from another distribution. */
  | { readonly do: 'replace'; readonly with: string; readonly keepVersion?: boolean }
  /** Only these versions fit; left alone where the repository names a version itself, unless `always`. `fatal`: without them nothing runs. */
  | {
      readonly do: 'bound';
      readonly specifier: string;
      readonly newestPython?: string;
      readonly always?: boolean;
      readonly fatal?: boolean;
    }
  /** There is no wheel; it is built here, from the index or from the project’s own repository. */
  | { readonly do: 'source'; readonly needs: readonly string[]; readonly from?: string }
  /** A wheel fits, so that no other rule need be asked; with `extras`, it is installed with these in place of those that are asked for. */
  | { readonly do: 'wheel'; readonly extras?: readonly string[] }
  /** Cannot work here. Left out where the code can do without it. */
  | { readonly do: 'block'; readonly instead: string | null };

/** A package as it is asked for, and what differs from a plain NVIDIA machine with x86_64, Python 3.11 and no code. */
export interface Example {
  readonly asks: string;
  readonly on?: Partial<Omit<Situation, 'findCode'>> & { readonly code?: string };
}

export interface Rule {
  /** Unique within its family; a plan names it as `family/rule`. */
  readonly id: string;
  /** Normalised names; a `*` at the end stands for the rest. */
  readonly packages: readonly string[];
  readonly when?: Conditions;
  readonly verdict: Verdict;
  /** One sentence for a person. */
  readonly why: string;
  /** Where that is written. */
  readonly source: string;
  readonly examples: readonly Example[];
  readonly nearMisses: readonly Example[];
}

/** Versions of a package from one up to, but without, another need a range of something else. */
export interface Pair {
  readonly from: string;
  /** Null for all that follow. */
  readonly to: string | null;
  readonly needs: string;
}

/** Which versions of a package fit which versions of another one, or of Python. */
export interface PairTable {
  readonly package: string;
  /** `python` or a distribution. */
  readonly with: string;
  /** Oldest first. */
  readonly rows: readonly Pair[];
  readonly source: string;
  /** A wish, what is there, and the sentence that must come out. */
  readonly examples: readonly { readonly asks: string; readonly has: string; readonly says: string | null }[];
}

/** A generation of torch wheels. */
export interface TorchLine {
  readonly torch: string;
  readonly released: string;
  readonly python: string;
  readonly cuda: readonly string[];
  readonly rocm: readonly string[];
  /** CUDA builds for aarch64. */
  readonly armCuda: readonly string[];
}

export interface RuleFamily {
  readonly id: string;
  readonly title: string;
  /** Families are asked in this order; the first rule that decides wins, bounds add up. */
  readonly order: number;
  readonly rules?: readonly Rule[];
  readonly pairs?: readonly PairTable[];
  readonly torchLines?: { readonly source: string; readonly lines: readonly TorchLine[] };
}

/** Declares a rule family; src/core/environment/rules holds one a file, named by its id. */
export function defineRules(family: RuleFamily): RuleFamily {
  return family;
}
