/**
 * Places in a plan's words that are filled in late: `{run}` is the run's folder, `{python}` its interpreter. Text from a repository must
 * never be taken for one: it is written with `{{}` for a brace that would begin one, and filling turns that back. Pure.
 */

/** The run's folder, in words of our own. */
export const RUN = '{run}';
/** The run's interpreter, in words of our own. */
export const PYTHON = '{python}';

const PLACE = /\{(\{|run|python)\}/g;

/** Text from outside as it may stand in a plan's word: filling gives back exactly this text. */
export function keepLiteral(text: string): string {
  return text.replaceAll(/\{(?=(?:\{|run|python)\})/g, '{{}');
}

/** Fills the places in one pass, so that what is put in is never read again. */
export function fillPlaces(word: string, values: { readonly run: string; readonly python: string }): string {
  return word.replaceAll(PLACE, (_whole, name: string) => (name === 'run' ? values.run : name === 'python' ? values.python : '{'));
}

/** A plan's word as people read it: places stay, text from outside looks as it did. */
export function showPlaces(word: string): string {
  return fillPlaces(word, { run: RUN, python: PYTHON });
}

/** A plan's word for a POSIX shell whose variables `run` and `python` hold the two: `quote` is given everything else. */
export function quotePlaces(word: string, quote: (text: string) => string): string {
  const pieces = word.split(/(\{(?:run|python)\})/).filter((piece) => piece !== '');
  if (pieces.length === 0) return quote('');
  return pieces.map((piece) => (piece === RUN ? '"$run"' : piece === PYTHON ? '"$python"' : quote(showPlaces(piece)))).join('');
}
