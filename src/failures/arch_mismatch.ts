import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'arch_mismatch',
  title: 'The program is for another processor',
  fault: 'environment',
  route: 'environment',
  patterns: [
    { regex: /Exec format error|cannot execute binary file/, weight: 'decisive' },
    {
      regex:
        /Illegal instruction|SIGILL\b|compiled to use (?:AVX\S*|SSE\S*) instructions, but these aren't|wrong ELF class|incompatible architecture \(have/,
      weight: 'telling',
    },
    { regex: /is not a supported wheel on this platform|image platform \(.*\) does not match the (?:expected|detected host) platform/ },
    {
      regex:
        /exec format error|invalid ELF header|WinError 193|not a valid Win32 application|qemu-\w+(?:-static)?: (?:Could not open|uncaught target)|Bad CPU type in executable|可执行文件格式错误|Formatfehler in der Programmdatei|実行形式エラー/i,
      weight: 'decisive',
    },
    {
      regex:
        /Fatal Python error: Illegal instruction|[Ii]llegale? (?:Maschinen)?[Ii]nstr|Ungültiger Maschinenbefehl|非法指令|不正な命令|(?:your|this) (?:CPU|processor) (?:does not|doesn't) support|Missing required CPU features/i,
      weight: 'telling',
      not: /Warning/,
    },
  ],
  signals: [4],
  remedy: () => ({
    kind: 'ask',
    question: 'The program was built for another kind of processor. Shall I build or install it on the compute node itself?',
  }),
  explain: () => 'The program was built for another processor than the one of this node.',
  examples: [
    { text: 'bash: ./tool: cannot execute binary file: Exec format error', line: 1 },
    { text: 'start\nrun.sh: line 2:    9 Illegal instruction     (core dumped) ./bench', line: 2 },
  ],
  nearMisses: ["WARNING: The requested image's platform may differ\nstep 1 loss 1.0\nstep 2 loss 0.9"],
});
