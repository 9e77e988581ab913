import { JobSpec } from '../../core/jobs/job.ts';
import { ReprobotError } from '../../errors.ts';

/** Checks what no quoting can save, and returns the spec. Throws usage.bad-input. */
export function checkSpec(spec: JobSpec, doing: string): JobSpec {
  const parsed = JobSpec.safeParse(spec);
  if (!parsed.success) throw refuse(doing, parsed.error.issues[0]?.message ?? 'the job is not described completely');
  for (const path of [spec.folder, spec.workdir, spec.runFolder]) {
    if (!/^\/[^\u0000-\u001f"'\\%\u007f]*[^\u0000-\u0020"'\\%/\u007f]$/.test(path)) {
      throw refuse(doing, `the folder ${JSON.stringify(path)} is not absolute, or holds quotes, backslashes, % or control characters`);
    }
  }
  for (const word of [...spec.argv, ...Object.values(spec.env)]) {
    if (word.includes('\0')) throw refuse(doing, 'an argument or environment value holds a NUL byte');
  }
  for (const value of Object.values(spec.slurm).flat()) {
    if (value !== undefined && /[\u0000-\u001f"'\\]/.test(value)) throw refuse(doing, `${JSON.stringify(value)} cannot be a Slurm setting`);
  }
  return parsed.data;
}

function refuse(doing: string, why: string): ReprobotError {
  return new ReprobotError({ code: 'usage.bad-input', doing, why, remedy: 'Choose another name or value.' });
}
