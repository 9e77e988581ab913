import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Reads a JSON file by a schema. Throws with the place of the mistake, and with the keys that exist where one was unknown. */
export async function readSpec<T extends z.ZodType>(path: string, schema: T, keys: readonly string[]): Promise<z.infer<T>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing ? new Error(`there is no file ${path}; give the path of the spec`, { cause: error }) : error;
  });
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.some((issue) => issue.code === 'unrecognized_keys');
  throw new Error(`${path}: ${z.prettifyError(parsed.error)}${unknown ? `\n  known keys: ${keys.join(', ')}` : ''}`);
}
