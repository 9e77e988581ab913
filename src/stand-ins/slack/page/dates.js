/** @param {string} ts Slack timestamp */
export function toDate(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

/** @param {Date} date */
export function formatTime(date) {
  return date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
}

/** @param {Date} date */
function countDaysAgo(date) {
  const start = (/** @type {Date} */ day) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return Math.round((start(new Date()) - start(date)) / 86_400_000);
}

/** "Today", "Yesterday", or the day in words. @param {Date} date */
export function formatDay(date) {
  const ago = countDaysAgo(date);
  if (ago === 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: /** @type {const} */ ('numeric') };
  return date.toLocaleDateString([], { weekday: 'long', month: 'long', day: 'numeric', ...year });
}

/** "5 minutes ago" and the like. @param {string} ts */
export function formatAge(ts) {
  const minutes = Math.max(0, Math.floor((Date.now() - toDate(ts).getTime()) / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return hours === 1 ? '1 hour ago' : `${hours} hours ago`;
  return `${formatDay(toDate(ts))} at ${formatTime(toDate(ts))}`;
}

/** @param {Date} date */
export function formatFull(date) {
  return date.toLocaleString([], { dateStyle: 'full', timeStyle: 'medium' });
}

/** @param {Date} date @param {boolean} pretty @param {string} whenPlain */
function toPretty(date, pretty, whenPlain) {
  const ago = countDaysAgo(date);
  if (pretty && ago === 0) return 'today';
  if (pretty && ago === 1) return 'yesterday';
  if (pretty && ago === -1) return 'tomorrow';
  return whenPlain;
}

/**
 * Fills a <!date^…> pattern with the reader's own time, as Slack's clients do.
 * @param {number} epoch seconds
 * @param {string} pattern
 */
export function fillDatePattern(epoch, pattern) {
  const date = new Date(epoch * 1000);
  const long = date.toLocaleDateString([], { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  const middle = date.toLocaleDateString([], { month: 'long', day: 'numeric', year: 'numeric' });
  const short = date.toLocaleDateString([], { month: 'short', day: 'numeric', year: 'numeric' });
  const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');
  /** @type {Record<string, () => string>} */
  const parts = {
    date_num: () => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`,
    date_slash: () => date.toLocaleDateString([], { year: 'numeric', month: '2-digit', day: '2-digit' }),
    date: () => middle,
    date_long: () => long,
    date_long_full: () => long,
    date_short: () => short,
    date_pretty: () => toPretty(date, true, middle),
    date_short_pretty: () => toPretty(date, true, short),
    date_long_pretty: () => toPretty(date, true, long),
    time: () => formatTime(date),
    time_secs: () => date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
    ago: () => formatAge(String(epoch)),
    day_divider_pretty: () => formatDay(date),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => parts[name]?.() ?? whole);
}
