/** One word for a POSIX shell: what comes out is read back as exactly what went in, whatever it holds (NUL cannot be held). */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte');
  return /^(?:-[A-Za-z0-9_@%+:,./=-]*|[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+:,./-]*)$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Several words, blank-separated. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
