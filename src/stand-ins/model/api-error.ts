/** An answer of the API that is an error: its HTTP status and the word for its kind. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.type = TYPES[status] ?? 'api_error';
    this.headers = headers;
  }
}

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The body of an error, both as a whole answer and as an event in a stream. */
export function describeError(error: { readonly type: string; readonly message: string }, requestId: string): object {
  return { type: 'error', error: { type: error.type, message: error.message }, request_id: requestId };
}
