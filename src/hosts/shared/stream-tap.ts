/** Reads one stream of a program: drops what came before the program's mark, keeps a bounded part, takes the reported status off the end. */

export interface TapOptions {
  readonly nonce: string;
  /** Bytes kept; the rest is counted as truncated and dropped. */
  readonly limit: number;
  /** Whether the stream ends with the program's status line. */
  readonly endsWithStatus: boolean;
  readonly onBytes?: (bytes: Buffer) => void;
}

const NOISE_KEPT = 1024;

/** To be fed the stream's pieces in order; holds no more than the limit and a few dozen bytes. */
export class StreamTap {
  /** The rest of the mark's line: the process id, or why the program did not start. Undefined until the mark was seen. */
  mark: string | undefined;
  /** The reported exit status, once the stream ended with one. */
  status: number | undefined;
  truncated = false;
  /** The beginning of what came before the mark, for messages. */
  noise = '';

  readonly #options: TapOptions;
  readonly #needle: Buffer;
  readonly #kept: Buffer[] = [];
  #keptLength = 0;
  #pending: Buffer = Buffer.alloc(0);
  #announce: () => void = () => {};
  /** Resolves when the mark was seen; stays open when it never comes. */
  readonly marked: Promise<void>;

  constructor(options: TapOptions) {
    this.#options = options;
    this.#needle = Buffer.from(`\n${options.nonce}`);
    this.marked = new Promise((resolve) => {
      this.#announce = resolve;
    });
  }

  push(chunk: Buffer): void {
    if (this.mark !== undefined) {
      this.#pushBody(chunk);
      return;
    }
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const start = this.#pending.indexOf(this.#needle);
    const end = start < 0 ? -1 : this.#pending.indexOf('\n', start + this.#needle.length);
    if (end < 0) {
      this.#forgetNoise(start);
      return;
    }
    this.#addNoise(this.#pending.subarray(0, start));
    this.mark = this.#pending.toString('utf8', start + this.#needle.length, end).trim();
    const body = this.#pending.subarray(end + 1);
    this.#pending = Buffer.alloc(0);
    this.#announce();
    if (body.length > 0) this.#pushBody(body);
  }

  /** To be called when the stream is over. */
  end(): void {
    if (this.mark === undefined) {
      this.#addNoise(this.#pending);
      return;
    }
    const rest = this.#pending;
    this.#pending = Buffer.alloc(0);
    if (!this.#options.endsWithStatus) return;
    const found = /^\n\S+ end (\d+)\n/.exec(rest.toString('latin1'));
    if (found === null || !rest.subarray(0, this.#needle.length).equals(this.#needle)) {
      this.#keep(rest);
      return;
    }
    this.status = Number(found[1]);
    this.#keep(rest.subarray(found[0].length));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#kept);
  }

  #pushBody(chunk: Buffer): void {
    if (!this.#options.endsWithStatus) {
      this.#keep(chunk);
      return;
    }
    const all = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const held = all.length - this.#findPossibleMark(all);
    this.#keep(all.subarray(0, all.length - held));
    this.#pending = Buffer.from(all.subarray(all.length - held));
  }

  /** Where the status line starts or could still start; the length when it cannot. */
  #findPossibleMark(bytes: Buffer): number {
    const whole = bytes.lastIndexOf(this.#needle);
    if (whole >= 0) return whole;
    for (let size = Math.min(this.#needle.length - 1, bytes.length); size > 0; size -= 1) {
      if (bytes.subarray(bytes.length - size).equals(this.#needle.subarray(0, size))) return bytes.length - size;
    }
    return bytes.length;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#options.onBytes?.(bytes);
    const room = this.#options.limit - this.#keptLength;
    if (bytes.length > room) this.truncated = true;
    if (room <= 0) return;
    // A copy, because the chunk may be a slice of a much larger buffer that would stay alive with it.
    const part = Buffer.from(bytes.subarray(0, room));
    this.#kept.push(part);
    this.#keptLength += part.length;
  }

  #forgetNoise(markStart: number): void {
    const from = markStart >= 0 ? markStart : Math.max(0, this.#pending.length - this.#needle.length);
    this.#addNoise(this.#pending.subarray(0, from));
    this.#pending = Buffer.from(this.#pending.subarray(from));
  }

  #addNoise(bytes: Buffer): void {
    if (this.noise.length < NOISE_KEPT) this.noise += bytes.toString('utf8', 0, NOISE_KEPT - this.noise.length);
  }
}
