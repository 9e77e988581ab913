import { z } from 'zod';

export const KernelType = z.enum(['notebook', 'script']);
export type KernelType = z.infer<typeof KernelType>;
export const KernelLanguage = z.enum(['python', 'r', 'rmarkdown']);
export type KernelLanguage = z.infer<typeof KernelLanguage>;

/** Decimal: a source of 1 023 195 bytes was refused. */
const MOST_BYTES = 1_000_000;
const MARK = 'reprobot-submission:';

const Text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const Cell = z.looseObject({ cell_type: z.string(), source: Text.default('') });
const Notebook = z.looseObject({
  cells: z.array(Cell),
  metadata: z.looseObject({ kernelspec: z.looseObject({ name: z.string().min(1) }).optional() }).default({}),
});

export interface SourceRequest {
  readonly text: string;
  readonly type: KernelType;
  readonly language: KernelLanguage;
  /** Of the submission; found again by readSubmissionToken. */
  readonly token: string;
}

/** The text to push, or why Kaggle would not run it. */
export type PreparedSource = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/**
 * Makes a source fit for a push: a notebook's cells as plain strings without outputs, its kernelspec checked, the submission's token where a
 * person is not disturbed and line numbers stay. The same input gives the same text.
 */
export function prepareSource(request: SourceRequest): PreparedSource {
  const prepared = request.type === 'notebook' ? prepareNotebook(request) : { ok: true as const, text: markScript(request) };
  if (!prepared.ok) return prepared;
  const bytes = new TextEncoder().encode(prepared.text).length;
  if (bytes < MOST_BYTES) return prepared;
  return { ok: false, why: `the source has ${bytes} bytes, Kaggle takes less than ${MOST_BYTES}` };
}

function prepareNotebook({ text, token }: SourceRequest): PreparedSource {
  const parsed = Notebook.safeParse(parseJson(text));
  if (!parsed.success) return { ok: false, why: 'the notebook is no JSON with a list of cells' };
  const { metadata } = parsed.data;
  if (metadata.kernelspec === undefined)
    return { ok: false, why: 'the notebook has no metadata.kernelspec, without which Kaggle cannot start it' };
  const cells = parsed.data.cells.map((cell) => (cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell));
  return { ok: true, text: JSON.stringify({ ...parsed.data, cells, metadata: { ...metadata, reprobot: { submission: token } } }) };
}

function markScript({ text, language, token }: SourceRequest): string {
  const line = language === 'rmarkdown' ? `<!-- ${MARK} ${token} -->` : `# ${MARK} ${token}`;
  return `${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${line}\n`;
}

/** The token of the submission that pushed this source; null when it was not ours. */
export function readSubmissionToken(source: string): string | null {
  const marked = new RegExp(`(?:^|\\n)(?:#|<!--) ${MARK} ([A-Za-z0-9_-]{4,64})(?: -->)?\\n?$`).exec(source.slice(-200));
  if (marked !== null) return marked[1] ?? null;
  const Marked = z.object({ metadata: z.object({ reprobot: z.object({ submission: z.string() }) }) });
  const parsed = Marked.safeParse(parseJson(source));
  return parsed.success ? parsed.data.metadata.reprobot.submission : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
