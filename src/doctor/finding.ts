/** One line of `reprobot doctor`. */
export interface Finding {
  readonly area: string;
  readonly level: 'good' | 'warning' | 'bad';
  /** What was found. */
  readonly what: string;
  /** What to do about it; empty when nothing has to be done. */
  readonly remedy: string;
}

export const good = (area: string, what: string): Finding => ({ area, level: 'good', what, remedy: '' });
export const warning = (area: string, what: string, remedy: string): Finding => ({ area, level: 'warning', what, remedy });
export const bad = (area: string, what: string, remedy: string): Finding => ({ area, level: 'bad', what, remedy });
