import type { KaggleBackend } from '../../src/backends/kaggle/index.ts';
import { ReprobotError } from '../../src/errors.ts';
import type { QuotaLooks } from '../../src/runs/kaggle-quota.ts';
import type { WorkerContext } from '../context.ts';

/** The account at Kaggle; rejects with what to do where none is connected. */
export function requireKaggle({ kaggle }: WorkerContext): KaggleBackend {
  if (kaggle !== null) return kaggle;
  throw explainMissing();
}

/** Looks at its week; rejects as above. */
export function requireQuota({ quota }: WorkerContext): QuotaLooks {
  if (quota !== null) return quota;
  throw explainMissing();
}

function explainMissing(): ReprobotError {
  return new ReprobotError({
    code: 'config.invalid',
    doing: 'connecting to Kaggle',
    why: 'no account is set up',
    remedy: 'Put KAGGLE_API_TOKEN into .env (https://www.kaggle.com/settings makes one) and start Reprobot again.',
  });
}
