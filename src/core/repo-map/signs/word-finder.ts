/** Finds which of many words stand in a text. */

const LETTERS = 128;

/**
 * One walk over a text finds all words (Aho and Corasick's automaton): a state is the longest beginning of a word that ends at the letter
 * just read, and the table tells the next state from the next letter. The price does not depend on the number of words.
 */
export class WordFinder {
  /** The next state, by state and letter. A state is the place of its row in the table; one in which a word ends is negative. */
  private readonly table: Int32Array;
  /** Numbers of the words that end in a state. */
  private readonly ending: readonly (readonly number[])[];

  constructor(words: readonly string[]) {
    const rows: number[][] = [makeRow()];
    const ending: number[][] = [[]];
    for (const [number, word] of words.entries()) {
      let state = 0;
      for (const letter of word) {
        const row = rows[state] ?? [];
        const code = letter.charCodeAt(0);
        if (row[code] === 0) {
          row[code] = rows.push(makeRow()) - 1;
          ending.push([]);
        }
        state = row[code] ?? 0;
      }
      ending[state]?.push(number);
    }
    completeRows(rows, ending);
    this.ending = ending;
    this.table = Int32Array.from(rows.flat(), (state) => (ending[state]?.length === 0 ? state : -state) * LETTERS);
  }

  /** Calls `found` with the number of a word wherever it ends. */
  find(text: string, found: (word: number) => void): void {
    const { table, ending } = this;
    let state = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      state = code < LETTERS ? (table[state + code] ?? 0) : 0;
      if (state >= 0) continue;
      state = -state;
      for (const word of ending[state / LETTERS] ?? []) found(word);
    }
  }
}

function makeRow(): number[] {
  return Array.from({ length: LETTERS }, () => 0);
}

/** Where no word goes on, the walk goes on with the longest end of what was read that begins a word, too. */
function completeRows(rows: readonly number[][], ending: readonly number[][]): void {
  const shorter = new Int32Array(rows.length);
  const order = [0];
  for (const state of order) {
    const row = rows[state];
    const other = rows[shorter[state] ?? 0];
    if (row === undefined || other === undefined) continue;
    for (let code = 0; code < LETTERS; code += 1) {
      const next = row[code] ?? 0;
      const instead = state === 0 ? 0 : (other[code] ?? 0);
      if (next === 0) row[code] = instead;
      else {
        shorter[next] = instead;
        ending[next]?.push(...(ending[instead] ?? []));
        order.push(next);
      }
    }
  }
}
