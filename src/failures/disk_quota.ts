import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'disk_quota',
  title: 'The disk or the quota is full',
  fault: 'request',
  route: 'ask',
  patterns: [
    {
      regex:
        /No space left on device|[Dd]isk quota exceeded|FilesystemQuotaExceeded|Errno 122|Errno 28\b|quota (?:exceeded|limit) (?:for|on) (?:user|group|project|disk|file)|disk is full|file number limit/,
      weight: 'decisive',
      not: /Warning|<\/torch_|\/dev\/shm/,
    },
    { regex: /\[enforce fail at inline_container\.cc.*unexpected pos|file write failed/ },
    {
      regex:
        /database or disk is full|StorageFull|errno = (?:28|122)\b|[Ff]ile size limit exceeded|[Ii]node (?:quota|limit)|[Qq]uota has been exceeded|not enough (?:free )?(?:disk )?space|[Ii]nsufficient (?:disk|storage) space|Not enough free disk space|kein Speicherplatz mehr|空き領域がありません|设备上没有空间|Aucun espace disponible|No queda espacio|超出磁盘限额|Der zugewiesene Plattenplatz|WinError 112|ENOSPC|EDQUOT/,
      weight: 'decisive',
      not: /Warning|<\/torch_|\/dev\/shm/,
    },
  ],
  remedy: () => ({ kind: 'ask', question: 'The disk or quota is full. Which folder may be emptied, or where else may the job write?' }),
  explain: () => 'The job could not write because the disk or the quota is full; mind the number of files, too.',
  examples: [
    { text: 'saving\nOSError: [Errno 28] No space left on device', line: 2 },
    { text: 'cp: error writing a: Disk quota exceeded', line: 1 },
  ],
  nearMisses: ['disk quota: 10 of 100 GB used\nstep 1 loss 1.0\nstep 2 loss 0.9'],
});
