import { escapeText } from './blocks.ts';

export interface Flags<V extends string, S extends string> {
  /** What is no option. */
  readonly words: readonly string[];
  readonly values: Partial<Record<V, string>>;
  readonly switches: ReadonlySet<S>;
}

/** Sorts what was typed into words and options, `--name value` or `--name=value`; a dash that a phone made longer counts. A sentence where an
 *  option is unknown, lacks its value or takes none. */
export function readFlags<V extends string, S extends string>(
  args: readonly string[],
  known: { readonly values: readonly V[]; readonly switches: readonly S[] },
): Flags<V, S> | string {
  const words: string[] = [];
  const values: Partial<Record<V, string>> = {};
  const switches = new Set<S>();
  for (let index = 0; index < args.length; index += 1) {
    const word = (args[index] ?? '').replace(/^[–—]/, '--');
    const [flag, inline] = splitOnce(word);
    const value = known.values.find((name) => flag === `--${name}`);
    const turned = known.switches.find((name) => flag === `--${name}`);
    if (!word.startsWith('--')) words.push(word);
    else if (turned !== undefined) {
      if (inline !== undefined) return `${flag} takes no value.`;
      switches.add(turned);
    } else if (value === undefined) return `I do not know the option ${escapeText(flag)}.`;
    else {
      const given = inline ?? args[(index += 1)];
      if (given === undefined) return `${flag} needs a value.`;
      values[value] = given;
    }
  }
  return { words, values, switches };
}

function splitOnce(word: string): readonly [string, string?] {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
