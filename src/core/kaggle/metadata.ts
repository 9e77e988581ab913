import { z } from 'zod';
import { checkTitle, formatKernelId, parseKernelId, type KernelId } from './kernel-id.ts';
import { SESSION_SECONDS } from './quota.ts';
import { KernelLanguage, KernelType, prepareSource } from './source.ts';

/** Some people and `kaggle kernels init` write booleans as words. */
const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
const Slugs = z.array(z.string());

/** kernel-metadata.json as Kaggle's own command line tool reads it; keys that it ignores are ignored here. */
export const KernelMetadata = z.object({
  id: z.string().optional(),
  id_no: z.number().int().optional(),
  title: z.string().optional(),
  code_file: z.string().min(1),
  language: KernelLanguage,
  kernel_type: KernelType,
  is_private: Flag.default(true),
  enable_gpu: Flag.default(false),
  enable_tpu: Flag.default(false),
  /** On in the tool's code, off in its documentation: say it. */
  enable_internet: Flag.default(true),
  machine_shape: z.string().optional(),
  dataset_sources: Slugs.default([]),
  competition_sources: Slugs.default([]),
  kernel_sources: Slugs.default([]),
  model_sources: Slugs.default([]),
  keywords: Slugs.default([]),
  docker_image_pinning_type: z.enum(['original', 'latest']).optional(),
  docker_image: z.string().optional(),
});
export type KernelMetadata = z.infer<typeof KernelMetadata>;

/** The body of SaveKernel. */
export interface SaveRequest {
  readonly slug: string;
  readonly id?: number;
  readonly newTitle: string;
  readonly text: string;
  readonly language: KernelLanguage;
  readonly kernelType: KernelType;
  readonly isPrivate: boolean;
  readonly enableGpu: boolean;
  readonly enableTpu: boolean;
  readonly enableInternet: boolean;
  readonly machineShape?: string;
  readonly datasetDataSources: readonly string[];
  readonly competitionDataSources: readonly string[];
  readonly kernelDataSources: readonly string[];
  readonly modelDataSources: readonly string[];
  readonly categoryIds: readonly string[];
  readonly dockerImagePinningType?: string;
  readonly dockerImage?: string;
  readonly sessionTimeoutSeconds?: number;
}

export interface PushRequest {
  readonly metadata: KernelMetadata;
  readonly source: string;
  readonly token: string;
  /** Longest time of the run; at it Kaggle stops the session. */
  readonly timeLimitSeconds?: number;
}

export type BuiltPush =
  | { readonly ok: true; readonly id: KernelId; readonly body: SaveRequest }
  | { readonly ok: false; readonly problems: readonly string[] };

const MODEL = /^[^/]+\/[^/]+\/[^/]+\/[^/]+\/\d+$/;

/** Builds the body of a push, or says everything that Kaggle would refuse, drop in silence, or file under another address. */
export function buildPush({ metadata, source, token, timeLimitSeconds }: PushRequest): BuiltPush {
  const id = parseKernelId(metadata.id ?? '');
  const title = metadata.title ?? '';
  const prepared = prepareSource({ text: source, type: metadata.kernel_type, language: metadata.language, token });
  const problems = [
    ...(id === null ? [`id is ${JSON.stringify(metadata.id ?? '')} and must be owner/slug, without a version`] : []),
    ...listProblem(id === null ? null : checkTitle(title, id.slug)),
    ...listProblem(prepared.ok ? null : prepared.why),
    ...(timeLimitSeconds !== undefined && !(timeLimitSeconds > 0 && timeLimitSeconds <= SESSION_SECONDS.none)
      ? [`the time limit is ${timeLimitSeconds} s and must be between 1 and ${SESSION_SECONDS.none} s`]
      : []),
    ...checkSources(metadata),
  ];
  if (id === null || !prepared.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, id, body: fillBody(metadata, id, prepared.text, timeLimitSeconds) };
}

function fillBody(metadata: KernelMetadata, id: KernelId, text: string, timeLimitSeconds: number | undefined): SaveRequest {
  const { machine_shape: shape = '', docker_image_pinning_type: pinning, docker_image: image } = metadata;
  return {
    slug: formatKernelId(id),
    ...(metadata.id_no === undefined ? {} : { id: metadata.id_no }),
    newTitle: metadata.title ?? '',
    text,
    // A notebook of R Markdown is an R notebook to Kaggle.
    language: metadata.kernel_type === 'notebook' && metadata.language === 'rmarkdown' ? 'r' : metadata.language,
    kernelType: metadata.kernel_type,
    isPrivate: metadata.is_private,
    enableGpu: metadata.enable_gpu,
    enableTpu: metadata.enable_tpu,
    enableInternet: metadata.enable_internet,
    ...(shape === '' ? {} : { machineShape: shape }),
    datasetDataSources: metadata.dataset_sources.map(trimPrefix),
    competitionDataSources: metadata.competition_sources,
    kernelDataSources: metadata.kernel_sources.map(trimPrefix),
    modelDataSources: metadata.model_sources,
    categoryIds: metadata.keywords,
    ...(pinning === undefined ? {} : { dockerImagePinningType: pinning }),
    ...(image === undefined ? {} : { dockerImage: image }),
    ...(timeLimitSeconds === undefined ? {} : { sessionTimeoutSeconds: Math.ceil(timeLimitSeconds) }),
  };
}

/** A pull has been seen to answer sources with a prefix that a push then refuses. */
function trimPrefix(source: string): string {
  return source.replace(/^(?:datasets|code)\/(?=[^/]+\/[^/]+)/, '');
}

function checkSources(metadata: KernelMetadata): string[] {
  const wrong = (name: string, list: readonly string[], regex: RegExp, form: string): string[] =>
    list.filter((source) => !regex.test(trimPrefix(source))).map((source) => `${name}: ${JSON.stringify(source)} must be ${form}`);
  return [
    ...wrong('dataset_sources', metadata.dataset_sources, /^[^/]+\/[^/]+(?:\/\d+)?$/, 'owner/slug'),
    ...wrong('kernel_sources', metadata.kernel_sources, /^[^/]+\/[^/]{5,}$/, 'owner/slug with a slug of at least 5 characters'),
    ...wrong('competition_sources', metadata.competition_sources, /^[^/]+$/, 'a slug without an owner'),
    ...wrong('model_sources', metadata.model_sources, MODEL, 'owner/model/framework/variation/version'),
  ];
}

function listProblem(problem: string | null): string[] {
  return problem === null ? [] : [problem];
}

/** Inputs that were asked for and that the saved version does not have: Kaggle drops them and runs all the same. */
export function listMissingInputs(
  wanted: Pick<SaveRequest, 'datasetDataSources' | 'competitionDataSources' | 'kernelDataSources' | 'modelDataSources'>,
  saved: typeof wanted,
): string[] {
  const plain = (source: string): string =>
    trimPrefix(source)
      .toLowerCase()
      .replace(/\/\d+$/, '');
  const lost = (one: readonly string[], other: readonly string[]): string[] => {
    const known = new Set(other.map(plain));
    return one.filter((source) => !known.has(plain(source)));
  };
  return [
    ...lost(wanted.datasetDataSources, saved.datasetDataSources),
    ...lost(wanted.competitionDataSources, saved.competitionDataSources),
    ...lost(wanted.kernelDataSources, saved.kernelDataSources),
    ...lost(wanted.modelDataSources, saved.modelDataSources),
  ];
}
