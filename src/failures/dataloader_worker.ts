import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'dataloader_worker',
  title: 'A loader worker died',
  fault: 'request',
  route: 'resources',
  patterns: [
    {
      regex:
        /DataLoader worker \(pid\(?s?\)? ?[^)]*\) (?:is killed by signal: (?:Bus error|Segmentation|Aborted)|exited unexpectedly)|insufficient shared memory|out of shared memory|unable to (?:open|mmap|allocate|resize) shared memory|received 0 items of ancdata/,
      weight: 'telling',
    },
    { regex: /[Tt]oo many open files/, weight: 'telling' },
    { regex: /\bBus error\b|SIGBUS/, weight: 'telling' },
    {
      regex:
        /DataLoader timed out after|Pin memory thread exited|unable to write to file <\/torch_|No space left on device.*\/dev\/shm|\/dev\/shm.*No space left|Unexpected bus error encountered in worker|DataLoader worker .*(?:exited unexpectedly|killed by signal: (?!Killed|Terminated))|[Zz]u viele offene Dateien|开的文件过多|打开的文件过多|開いているファイルが多すぎます|Trop de fichiers ouverts|Demasiados archivos abiertos|Busfehler|バスエラー|总线错误/,
      weight: 'decisive',
    },
  ],
  signals: [7],
  remedy: () => ({
    kind: 'ask',
    question: 'A loader worker died. Shall I lower the number of workers, or give the job more shared memory?',
  }),
  explain: () => 'A process that loads data died, mostly for want of shared memory or open files.',
  examples: [
    {
      text: "RuntimeError: DataLoader worker (pid 812) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory.",
      line: 1,
    },
    { text: 'OSError: [Errno 24] Too many open files', line: 1 },
  ],
  nearMisses: ['UserWarning: This DataLoader will create 8 worker processes in total.\nstep 1 loss 1.0\nstep 2 loss 0.9'],
});
