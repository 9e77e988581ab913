/** The older dialect: one route an operation, parameters in path and query, bodies in JSON or as forms. */

interface Route {
  readonly verb: 'GET' | 'POST';
  /** Parts in braces are fields of the request; one with a star takes the rest of the path. */
  readonly path: string;
  readonly method: string;
  /** True where the body is one field of the request and not the request. */
  readonly bodyField?: string;
}

const ROUTES: readonly Route[] = [
  { verb: 'POST', path: 'kernels/push', method: 'SaveKernel' },
  { verb: 'GET', path: 'kernels/status', method: 'GetKernelSessionStatus' },
  { verb: 'GET', path: 'kernels/output', method: 'ListKernelSessionOutput' },
  { verb: 'GET', path: 'kernels/pull', method: 'GetKernel' },
  { verb: 'GET', path: 'kernels/list', method: 'ListKernels' },
  { verb: 'GET', path: 'kernels/files', method: 'ListKernelFiles' },
  { verb: 'GET', path: 'kernels/quota', method: 'GetAcceleratorQuotaStatistics' },
  { verb: 'GET', path: 'kernels/output/download/{ownerSlug}/{kernelSlug}/{*filePath}', method: 'DownloadKernelOutput' },
  { verb: 'POST', path: 'kernels/delete/{userName}/{kernelSlug}', method: 'DeleteKernel' },
  { verb: 'POST', path: 'kernels/cancel-session/{kernelSessionId}', method: 'CancelKernelSession' },
  { verb: 'POST', path: 'blobs/upload', method: 'StartBlobUpload' },
  { verb: 'POST', path: 'datasets/create/new', method: 'CreateDataset' },
  { verb: 'POST', path: 'datasets/create/version/{ownerSlug}/{datasetSlug}', method: 'CreateDatasetVersion', bodyField: 'body' },
  { verb: 'POST', path: 'datasets/create/version/{id}', method: 'CreateDatasetVersionById', bodyField: 'body' },
  { verb: 'GET', path: 'datasets/status/{ownerSlug}/{datasetSlug}', method: 'GetDatasetStatus' },
  { verb: 'GET', path: 'datasets/view/{ownerSlug}/{datasetSlug}', method: 'GetDataset' },
  { verb: 'GET', path: 'datasets/list/{ownerSlug}/{datasetSlug}', method: 'ListDatasetFiles' },
  { verb: 'GET', path: 'datasets/metadata/{ownerSlug}/{datasetSlug}', method: 'GetDatasetMetadata' },
  { verb: 'GET', path: 'datasets/download/{ownerSlug}/{datasetSlug}', method: 'DownloadDataset' },
  { verb: 'GET', path: 'datasets/download/{ownerSlug}/{datasetSlug}/{*fileName}', method: 'DownloadDataset' },
  { verb: 'POST', path: 'dataset/{ownerSlug}/{datasetSlug}/delete', method: 'DeleteDataset' },
  { verb: 'POST', path: 'competitions/submission-url', method: 'StartSubmissionUpload' },
  { verb: 'POST', path: 'competitions/submissions/submit/{competitionName}', method: 'CreateSubmission' },
  { verb: 'POST', path: 'competitions/submissions/submit-notebook/{competitionName}', method: 'CreateCodeSubmission' },
  { verb: 'GET', path: 'competitions/submissions/list/{competitionName}', method: 'ListSubmissions' },
  { verb: 'POST', path: 'competitions/submissions/get/{ref}', method: 'GetSubmission' },
  { verb: 'GET', path: 'competitions/{competitionName}/submissions/limits', method: 'GetSubmissionLimits' },
  { verb: 'GET', path: 'competitions/get/{competitionName}', method: 'GetCompetition' },
];

/** Fields whose case a query may get wrong. */
const FIELDS = new Map(
  [
    'userName',
    'kernelSlug',
    'versionLabel',
    'pageSize',
    'pageToken',
    'datasetVersionNumber',
    'fileName',
    'sortBy',
    'kernelType',
    'outputType',
    'parentKernel',
  ].map((name) => [name.toLowerCase(), name]),
);

export interface RestCall {
  readonly method: string;
  readonly bodyField: string | undefined;
  /** Fields from path and query. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The operation that a route stands for; undefined when there is none. */
export function readRoute(verb: string, path: readonly string[], query: URLSearchParams): RestCall | undefined {
  for (const route of ROUTES) {
    const found = route.verb === verb ? matchPath(route.path.split('/'), path) : undefined;
    if (found === undefined) continue;
    const asked = Object.fromEntries(
      [...query].filter(([, value]) => value !== '').map(([key, value]) => [FIELDS.get(key.toLowerCase()) ?? key, value]),
    );
    return { method: route.method, bodyField: route.bodyField, fields: { ...asked, ...found } };
  }
  return undefined;
}

function matchPath(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  const fields: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const name = /^\{(\*?)(\w+)\}$/.exec(part);
    const given = path[index];
    if (given === undefined || (name === null && part !== given)) return undefined;
    if (name?.[1] === '*') return { ...fields, [name[2] ?? '']: path.slice(index).join('/') };
    if (name !== null) fields[name[2] ?? ''] = given;
  }
  return pattern.length === path.length ? fields : undefined;
}

/** Lists and words that this dialect answers bare, without the object around them. */
const BARE = new Map([
  ['ListKernels', 'kernels'],
  ['ListSubmissions', 'submissions'],
  ['GetDatasetStatus', 'status'],
]);

/** An answer as this dialect writes it: some bare, names of states in camel case. */
export function dressAnswer(method: string, answer: object): unknown {
  const fields: Readonly<Record<string, unknown>> = { ...answer };
  const { status } = fields;
  const dressed = typeof status === 'string' && method.endsWith('Status') ? { ...fields, status: toCamelCase(status) } : fields;
  const bare = BARE.get(method);
  return bare === undefined ? dressed : dressed[bare];
}

function toCamelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
