import { defineFailure } from '../core/diagnosis/failure-class.ts';

// A worker's own class knows better; and a list of what may have happened proves nothing.
const HINT = /DataLoader worker|potential|could be|may be|might be|for example|such as/;

export default defineFailure({
  id: 'segfault',
  title: 'The process crashed in native code',
  fault: 'unknown',
  route: 'ask',
  signals: [11],
  patterns: [
    { regex: /Fatal Python error: Aborted|terminate called without an active exception/, weight: 'consequence' },
    {
      regex: /Fatal Python error: (?!.*init|Illegal|Aborted)|(?:Signal|signal):? ?(?:11 \(SIGSEGV\)|Segmentation fault)|SIGSEGV/,
      weight: 'telling',
      not: HINT,
    },
    {
      regex:
        /Segmentation fault|double free or corruption|corrupted size vs\. prev_size|malloc\(\): |free\(\): invalid|stack smashing detected|exitcode *: -11\b|\bexit(?:ed)?(?: with)?(?: code| status)?:? ?139\b/,
      weight: 'telling',
      not: HINT,
    },
    {
      regex:
        /munmap_chunk\(\): |realloc\(\): |malloc_consolidate|invalid next size|pure virtual method called|Signal: Segmentation fault|Speicherzugriffsfehler|セグメンテーション|段错误|段錯誤|Erreur de segmentation|[Vv]iolación de segmento|Ошибка сегментирования|terminated by signal (?:11\b|SIGSEGV|SEGV)|[Aa]ccess violation|0xC0000005|Unhandled exception at 0x|SIGABRT \(6\)|Caught signal 11|Process received signal|A fatal error has been detected by the Java Runtime|exit(?:ed)?(?: with)?(?: code| status)? -11\b|SIGSEGV/,
      weight: 'telling',
      not: HINT,
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
