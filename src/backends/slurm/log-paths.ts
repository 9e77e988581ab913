/** Where a job writes: squeue tells the pattern that was asked for, and not every release fills it in. */

export interface LogNames {
  readonly jobId: string;
  readonly arrayJobId: string;
  readonly task: string;
  readonly user: string;
  readonly host: string;
  readonly name: string;
}

/**
 * The path that sbatch makes of a file name pattern (https://slurm.schedmd.com/sbatch.html, "filename pattern"); null where it holds a sign
 * whose value is not known here. A width such as `%4t` pads with zeros.
 */
export function fillPattern(pattern: string, names: LogNames): string | null {
  let isKnown = true;
  const path = pattern.replaceAll(/%(\d{0,2})([A-Za-z%])/g, (_, width: string, sign: string) => {
    const value = findValue(sign, names);
    if (value === null) isKnown = false;
    return /^\d+$/.test(value ?? '') ? (value ?? '').padStart(Number(width), '0') : (value ?? '');
  });
  return isKnown && path.startsWith('/') ? path : null;
}

function findValue(sign: string, { jobId, arrayJobId, task, user, host, name }: LogNames): string | null {
  const isArray = /^\d+$/.test(task);
  switch (sign) {
    case '%':
      return '%';
    case 'j':
    case 'J':
      return jobId;
    case 'A':
      return isArray ? arrayJobId : jobId;
    case 'a':
      // What Slurm writes for a job that is no array: NO_VAL.
      return isArray ? task : '4294967294';
    case 'x':
      return name;
    case 'u':
      return user;
    case 'N':
      return host === '' || host === 'n/a' || host === 'N/A' ? null : (host.split('.', 1)[0] ?? host);
    case 'n':
    case 't':
      return '0';
    default:
      return null;
  }
}

/** Standard output, and standard error where it is another file, of a row `id jobid arrayjobid arraytaskid user host stdout stderr name`. */
export function readLogPaths(fields: readonly string[]): string[] {
  const [, jobId = '', arrayJobId = '', task = '', user = '', host = '', stdout = '', stderr = '', name = ''] = fields;
  const filled = [stdout, stderr].map((pattern) => fillPattern(pattern, { jobId, arrayJobId, task, user, host, name }));
  return [...new Set(filled.filter((path) => path !== null))];
}
