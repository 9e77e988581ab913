import type { Policy } from './policy.ts';
import type { Effect, Judgement } from './verdict.ts';

/** What a question shows of a command besides its text. */
export interface BlastRadius {
  readonly site: string;
  /** `a login node`, `a compute node`, `this machine`. */
  readonly where: string;
  /** The kinds of things it may do, the gravest first. */
  readonly effects: readonly Effect[];
  /** Each part with what it does. */
  readonly parts: readonly { readonly part: string; readonly does: string }[];
  /** What it may cost; null where nothing is known to. */
  readonly cost: string | null;
  readonly reversible: 'yes' | 'no' | 'unknown';
}

/** Every effect, the gravest first, with whether it can be taken back and what it costs. */
const EFFECTS: Readonly<Record<Effect, { readonly reversible: BlastRadius['reversible']; readonly cost: string | null }>> = {
  'sends data away': { reversible: 'no', cost: null },
  'shows secrets': { reversible: 'no', cost: null },
  'deletes files': { reversible: 'no', cost: null },
  'cancels jobs': { reversible: 'no', cost: 'what the jobs have computed so far' },
  'stops processes': { reversible: 'no', cost: null },
  'is not understood': { reversible: 'unknown', cost: null },
  'runs other code': { reversible: 'unknown', cost: null },
  'uses the allocation': { reversible: 'no', cost: 'hours of the allocation, as many as the job asks for' },
  'installs packages': { reversible: 'unknown', cost: 'space and files of the quota' },
  'changes files': { reversible: 'unknown', cost: null },
  'changes settings': { reversible: 'unknown', cost: null },
  'stays running': { reversible: 'yes', cost: 'the machine, until it is stopped' },
  'loads the machine': { reversible: 'yes', cost: 'the machine, which others share' },
  'uses the network': { reversible: 'yes', cost: null },
  'changes the shell': { reversible: 'yes', cost: null },
  'reads elsewhere': { reversible: 'yes', cost: null },
};
const ORDER = Object.keys(EFFECTS) as Effect[];

/** Says what a command may do, for the question whether it may. */
export function describeEffects(judgement: Judgement, policy: Policy, isLocal = false): BlastRadius {
  const found = new Set(judgement.findings.flatMap(({ effect }) => (effect === null ? [] : [effect])));
  const effects = ORDER.filter((effect) => found.has(effect));
  const costs = effects.flatMap((effect) => EFFECTS[effect].cost ?? []);
  const ways = new Set(effects.map((effect) => EFFECTS[effect].reversible));
  return {
    site: policy.site,
    where: isLocal ? 'this machine' : policy.where === 'login' ? 'a login node' : 'a compute node',
    effects,
    parts: judgement.findings.map(({ part, why }) => ({ part, does: why })),
    cost: costs.length === 0 ? null : costs.join('; '),
    reversible: ways.has('no') ? 'no' : ways.has('unknown') ? 'unknown' : 'yes',
  };
}
