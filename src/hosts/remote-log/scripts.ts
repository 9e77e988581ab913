/** POSIX sh for the machine where the log lies. Paths, numbers and patterns come as arguments and are never part of the program. */

/** The size of a plain file that can be read, or `@none`. $1 path. */
export const SIZE_SCRIPT = `
[ -f "$1" ] && [ -r "$1" ] || { echo @none; exit 0; }
wc -c <"$1"
`;

// Others work on a login node, too. Not all machines have both.
const MANNERS = `
renice -n 19 -p "$$" >/dev/null 2>&1
ionice -c 3 -p "$$" >/dev/null 2>&1
ulimit -v 1000000 2>/dev/null
LC_ALL=C
export LC_ALL
`;

/** How many lines end before an offset. $1 path, $2 offset. */
export const COUNT_SCRIPT = `${MANNERS}
head -c "$2" "$1" | wc -l
`;

/**
 * The last cells of a range in which a stem begins, in order. $1 path, $2 offset of the range, $3 its length, $4 bytes that a stem may reach beyond it,
 * $5 size of a cell, $6 how many cells at most, then the stems. Carriage returns and NUL end lines, so that no line is longer than
 * memory; offsets stay what they are. Where grep tells no offsets, awk does, slower.
 */
export const SEARCH_SCRIPT = `${MANNERS}
path=$1 from=$2 length=$3 beyond=$4 cell=$5 most=$6
shift 6
range() { tail -c "+$((from + 1))" "$path" 2>/dev/null | head -c "$((length + beyond))" | tr '\\r\\000' '\\n\\n'; }
cells() { awk -F: -v from="$from" -v length_="$length" -v cell="$cell" '
  $1 < length_ { now = int((from + $1) / cell); if (now != last || !seen) printf "%.0f\\n", now; last = now; seen = 1 }' | tail -n "$most"; }
if [ "$(printf 'a\\nbc' | grep -a -o -b -i -E -e C 2>/dev/null)" = 3:c ]; then
  for stem do set -- "$@" -e "$stem"; shift; done
  range | grep -a -o -b -i -E "$@" | cells
else
  for stem do all="$all$stem;"; done
  range | awk -v all="$all" '
    BEGIN { count = split(all, stems, ";") - 1 }
    { text = tolower($0)
      for (i = 1; i <= count; i++) {
        rest = text; skipped = 0
        while ((at = index(rest, stems[i])) > 0) {
          printf "%.0f:\\n", offset + skipped + at - 1
          skipped += at; rest = substr(rest, at + 1)
        }
      }
      offset += length($0) + 1 }' | sort -t: -n -k1,1 | cells
fi
echo @end
`;
