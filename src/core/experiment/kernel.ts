/** The kernel that is pushed for an attempt, made from the files that a person approved; always the same from the same. Pure. */
import { formatKernelId, slugifyTitle } from '../kaggle/kernel-id.ts';
import { KernelMetadata } from '../kaggle/metadata.ts';
import type { RunTerms } from './schema.ts';

export interface KernelParts {
  /** Files of the attempt’s folder by their name in it. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** JSON text that the notebook finds as PARAMS; null where it has none. */
  readonly params: string | null;
  readonly title: string;
  readonly terms: RunTerms;
  readonly machine: string | undefined;
  readonly kernels: readonly string[];
}

export interface BuiltKernel {
  readonly metadata: KernelMetadata;
  /** kernel-metadata.json, as the notebook check reads it. */
  readonly metadataText: string;
  readonly codeFile: string;
  readonly source: string;
}

export type KernelResult = { readonly ok: true; readonly kernel: BuiltKernel } | { readonly ok: false; readonly why: string };

const METADATA = 'kernel-metadata.json';

/** Puts metadata and source together. Name, privacy, machine, internet and inputs are ours, whatever a metadata file of the project says. */
export function buildKernel(parts: KernelParts): KernelResult {
  const own = readJson(parts.files.find(({ path }) => path === METADATA)?.content ?? '{}');
  if (own === null) return { ok: false, why: `${METADATA} is no JSON object` };
  const named = own['code_file'];
  const candidates = parts.files.filter(({ path }) =>
    typeof named === 'string' ? path === named.replace(/^\.\//, '') : /^[^/]+\.(?:ipynb|py)$/.test(path),
  );
  const [code, ...others] = candidates;
  if (code === undefined) return { ok: false, why: 'there is no notebook or script in its folder' };
  if (others.length > 0)
    return {
      ok: false,
      why: `its folder holds several: ${candidates.map(({ path }) => path).join(', ')}; name one as code_file in ${METADATA}`,
    };
  const { terms, title } = parts;
  const text = {
    ...own,
    id: formatKernelId({ owner: terms.account, slug: slugifyTitle(title) ?? '' }),
    title,
    code_file: code.path,
    language: 'python',
    kernel_type: code.path.endsWith('.ipynb') ? 'notebook' : 'script',
    is_private: true,
    enable_gpu: terms.accelerator === 'gpu',
    enable_tpu: terms.accelerator === 'tpu',
    enable_internet: terms.internet,
    ...(parts.machine === undefined ? {} : { machine_shape: parts.machine }),
    dataset_sources: terms.datasets,
    kernel_sources: parts.kernels,
    competition_sources: [],
    model_sources: [],
  };
  const { id_no: _number, ...clean } = text as typeof text & { id_no?: unknown };
  const metadata = KernelMetadata.safeParse(clean);
  if (!metadata.success)
    return { ok: false, why: `${METADATA}: ${metadata.error.issues[0]?.path.join('.') ?? ''} ${metadata.error.issues[0]?.message ?? ''}` };
  const source = parts.params === null ? code.content : giveParams(code.content, metadata.data.kernel_type, parts.params);
  if (source === null) return { ok: false, why: 'its numbers are no JSON, or the notebook is none' };
  return {
    ok: true,
    kernel: { metadata: metadata.data, metadataText: `${JSON.stringify(clean, null, 2)}\n`, codeFile: code.path, source },
  };
}

function readJson(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The source with PARAMS before everything else; null for what cannot be read. */
function giveParams(source: string, type: 'notebook' | 'script', params: string): string | null {
  const value = readJson(params);
  if (value === null) return null;
  const line = `import json\nPARAMS = json.loads(${JSON.stringify(JSON.stringify(value))})\n`;
  if (type === 'script') return `${line}${source}`;
  const notebook = readJson(source);
  const cells = notebook?.['cells'];
  if (notebook === null || !Array.isArray(cells)) return null;
  const first = { cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source: line };
  return JSON.stringify({ ...notebook, cells: [first, ...cells] });
}
