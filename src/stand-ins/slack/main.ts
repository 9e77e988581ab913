import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { endWith } from '../shared/end-with.ts';
import { createCredentials } from './build-context.ts';
import type { Manifest } from './manifest.ts';
import { type Credentials, startSlackStandIn, type StandInOptions } from './server.ts';

const environmentSchema = z.object({
  STANDIN_HOST: z.string().default('127.0.0.1'),
  STANDIN_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  STANDIN_STATE: z.string().optional(),
  STANDIN_MANIFEST: z.string().optional(),
  STANDIN_CREDENTIALS: z.string().optional(),
  STANDIN_DELIVER_TO: z.url().optional(),
  STANDIN_CONTROL_KEY: z.string().min(1).optional(),
  /** First part of a path, and the server that answers it: `story http://127.0.0.1:4300`. */
  STANDIN_FORWARD: z
    .string()
    .regex(/^[a-z]{1,20} http:\/\/127\.0\.0\.1:\d{1,5}$/)
    .optional(),
});

const credentialsSchema = z.object({ botToken: z.string().min(1), appToken: z.string().min(1), signingSecret: z.string().min(1) });

/** Reads credentials from a file, or makes new ones and writes them there for its owner only. */
function obtainCredentials(path: string): Credentials {
  if (existsSync(path)) {
    chmodSync(path, 0o600);
    const parsed = credentialsSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!parsed.success)
      throw new Error(`reading credentials from ${path}: ${z.prettifyError(parsed.error)}. Delete the file to get new ones.`);
    return parsed.data;
  }
  const credentials = createCredentials();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return credentials;
}

function readOptions(environment: NodeJS.ProcessEnv): StandInOptions {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`reading the environment: ${z.prettifyError(parsed.error)}`);
  const { STANDIN_HOST: host, STANDIN_PORT: port, STANDIN_STATE: stateFile, STANDIN_MANIFEST: manifest, ...rest } = parsed.data;
  const {
    STANDIN_CREDENTIALS: credentials,
    STANDIN_DELIVER_TO: deliverTo,
    STANDIN_CONTROL_KEY: controlKey,
    STANDIN_FORWARD: forward,
  } = rest;
  const [first = '', to = ''] = forward?.split(' ') ?? [];
  return {
    host,
    port,
    ...(stateFile === undefined ? {} : { stateFile }),
    ...(manifest === undefined ? {} : { manifest: JSON.parse(readFileSync(manifest, 'utf8')) as Manifest }),
    ...(credentials === undefined ? {} : { credentials: obtainCredentials(credentials) }),
    ...(deliverTo === undefined ? {} : { deliverTo }),
    ...(controlKey === undefined ? {} : { controlKey }),
    ...(forward === undefined ? {} : { forward: { first, to } }),
  };
}

try {
  const standIn = await startSlackStandIn(readOptions(process.env));
  endWith('the Slack stand-in', () => standIn.close());
  process.stdout.write(`${JSON.stringify({ ready: true, url: standIn.url, apiUrl: standIn.apiUrl })}\n`);
} catch (error) {
  process.stderr.write(`starting the Slack stand-in: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
