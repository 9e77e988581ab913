import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'oom_host',
  title: 'The machine ran out of memory',
  fault: 'request',
  route: 'resources',
  schedulerStates: ['OUT_OF_MEMORY', 'OOM'],
  signals: [9],
  patterns: [
    {
      regex:
        /oom[-_]kill event|OOM[- ]Killed|oom-kill:|Out [Oo]f [Mm]emory: Kill|Memory cgroup out of memory|Exceeded (?:job|step) memory limit/,
      weight: 'decisive',
    },
    { regex: /tried to allocate more memory than is available/, weight: 'decisive' },
    { regex: /Killed signal terminated program (?<program>\S+)|Killed \(program (?<program2>\S+)\)/, weight: 'decisive' },
    { regex: /\b_?(?:Array)?MemoryError\b(?:: (?:Unable to allocate (?<wanted>[\d.]+ [KMGT]iB))?|$)/ },
    { regex: /std::bad_alloc|Cannot allocate memory|DefaultCPUAllocator: can't allocate memory|not enough memory: you tried to allocate/ },
    { regex: /DataLoader worker \(pid\(?s?\)? ?[^)]*\) is killed by signal: Killed/ },
    {
      regex:
        /(?:^|[.\s])Killed\s*$|: \s*\d+ Killed\s|\bexit(?:ed)?(?: with)?(?: code| status)?:? ?137\b|killed by (?:signal 9|SIGKILL)|Signal 9 \(SIGKILL\)|exitcode *: -9/,
      weight: 'consequence',
    },
    { regex: /^srun: error: \S+: tasks? [\d,-]+: Out Of Memory/ },
    {
      regex:
        /java\.lang\.OutOfMemoryError|JavaScript heap out of memory|memory allocation of \d+ bytes failed|LLVM ERROR: out of memory|cannot allocate vector of size|[Oo]ut of memory \(malloc|Unable to allocate [\d.]+ [KMGT]iB for an array|virtual memory exhausted|Could not allocate memory|malloc failed|mmap failed: Cannot allocate|failed to allocate memory for/,
      not: /CUDA|GPU|device/,
    },
    {
      regex:
        /TERM_MEMLIMIT|job killed: v?mem \S+ exceeded limit|exceeded (?:job |step |its )?memory limit|Job \S+ exceeded memory|workers? .*killed due to memory pressure|node running low on memory|exceeded \d+% memory budget|OOMKilled|\(OOM\) .*killed|killed by the OOM/i,
      weight: 'decisive',
      not: /Warning/,
    },
    {
      regex: /exit codes of the workers are \{[^}]*SIGKILL|Signal: Killed \(9\)|terminated by signal (?:9\b|SIGKILL)/,
    },
    { regex: /TerminatedWorkerError|BrokenProcessPool|KilledWorker/, near: /SIGKILL|exit code -9|signal 9/ },
    {
      regex:
        /Speicher kann nicht (?:ausgeg|zuge|allozi)|メモリを確保できません|メモリが足りません|无法分配内存|内存不足|Impossible d'allouer de la mémoire|No se puede (?:asignar|ubicar) memoria/,
    },
    {
      regex: /\b(?:Getötet|Matado|已杀死|已终止|强制终了|強制終了)\s*$|\s\d+ (?:Getötet|Processus arrêté|已杀死|強制終了)\s/,
      weight: 'consequence',
    },
  ],
  remedy: () => ({ kind: 'more-resources', memoryFactor: 2, timeFactor: 1 }),
  explain: ({ wanted }) =>
    `The job used more main memory than it was given${wanted === undefined ? '' : ` (one array alone wanted ${wanted})`}.`,
  examples: [
    {
      text: 'loading shards\nslurmstepd: error: Detected 1 oom_kill event in StepId=77.batch. Some of the step tasks have been OOM Killed.',
      line: 2,
    },
    { text: 'reading table\n/var/spool/slurmd/job9/slurm_script: line 4: 311 Killed                  python prep.py', line: 2 },
    {
      text: 'Traceback (most recent call last):\n  File "prep.py", line 2, in <module>\n    a = np.zeros(n)\nnumpy.core._exceptions.MemoryError: Unable to allocate 64.0 GiB for an array',
      line: 4,
      facts: { wanted: '64.0 GiB' },
    },
  ],
  nearMisses: [
    'Traceback (most recent call last):\n  File "run.py", line 3, in <module>\n    main()\nZeroDivisionError: division by zero\nKilled',
    'Finished. Killed workers: 0',
  ],
});
