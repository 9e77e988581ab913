const HIDDEN = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/**
 * Text from a repository or a log as it may be shown: controls, escapes and marks that turn the direction of writing become visible, such as
 * `⟨U+202E⟩`, so that nobody is shown other words than those that run. Line breaks and tabs stay. Idempotent.
 */
export function showText(text: string): string {
  return text.replaceAll(HIDDEN, (mark) => `⟨U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}
