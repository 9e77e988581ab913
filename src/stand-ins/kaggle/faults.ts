import type { ErrorShape } from './api-error.ts';

/** Something that goes wrong on purpose. `method` names an RPC method such as `SaveKernel`; any method when absent. */
export type Fault =
  /** An error instead of an answer; nothing is done. */
  | {
      readonly kind: 'status';
      readonly method?: string;
      readonly status: number;
      readonly message?: string;
      readonly shape?: ErrorShape;
      readonly retryAfterSeconds?: number;
    }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: 'lost-answer'; readonly method?: string }
  /** Status 200 with this text in `error` or `errorMessage`; nothing is done. */
  | { readonly kind: 'refuse'; readonly method?: string; readonly text: string }
  /** The status of a queued session is left out of the answer. */
  | { readonly kind: 'omit-status' }
  /** The log ends in the middle of a record. */
  | { readonly kind: 'cut-log' }
  /** The live log breaks after so many records. */
  | { readonly kind: 'cut-stream'; readonly records: number }
  /** A download breaks after so many bytes. */
  | { readonly kind: 'cut-download'; readonly bytes: number }
  /** The address of an output file answers 403 as if it had expired. */
  | { readonly kind: 'expired-url' }
  /** A session dies of memory as soon as it has started. */
  | { readonly kind: 'out-of-memory' };

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** The faults in force, oldest first. */
export class Faults {
  #list: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault, times = 1): void {
    this.#list.push({ fault, left: times });
  }

  clear(): void {
    this.#list = [];
  }

  /** The oldest fault of this kind that concerns the method, counted as used. */
  take<Kind extends Fault['kind']>(kind: Kind, method?: string): FaultOf<Kind> | undefined {
    const entry = this.#list.find(({ fault }) => fault.kind === kind && concerns(fault, method));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#list = this.#list.filter((other) => other !== entry);
    return entry.fault as FaultOf<Kind>;
  }
}

function concerns(fault: Fault, method: string | undefined): boolean {
  return !('method' in fault) || fault.method === undefined || fault.method === method;
}
