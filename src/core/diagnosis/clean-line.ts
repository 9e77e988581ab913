/** The level that a logger wrote before a line, where it did. */
type LineLevel = 'info' | 'warning' | 'error' | null;

export interface CleanLine {
  readonly text: string;
  readonly level: LineLevel;
  /** The rank or worker that printed it, where the line says so. */
  readonly rank: string | null;
}

// CSI sequences, OSC sequences up to BEL or ST, and lone two-byte escapes.
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

const RANK_PREFIX =
  /^\s*(?:\[(?:rank|default)(?<rank>\d+)\]:\s?|\[(?<node>\d+),(?<local>\d+)\]<std(?:out|err)>:\s?|(?<task>\d{1,4}): (?=\S| )|\((?:\w[\w.]* )?(?:rank=(?<worker>\d+) )?pid=(?<pid>\d+)[^)]*\)\s?)/;
const CONTAINER_PREFIX =
  /^(?:[\w.-]+-\d+\s+\| ?|#\d+ \d+\.\d+ |\d{1,5}\.\d{1,3} (?=\s*\S)|\d+\.\d+s\s+\d+\s|>\s|\[?std(?:err|out)\]?:? (?=\S| )|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,80} [\w./-]{1,60}(?:\[\d+\])?: )/;
// Parallel shells write the host before each line; only before what a traceback prints, since tools look the same.
const HOST_PREFIX =
  /^[A-Za-z][\w.-]{0,60}\d[\w.-]{0,20}: (?=Traceback \(most| {2,}File "| {4}\S|\[rank|[\w.]{1,160}(?:Error|Exception)(?::|$))/;
const LOGGER_PREFIX =
  /^\s*(?:(?:[\w.]{1,80} - )?(?<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) - (?:[\w.]{1,80} - )?|\| (?<level2>DEBUG|INFO|SUCCESS|WARNING|ERROR|CRITICAL)\s{0,8}\| \S{1,160} - )/;
const TIME_PREFIX = /^\s*\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]?(?::(?= [IWEF] ))?\s*(?:-\s*)?/;
const LEVEL_PREFIX =
  /^\s*\[?(?<level>DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)\]?(?::(?=\S)|\s(?=\d\d-\d\d|.*?\d\]\s)|\s+(?=[\w.]+:\s))/;
// vLLM and glog put the time and the source file between the level and the text.
const SOURCE_PREFIX = /^\s*\d\d-\d\d \d\d:\d\d:\d\d \[?[\w./-]+:\d+\]\s?/;
const GLOG_PREFIX = /^\s*\[?(?<letter>[IWEF])(?:\d{3,4} \d\d:\d\d:\d\d\.\d+|(?= [\w/-]+\.(?:cpp|cc|h):\d+))[^\]]*\]\s?/;

function readLevel(word: string | undefined): LineLevel {
  if (word === undefined) return null;
  if (/^(DEBUG|INFO|I)$/.test(word)) return 'info';
  return /^(WARN|WARNING|W)$/.test(word) ? 'warning' : 'error';
}

/** Removes escape sequences and backspaces, and keeps what a terminal would show after carriage returns. */
function stripTerminal(raw: string): string {
  const plain = raw.includes('\u001b') ? raw.replace(ANSI, '') : raw;
  const flat = plain.includes('\b') ? plain.replaceAll('\b', '') : plain;
  if (!flat.includes('\r')) return flat;
  return flat.split('\r').findLast((piece) => piece.trim() !== '') ?? '';
}

/** Removes what launchers, containers and loggers put before a line. Keeps the indent of what remains. */
export function cleanLine(raw: string): CleanLine {
  let text = stripTerminal(raw);
  let rank: string | null = null;
  let level: LineLevel = null;
  text = text.replace(CONTAINER_PREFIX, '');
  const ranked = RANK_PREFIX.exec(text);
  if (ranked !== null) {
    const groups = ranked.groups ?? {};
    rank = groups['rank'] ?? groups['task'] ?? groups['worker'] ?? groups['pid'] ?? groups['local'] ?? null;
    text = text.slice(ranked[0].length);
  }
  text = text.replace(TIME_PREFIX, '');
  text = text.replace(HOST_PREFIX, '');
  const logger = LOGGER_PREFIX.exec(text);
  if (logger !== null) {
    level = readLevel((logger.groups?.['level'] ?? logger.groups?.['level2'])?.replace('SUCCESS', 'INFO'));
    text = text.slice(logger[0].length);
  }
  const glog = GLOG_PREFIX.exec(text);
  if (glog !== null) {
    level = readLevel(glog.groups?.['letter']);
    text = text.slice(glog[0].length);
  }
  const levelled = LEVEL_PREFIX.exec(text);
  if (levelled !== null) {
    level = readLevel(levelled.groups?.['level']);
    text = text.slice(levelled[0].length).replace(SOURCE_PREFIX, '');
  }
  return { text, level, rank };
}
