/** Colours that people with any kind of colour blindness can tell apart (Okabe and Ito), without the yellow, which white swallows. */
export const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#000000', '#CC79A7', '#56B4E9', '#E69F00', '#7F7F7F'] as const;
/** Colour is never all that tells two lines apart: lengths of dash and gap, in pixels; an empty list is a whole line. */
export const DASHES: readonly (readonly number[])[] = [[], [10, 5], [3, 4], [14, 4, 3, 4], [6, 3], [], [10, 5], [3, 4]];
export const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'circle', 'rect', 'triangle', 'diamond'] as const;

export const PAPER = '#FFFFFF';
export const INK = '#1A1A1A';
export const QUIET = '#4D4D4D';
export const GRID = '#DCDCDC';
export const SHADE = '#E6E6E6';
export const STEM = '#B8B8B8';
export const GOOD = COLOURS[2];
export const BAD = COLOURS[1];
export const MAIN = COLOURS[0];
