const pad = (number) => String(number).padStart(2, '0');

/** A moment's time by the reader's clock: `2026-01-05 09:30`. */
export function showTime(at) {
  const date = new Date(at);
  return `${showDay(at)} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** Its day. */
export function showDay(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Four significant digits, without trailing zeros. */
export function showNumber(value) {
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) >= 1e6 || (rounded !== 0 && Math.abs(rounded) < 1e-4)
    ? rounded.toExponential().replace('e+', 'e')
    : String(rounded);
}

/** A value with its unit. */
export function showValue(value, unit) {
  if (unit === 's') return showDuration(value);
  if (unit === '$') return `$${showNumber(value)}`;
  return unit === '' ? showNumber(value) : `${showNumber(value)} ${unit}`;
}

function showDuration(seconds) {
  if (seconds < 120) return `${showNumber(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 moment`, `2 moments`. */
export function showCount(count, one) {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
}
