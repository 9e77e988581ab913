/** What a text of the agent claims to be so, in forms that can be checked. Pure; what is proposed, guessed or denied is no claim. */

/** A metric as reports name it. */
const METRIC = String.raw`\b(?:loss|accuracy|acc|perplexity|ppl|f1|bleu|rouge|auc|mae|mse|rmse|error|score|psnr|reward|wer)\b`;
const NUMBER = String.raw`\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,12})?(?:e[+-]?\d{1,3})?`;
/** What stands before a number that counts something, and not before a part of a name, a version or an address. */
const BEFORE_NUMBER = String.raw`(?<=^|[\s("'“\x60~≈$→>=])`;
const EXTENSION =
  'py|ipynb|yaml|yml|json|jsonl|toml|cfg|ini|txt|md|sh|slurm|sbatch|csv|tsv|pt|pth|ckpt|safetensors|npy|npz|pkl|h5|log|out|err|tar|gz|zip|png';

const FILE = new RegExp(
  String.raw`(?<![\w./:@-])(?:\.\/)?([\w@+-][\w@+./-]{0,200}\.(?:${EXTENSION}))(?![\w/])(?:(?::|,? line )(\d{1,6}))?`,
  'g',
);
const JOB = /\bjobs? (?:id |number )?[`#]{0,2}(\d{2,12}(?:_\d{1,6})?)\b/gi;
const TREND = new RegExp(String.raw`(${METRIC})([^\n]{0,60}?)\bfrom (${NUMBER}) ?%? (?:down |up )?(?:to|→) (${NUMBER})(?![\w.]\d)`, 'gi');
const LEVEL = new RegExp(
  String.raw`(${METRIC})(?: [a-z]{1,12}){0,3}?(?: (?:of|is|was|at|to|reached|hit)| ?[=:]) (${NUMBER})(?![\w.]\d)`,
  'gi',
);
const TESTS = /\b(?:(\d{1,6}) )?tests?(?: suite)? (?:now |all |still ){0,2}(?:pass(?:es|ed)?|succeed(?:s|ed)?|(?:are|is) green)\b/gi;
const DID =
  /\bI(?: have|'ve|’ve)?(?: just| also| already| now)? (?:re-?)?(?:ran|run|executed|tested|verified|validated|trained|started|submitted|installed|removed|deleted|fixed|changed|edited|committed|downloaded|reproduced)\b(?: it)?(?: with)?(?: `([^`\n]{1,300})`)?/g;
const LOOKED = /\bI(?: have|'ve|’ve)?(?: just| also| already)? (?:read|opened|looked (?:at|into|through)|inspected|checked|searched)\b/g;
const WAS =
  /\b(?:is|are|was|were|has been|have been)(?: now| all| successfully| fully){0,2} (?:tested|verified|validated|fixed|resolved|reproduced|confirmed)\b/gi;
const WORKS =
  /\b(?:(?:works|succeeds|succeeded|converges|converged|trains)\b(?: (?:now|fine|again))?|(?:runs?|ran|finish(?:es|ed)|completed?s?|passed|passes) (?:now|fine|through|successfully|cleanly|to the end|without (?:any )?(?:errors?|problems?))|successfully [a-z]{2,14}(?:ed|n|s))\b/gi;
/** Gates are judged by code; whoever says that one passed has to be borne out by it. */
const GATE =
  /\bgates?(?: ([123])\b)?(?:,? [a-z0-9]{1,12}){0,5}? (?:pass(?:es|ed)?|succeed(?:s|ed)?|cleared|met|satisfied|green|reached|overruled|waived)\b/gi;
const COUNT = new RegExp(String.raw`${BEFORE_NUMBER}(${NUMBER})(?=$|[\s)"'”\x60;,:!?%→]|\.(?:\s|$))`, 'g');

const GUESSED =
  /\b(?:would|should|could|will|might|may|must|can|if|unless|until|whether|probably|perhaps|likely|maybe|guess|suspect|assume|expect|propose|suggest|recommend|try|needs? to|plan)\b/i;
const DENIED = /\b(?:no|not|never|none|neither|nor|cannot|without|nothing|missing|absent)\b|n['’]t\b/i;
const CLAUSE_END = /[.!?]\s|[,;:–—]\s|\n|\s(?:and|but|so|because|since|as|then)\s/g;

export type Claim = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'file'; readonly path: string; readonly line: number | null; readonly denied: boolean }
  | { readonly kind: 'job'; readonly id: string }
  | { readonly kind: 'trend'; readonly metric: string; readonly verb: string; readonly from: string; readonly to: string }
  | { readonly kind: 'level'; readonly metric: string; readonly value: string }
  | { readonly kind: 'gate'; readonly gate: number | null }
  | { readonly kind: 'tests-pass'; readonly count: string | null }
  | { readonly kind: 'did'; readonly command: string | null }
  | { readonly kind: 'looked' }
  | { readonly kind: 'works' }
  | { readonly kind: 'number'; readonly value: string }
);
type ClaimKind = Claim extends infer C ? (C extends Claim ? Omit<C, 'start' | 'end'> : never) : never;

/** A part of a text that a word of doubt counts for, and no further. */
interface Clause {
  readonly guessed: boolean;
  /** Where it first says no; infinite when it does not. */
  readonly denies: number;
}

/** Every claim in a text, in order; none overlaps another, and the more telling one is kept. */
export function findClaims(text: string): Claim[] {
  const clauseAt = splitClauses(text);
  const taken = new Uint8Array(text.length);
  const found: Claim[] = [];
  const take = (regex: RegExp, read: (match: RegExpExecArray, denied: boolean, clause: Clause) => ClaimKind | null): void => {
    for (const match of text.matchAll(regex)) {
      const start = match.index;
      const end = start + match[0].trimEnd().length;
      const clause = clauseAt[start];
      if (clause === undefined || clause.guessed || taken.subarray(start, end).includes(1)) continue;
      const claim = read(match, clause.denies < start, clause);
      if (claim === null) continue;
      taken.fill(1, start, end);
      found.push({ ...claim, start, end });
    }
  };
  take(FILE, ([, path = '', line], _denied, clause) => {
    return { kind: 'file', path, line: line === undefined ? null : Number(line), denied: Number.isFinite(clause.denies) };
  });
  take(JOB, ([, id = '']) => ({ kind: 'job', id }));
  take(TREND, ([, metric = '', verb = '', from = '', to = '']) => ({ kind: 'trend', metric: metric.toLowerCase(), verb, from, to }));
  take(LEVEL, ([, metric = '', value = '']) => ({ kind: 'level', metric: metric.toLowerCase(), value }));
  take(GATE, ([, gate], _denied, clause) => {
    return Number.isFinite(clause.denies) ? null : { kind: 'gate', gate: gate === undefined ? null : Number(gate) };
  });
  take(TESTS, ([, count], denied) => (denied ? null : { kind: 'tests-pass', count: count ?? null }));
  take(DID, ([, command]) => ({ kind: 'did', command: command ?? null }));
  take(LOOKED, () => ({ kind: 'looked' }));
  take(WAS, (_match, denied) => (denied ? null : { kind: 'works' }));
  take(WORKS, (_match, denied) => (denied ? null : { kind: 'works' }));
  // One digit says little, and is nearly always somewhere.
  take(COUNT, ([, value = '']) => (/^\d$/.test(value) ? null : { kind: 'number', value }));
  return found.sort((a, b) => a.start - b.start);
}

/** The clause that each character belongs to. */
function splitClauses(text: string): Clause[] {
  const clauses: Clause[] = [];
  let start = 0;
  for (const end of [...[...text.matchAll(CLAUSE_END)].map((match) => match.index + match[0].length), text.length]) {
    const words = text.slice(start, end);
    const no = words.search(DENIED);
    const clause = { guessed: GUESSED.test(words), denies: no < 0 ? Number.POSITIVE_INFINITY : start + no };
    for (let at = start; at < end; at += 1) clauses.push(clause);
    start = end;
  }
  return clauses;
}
