const CLOCK = /^(?:(\d{1,4})(?:-| days?,? )?)??(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2}(?:\.\d{1,9})?)$/;
const WORDS = /(\d{1,9}(?:\.\d{1,9})?)\s?(days?|d|hours?|hrs?|h|minutes?|mins?|min|m|seconds?|secs?|sec|s|ms|日|時間|分|秒)(?![a-z])/gi;
const SCALES: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001, 日: 86_400, 時: 3600, 分: 60, 秒: 1 };

/** Seconds of `1:02:03`, `2 days, 1:02:03`, `1h 2m 3s`, `12.5s` or a plain number; null for anything else. */
export function readDuration(text: string): number | null {
  const plain = text.trim().slice(0, 60);
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(plain)) return Number(plain);
  const clock = CLOCK.exec(plain);
  if (clock !== null) {
    const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = clock;
    return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  }
  let sum: number | null = null;
  for (const [, value, unit = ''] of plain.matchAll(WORDS)) {
    const short = unit.toLowerCase();
    sum = (sum ?? 0) + Number(value) * (SCALES[short] ?? SCALES[short.charAt(0)] ?? 0);
  }
  return sum;
}
