import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'rate_limited',
  title: 'The service asked to slow down',
  fault: 'network',
  route: 'retry',
  patterns: [
    {
      regex:
        /\b429(?: Client Error)?:? (?:Too Many Requests|Client Error)|returned error: 429|HTTP Error 429|status(?:[ _]code)?[ :=]+429|Too Many Requests|RateLimitError|toomanyrequests|rate limit (?:exceeded|reached)/i,
      weight: 'decisive',
      not: /Warning|retry(?:ing)? in/i,
    },
    {
      regex:
        /Too many users have viewed or downloaded|Failed to retrieve file url|reduce your request rate|\(SlowDown\)|Throttling(?:Exception|Error)?\b|RequestLimitExceeded|\b429\b.{0,60}(?:quota|rate|exceeded)|Quota exceeded for (?:quota )?(?:metric|group)|API rate limit|rate_limit_(?:error|exceeded)|Rate ?Limit(?:ed|Exceeded)?\w*Error|^\s*429 - |[Rr]ate limited\b|exceeded (?:your|the) (?:current )?(?:API )?(?:quota|rate limit)/i,
      weight: 'decisive',
      not: /Warning|retry(?:ing)? in|GPU|TPU|disk|weekly|notebook/i,
    },
  ],
  remedy: () => ({ kind: 'retry', waitSeconds: 1800, elsewhere: false }),
  explain: () => 'The service refused because too many requests came; the same job can run later.',
  examples: [{ text: 'requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://example.org/a', line: 1 }],
  nearMisses: ['step 429 loss 1.0\nstep 430 loss 0.9'],
});
