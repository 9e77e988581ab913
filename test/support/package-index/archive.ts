/** Zip and tar.gz as wheels and sdists are packed: small, byte for byte the same each time. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface Member {
  readonly path: string;
  readonly data: Buffer;
}

const STORED = 0;
const DEFLATED = 8;
/** 1 January 1980, the oldest date that a zip can tell. */
const DOS_DATE = 0x21;

/** A zip file of these members in their order. */
export function makeZip(members: readonly Member[]): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { path, data } of members) {
    const packed = deflateRawSync(data);
    const isSmaller = packed.length < data.length;
    const content = isSmaller ? packed : data;
    const name = Buffer.from(path);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800, 2);
    shared.writeUInt16LE(isSmaller ? DEFLATED : STORED, 4);
    shared.writeUInt16LE(DOS_DATE, 8);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name]);
    const rest = Buffer.alloc(14);
    // What a Unix file's permissions are: -rw-r--r--.
    rest.writeUInt32LE(0o100644 * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), shared, rest, name]));
    bodies.push(header, content);
    offset += header.length + content.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06'), end]);
}

const BLOCK = 512;

/** A gzipped tar file of these members in their order. */
export function makeTarGz(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ path, data }) => {
    const header = Buffer.alloc(BLOCK);
    header.write(path, 0, 100);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}
