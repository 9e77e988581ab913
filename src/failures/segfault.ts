import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'segfault',
  title: 'The process crashed in native code',
  fault: 'unknown',
  route: 'ask',
  signals: [11],
  patterns: [
    { regex: /Fatal Python error: (?!.*init)|(?:Signal|signal):? ?(?:11 \(SIGSEGV\)|Segmentation fault)|SIGSEGV/, weight: 'telling' },
    {
      regex:
        /Segmentation fault|double free or corruption|corrupted size vs\. prev_size|malloc\(\): |free\(\): invalid|stack smashing detected|exitcode *: -11\b|\bexit(?:ed)?(?: with)?(?: code| status)?:? ?139\b/,
      weight: 'telling',
    },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'The program crashed in native code. May I run it once with PYTHONFAULTHANDLER=1 to see where?',
  }),
  explain: () => 'The program crashed in native code, below Python; the log does not tell more.',
  examples: [{ text: 'loading\nrun.sh: line 2: 55 Segmentation fault      (core dumped) python a.py', line: 2 }],
  nearMisses: ['faulthandler: enabled for SIGABRT\nstep 1 loss 1.0\nstep 2 loss 0.9'],
});
