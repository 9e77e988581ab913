import type { Fault } from './check.ts';

const FIX =
  'Bring the value in a private dataset, or take another source when it is missing: a push by API attaches no secrets and sets no variables.';

/** What to say of a credential that a kernel pushed by API does not have. */
export function missingSecret(name: string | null, line: number): Fault {
  const what = name === null ? 'A Kaggle secret' : `The credential ${name}`;
  return { check: 'secrets', level: 'error', line, message: `${what} is not there in a kernel that is pushed by API.`, fix: FIX };
}
