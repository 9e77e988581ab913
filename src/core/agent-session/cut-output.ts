/** Characters of a tool's output that the model is shown. */
const SHOWN = 8_000;
const HEAD = 2_500;

/**
 * A long output cut to its beginning and its end, which hold what matters in nearly every log and listing, with a line in between
 * that says what is missing and how to see it. Short output is returned as it is.
 */
export function cutOutput(text: string, readMore: string, shown = SHOWN): string {
  if (text.length <= shown) return text;
  const head = text.slice(0, Math.min(HEAD, shown / 3));
  const tail = text.slice(-(shown - head.length));
  const wholeHead = head.slice(0, head.lastIndexOf('\n') + 1) || head;
  const wholeTail = tail.slice(tail.indexOf('\n') + 1) || tail;
  const missing = text.length - wholeHead.length - wholeTail.length;
  const lines = text.slice(wholeHead.length, text.length - wholeTail.length).split('\n').length;
  return `${wholeHead}[… ${missing} characters, ${lines} lines left out; ${readMore} …]\n${wholeTail}`;
}
