/** What a refusal is about, for whoever has to decide what to do next. */
export type RefusalKind = 'capacity' | 'quota' | 'not-found' | 'too-large' | 'invalid-sources' | 'rules' | 'title-taken' | 'other';

interface Rule {
  readonly kind: RefusalKind;
  readonly regex: RegExp;
  /** True when waiting is the cure. */
  readonly transient: boolean;
  readonly remedy: string;
}

const RULES: readonly Rule[] = [
  {
    kind: 'capacity',
    regex: /maximum batch (?:CPU|GPU|TPU) session count of \d{1,4} reached/i,
    transient: true,
    remedy: 'It is pushed when one of the running sessions has ended.',
  },
  {
    kind: 'quota',
    regex: /maximum weekly (?:CPU|GPU|TPU) quota of [\d.]{1,12} hours reached/i,
    transient: true,
    remedy: 'The week’s accelerator hours are used up; it goes on when Kaggle gives new ones.',
  },
  {
    kind: 'too-large',
    regex: /source must be less than/i,
    transient: false,
    remedy: 'Put data and helper code into a dataset and keep the notebook small.',
  },
  {
    kind: 'invalid-sources',
    regex: /not valid (?:dataset|competition|kernel|model) sources/i,
    transient: false,
    remedy: 'See that each input exists, is ready, and can be read by this account.',
  },
  {
    kind: 'rules',
    regex: /accept (?:the |this )?(?:competition(?:'s|’s)? )?rules|rules (?:have not been|must be) accepted/i,
    transient: false,
    remedy: 'Accept the rules of the competition on its page.',
  },
  { kind: 'title-taken', regex: /title.{0,60}already in use/i, transient: false, remedy: 'Choose another title.' },
  {
    kind: 'not-found',
    regex: /(?:notebook|kernel) not found/i,
    transient: false,
    remedy: 'The id is wrong, or the notebook belongs to somebody else; see whether it opens in the browser.',
  },
];

/** Reads the text with which Kaggle refuses, in an answer of status 200 or in an error. */
export function classifyRefusal(text: string): { readonly kind: RefusalKind; readonly transient: boolean; readonly remedy: string | null } {
  const rule = RULES.find(({ regex }) => regex.test(text));
  return rule === undefined
    ? { kind: 'other', transient: false, remedy: null }
    : { kind: rule.kind, transient: rule.transient, remedy: rule.remedy };
}
