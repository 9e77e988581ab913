import { defineFailure } from '../core/diagnosis/failure-class.ts';

// What a launcher or a parent raises because a child ended; the reason stands elsewhere.
const HOLLOW =
  /ChildFailedError|BrokenProcessPool|TerminatedWorkerError|KilledWorker|KeyboardInterrupt|CalledProcessError|BrokenPipeError|EOFError:?\s*$|PapermillExecutionError|CellExecutionError|SystemExit|DeadKernelError|DistBackendError|RuntimeError: (?:Engine (?:core|process)|DataLoader worker|One of the subprocesses)|ConnectionRe(?:set|fused)Error|ProcessExitedException|RayTaskError|ActorDiedError|WorkerCrashedError|SubprocessError|EngineDeadError|TimeoutExpired/;

export default defineFailure({
  id: 'assertion_or_user_bug',
  title: "An error in the program's own code",
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex: /^[\s|+E>]*(?:[\w.]+\.)?(?<exception>[A-Z]\w*(?:Error|Exception)|Exception|StopIteration)(?::|\s*$|\()/,
      weight: 'generic',
      not: HOLLOW,
    },
    {
      regex:
        /(?<exception>[A-Z]\w*Error)\k<exception>|\bERROR\b.*\b(?<exception2>(?:Key|Value|Type|Index|Runtime|Name|Assertion|Attribute)Error): /,
      weight: 'generic',
    },
    {
      regex: /device-side assert triggered|illegal memory access was encountered|Assertion `.*' failed|terminate called after throwing/,
      weight: 'generic',
      not: HOLLOW,
    },
    {
      regex:
        /panicked at|^panic: |^Fortran runtime error: |^FAILED \S+::\S+|^fatal error: all goroutines|^Error in .{0,200} : |^Error: object '|ERROR: LoadError: |^Exception in thread |^\s*[\w.]{1,200}(?:Exception|Error): |Assertion failed|: Assertion `|^(?:[a-z_]\w*\.){1,8}(?!\w*(?:Warning|Info|Logger|Size))[A-Z]\w{2,80}: |Unhandled(?:PromiseRejection| exception)|^Uncaught |^Error using |MATLAB:|^Stop\.|^abort: |Check failed: /,
      weight: 'generic',
      not: HOLLOW,
    },
    { regex: /^/, weight: 'generic', terminal: true, not: HOLLOW },
  ],
  remedy: () => null,
  explain: ({ exception, exception2 }) => `The program stopped with ${exception ?? exception2 ?? 'an assertion'} in its own code.`,
  examples: [
    {
      text: "Traceback (most recent call last):\n  File \"a.py\", line 3, in <module>\n    cfg['lr']\nKeyError: 'lr'",
      line: 4,
      facts: { exception: 'KeyError' },
    },
    {
      text: 'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    assert n > 0\nAssertionError\nsrun: error: n01: task 0: Exited with exit code 1',
      line: 4,
    },
  ],
  nearMisses: [
    'validation_error=0.2 ValueError count 0\ntraining finished',
    'a.py:3: UserWarning: ValueError was ignored\nstep 1 loss 1.0\nstep 2 loss 0.9',
  ],
});
