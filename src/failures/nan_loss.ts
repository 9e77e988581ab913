import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'nan_loss',
  title: 'The loss is not a number any more',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /returned nan values in its|[Ll]oss (?:is|became|was|=+|:) ?(?:nan|inf|NaN|not finite)[,.]? *(?:,|stop|abort|exit|quit|at\b|$)|Loss is (?:nan|infinite)|loss is NaN|NaN(?:s)? (?:or Inf )?(?:found|detected|encountered) (?:in|for)|non-finite loss|Non-finite|FloatingPointError|Found inf or nan|loss scale.*(?:minimum|reached 0)|Current loss scale already at minimum|Input (?:X )?contains NaN|contains infinity or a value too large/i,
      not: /Warning|allow_nan|0 NaN/,
    },
    {
      regex:
        /InvalidArgumentError.*(?:Nan|Inf) in|Tensor had (?:NaN|Inf) values|nan in (?:loss|gradient)|probability tensor contains either `inf`, `nan`/i,
    },
    { regex: /invalid values:.*nan|satisfy the constraint \w+\(.*nan/ },
    {
      regex:
        /(?:contains?|contain|found|has|have|with|detected|encountered|produced|became|is|are) (?:a |an |any )?(?:NaNs?|infs?|infinite|infinity|non-finite|not finite)\b(?! ?(?:skip|ignored|dropped|removed))|infs or NaNs|is non-finite|[Ii]nvalid loss|SVD did not converge|invalid value \(nan\)|Minimum loss scale reached|[Ll]oss (?:is|became|has become|went to|exploded to) (?:infinite|nan|inf|NaN)|loss diverged|[Tt]raining (?:has )?diverged|NaN (?:loss|gradient|in loss|in grad)|found nan|ill-defined.*nan/i,
      weight: 'telling',
      not: /Warning|skip|allow_nan|0 nan|dropp|ignor|fill|imput|No NaN|no nan|overflow|reducing|WARN/i,
    },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'The numbers went out of bounds. Shall I try a smaller learning rate, or bf16 instead of fp16?',
  }),
  explain: () => 'A loss, gradient or input became NaN or infinite.',
  examples: [{ text: 'step 41 loss 9.1\nLoss is nan, stopping training', line: 2 }],
  nearMisses: ['nan_count=0 step 1 loss 1.0\nnan_count=0 step 2 loss 0.9'],
});
