/** A time that a line carries: seconds since 1970 by the log's own zone, or since midnight where it names no date. */
export interface Stamp {
  readonly seconds: number;
  readonly hasDate: boolean;
}

/** No stamp is looked for further into a line. */
const REACH = 160;
const TIME = String.raw`(?<h>[01]?\d|2[0-3]):(?<mi>[0-5]\d):(?<s>[0-5]\d(?:[.,]\d{1,9})?)`;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const NAMED = String.raw`(?<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}`;
/** No year is needed to tell how much time has passed; a leap year keeps 29 February a day. */
const YEAR = 2000;

const DATED = [
  String.raw`(?<![\d.])(?<y>(?:19|20)\d\d)[-/.](?<mo>\d{1,2})[-/.](?<d>\d{1,2})(?:[T _]|,\s?|\s-\s)\s?${TIME}`,
  String.raw`(?<y>20\d\d)年\s?(?<mo>\d{1,2})月\s?(?<d>\d{1,2})日\s{0,2}(?<h>\d{1,2})[時:]\s?(?<mi>\d{1,2})[分:]\s?(?<s>\d{1,2}(?:\.\d{1,9})?)`,
  // Month first, as Python's examples of transformers have it; a first number above 12 is a day.
  String.raw`(?<![\d.])(?<mo>\d{1,2})/(?<d>\d{1,2})/(?<y>20\d\d)[T ,]\s?${TIME}`,
  String.raw`(?<![\d.])(?<d>\d{1,2})[-.](?<mo>\d{1,2})[-.](?<y>20\d\d)[T ,]\s?${TIME}`,
  String.raw`^\W{0,2}(?<y2>\d\d)/(?<mo>\d\d)/(?<d>\d\d) ${TIME}`,
  String.raw`\b(?<d>\d{1,2})[ -]${NAMED}[ -](?<y>20\d\d)[ T:]\s?${TIME}`,
  String.raw`\b${NAMED}\s{1,2}(?<d>\d{1,2})(?:,? (?<y>20\d\d),?)? ${TIME}(?: [A-Z]{3,4})?(?: (?<y3>20\d\d)\b)?`,
  String.raw`^\W{0,2}[IWEF](?<y>20\d\d)?(?<mo>\d\d)(?<d>\d\d) ${TIME}`,
  String.raw`^\W{0,2}(?<mo>\d\d)[-/](?<d>\d\d) ${TIME}`,
].map((source) => new RegExp(source));
const UNDATED = new RegExp(String.raw`^\W{0,3}(?:\[?(?:INFO|DEBUG|WARNING|WARN)\]?\W{1,3})?${TIME}\]?(?=[\s|,:\]-]|$)`);
const UNIX =
  /^\W{0,2}(?<unix>1[5-9]\d{8}(?:\.\d{1,9})?)(?=[\s|:,\]])|"(?:time|ts|timestamp|_timestamp|created)": ?(?<unix2>1[5-9]\d{8}(?:\.\d{1,9})?)\b/;

// Boxes of reinforcement learning count from their own start.
const BOXED = /^\|\s{1,40}(?:time_elapsed|Time|wall_time)\s{1,40}\|\s{1,40}(?<seconds>\d{1,9}(?:\.\d{1,9})?)\s{1,40}\|/;

/** The time at which a line says it was written; null where it says none. */
export function readClock(raw: string): Stamp | null {
  const text = raw.slice(0, REACH);
  const boxed = text.startsWith('|') ? BOXED.exec(text)?.groups : undefined;
  if (boxed !== undefined) return { seconds: Number(boxed['seconds']), hasDate: true };
  if (!text.includes(':') && !text.includes('時') && !/^\W{0,2}1[5-9]\d{8}/.test(text)) return null;
  for (const regex of DATED) {
    const groups = regex.exec(text)?.groups;
    if (groups !== undefined) return readDate(groups);
  }
  const unix = UNIX.exec(raw.slice(0, 2000))?.groups;
  if (unix !== undefined) return { seconds: Number(unix['unix'] ?? unix['unix2']), hasDate: true };
  const groups = UNDATED.exec(text)?.groups;
  return groups === undefined ? null : { seconds: readTime(groups), hasDate: false };
}

function readTime(groups: Record<string, string | undefined>): number {
  return Number(groups['h']) * 3600 + Number(groups['mi']) * 60 + Number((groups['s'] ?? '0').replace(',', '.'));
}

function readDate(groups: Record<string, string | undefined>): Stamp | null {
  const name = groups['name']?.toLowerCase();
  const first = name === undefined ? Number(groups['mo']) : MONTHS.indexOf(name) + 1;
  const second = Number(groups['d']);
  const [month, day] = first > 12 ? [second, first] : [first, second];
  const year = Number(groups['y'] ?? groups['y3'] ?? (groups['y2'] === undefined ? YEAR : `20${groups['y2']}`));
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const seconds = Date.UTC(year, month - 1, day) / 1000 + readTime(groups);
  return Number.isFinite(seconds) ? { seconds, hasDate: true } : null;
}
