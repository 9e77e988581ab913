import type { KaggleBackend } from '../../src/backends/kaggle/index.ts';
import { ReprobotError } from '../../src/errors.ts';
import type { WorkerContext } from '../context.ts';

/** The account at Kaggle; rejects with what to do where none is connected. */
export function requireKaggle({ kaggle }: WorkerContext): KaggleBackend {
  if (kaggle !== null) return kaggle;
  throw new ReprobotError({
    code: 'config.invalid',
    doing: 'connecting to Kaggle',
    why: 'no account is set up',
    remedy: 'Put KAGGLE_API_TOKEN into .env (https://www.kaggle.com/settings makes one) and start Reprobot again.',
  });
}
