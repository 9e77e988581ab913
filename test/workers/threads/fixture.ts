import { ReprobotError } from '../../../src/errors.ts';

let asked = 0;

/** What the thread tests run: one word of input chooses how it goes. */
export default async function work(what: string): Promise<string> {
  asked += 1;
  if (what === 'count') return String(asked);
  if (what === 'endless') for (;;) Math.sqrt(2);
  if (what === 'plain error') throw new TypeError('no such thing');
  if (what === 'our error') throw new ReprobotError({ code: 'git.refused', doing: 'cloning', why: 'it is private', remedy: 'Ask.' });
  if (what === 'exit') process.exit(3);
  return Promise.resolve(`did ${what}`);
}
