import { crc32, inflateSync } from 'node:zlib';

export interface Png {
  readonly width: number;
  readonly height: number;
  /** Colours as `#RRGGBB` and how many pixels have them. */
  readonly colours: ReadonlyMap<string, number>;
  readonly corner: string;
}

/** Decodes a PNG of 8-bit RGB or RGBA without interlacing; throws where a sum or a length does not fit. */
export function readPng(bytes: Uint8Array): Png {
  const data = Buffer.from(bytes);
  if (data.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') throw new Error('no PNG');
  const chunks: { type: string; body: Buffer }[] = [];
  for (let at = 8; at < data.length;) {
    const length = data.readUInt32BE(at);
    const body = data.subarray(at + 8, at + 8 + length);
    if (crc32(data.subarray(at + 4, at + 8 + length)) !== data.readUInt32BE(at + 8 + length)) throw new Error('a chunk is damaged');
    chunks.push({ type: data.toString('latin1', at + 4, at + 8), body });
    at += 12 + length;
  }
  const head = chunks.find(({ type }) => type === 'IHDR')?.body ?? Buffer.alloc(0);
  const [width, height, depth, kind] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9]];
  if (depth !== 8 || (kind !== 2 && kind !== 6) || head[12] !== 0) throw new Error(`unknown form of PNG: ${depth} bits, kind ${kind}`);
  const size = kind === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ body }) => body)));
  if (raw.length !== height * (1 + width * size)) throw new Error('pixels are missing');
  return { width, height, ...countColours(unfilter(raw, width * size, size), size) };
}

function unfilter(raw: Buffer, stride: number, size: number): Buffer {
  const rows = raw.length / (stride + 1);
  const out = Buffer.alloc(rows * stride);
  for (let row = 0; row < rows; row += 1) {
    const filter = raw[row * (stride + 1)];
    for (let at = 0; at < stride; at += 1) {
      const left = at < size ? 0 : (out[row * stride + at - size] ?? 0);
      const up = row === 0 ? 0 : (out[(row - 1) * stride + at] ?? 0);
      const corner = row === 0 || at < size ? 0 : (out[(row - 1) * stride + at - size] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, pickNearest(left, up, corner)][filter ?? 9];
      if (guess === undefined) throw new Error('unknown filter');
      out[row * stride + at] = (raw[row * (stride + 1) + 1 + at] ?? 0) + guess;
    }
  }
  return out;
}

function pickNearest(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function countColours(pixels: Buffer, size: number): Pick<Png, 'colours' | 'corner'> {
  const colours = new Map<string, number>();
  for (let at = 0; at < pixels.length; at += size) {
    const colour = `#${pixels
      .subarray(at, at + 3)
      .toString('hex')
      .toUpperCase()}`;
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  return { colours, corner: `#${pixels.subarray(0, 3).toString('hex').toUpperCase()}` };
}
