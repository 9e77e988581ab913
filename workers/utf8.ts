/** Decodes the whole characters of a piece of a file; the bytes of a character that is cut at the end are left for the next piece. */
export function decodeUtf8(bytes: Uint8Array): { text: string; consumed: number } {
  let end = bytes.byteLength;
  // Walk back over at most three continuation bytes to the start of the last character.
  for (let back = 1; back <= Math.min(4, bytes.byteLength); back += 1) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) end = bytes.byteLength - back;
    break;
  }
  return { text: new TextDecoder('utf-8').decode(bytes.subarray(0, end)), consumed: end };
}
