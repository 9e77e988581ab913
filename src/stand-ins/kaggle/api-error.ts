/** Words for a code as Google's APIs write them. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** An answer that is an error. */
export class ApiError extends Error {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** How an error looks on the wire: the RPC dialect nests it, REST and older handlers do not, gateways answer a page. */
export type ErrorShape = 'nested' | 'flat' | 'page';

/** The body of an error. */
export function describeError({ status, message }: ApiError, shape: ErrorShape): string {
  if (shape === 'page') return `<html><head><title>${status}</title></head><body><h1>${status} ${message}</h1></body></html>`;
  const flat = { code: status, message };
  return JSON.stringify(shape === 'flat' ? flat : { error: { ...flat, status: STATUS_WORDS[status] ?? 'UNKNOWN' } });
}
