import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { endWith } from '../shared/end-with.ts';
import { createAccount, startKaggleStandIn } from './server.ts';
import type { Account } from './state.ts';

const Environment = z.object({
  STANDIN_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Folder of what must outlive a stop. */
  STANDIN_FOLDER: z.string().min(1),
  /** File with the account's credentials; made where there is none. */
  STANDIN_CREDENTIALS: z.string().min(1),
  STANDIN_PYTHON: z.string().default('python3'),
  /** `1` lets kernels that ask for it reach the network. */
  STANDIN_INTERNET: z.string().optional(),
});

const Credentials = z.object({ username: z.string().min(1), userId: z.number(), key: z.string().min(1), token: z.string().min(1) });

/** Reads the account from a file, or makes one and writes it there for its owner only. */
function obtainAccount(path: string): Account {
  if (existsSync(path)) {
    chmodSync(path, 0o600);
    const parsed = Credentials.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!parsed.success) throw new Error(`reading ${path}: ${z.prettifyError(parsed.error)}. Delete the file to get a new account.`);
    return parsed.data;
  }
  const account = createAccount();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return account;
}

try {
  const parsed = Environment.safeParse(process.env);
  if (!parsed.success) throw new Error(`reading the environment: ${z.prettifyError(parsed.error)}`);
  const { STANDIN_PORT: port, STANDIN_FOLDER: folder, STANDIN_CREDENTIALS: credentials, STANDIN_PYTHON: python } = parsed.data;
  const accounts = [obtainAccount(credentials)];
  const kaggle = await startKaggleStandIn({ port, folder, accounts, python, internet: parsed.data.STANDIN_INTERNET === '1' });
  endWith('the Kaggle stand-in', () => kaggle.close());
  process.stdout.write(`${JSON.stringify({ ready: true, url: kaggle.url, apiUrl: `${kaggle.url}/v1` })}\n`);
} catch (error) {
  process.stderr.write(`starting the Kaggle stand-in: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
