/** Deaths of processes, planned, and values that nobody can change unseen. */

/** A process died here. */
export class Crash extends Error {}

/** What happens at the places where a process may die: true is a death; when the plan is through, nobody dies any more. */
export class Fate {
  readonly #plan: boolean[];
  deaths = 0;

  constructor(plan: readonly boolean[]) {
    this.#plan = [...plan];
  }

  maybeDie(): void {
    if (this.#plan.shift() !== true) return;
    this.deaths += 1;
    throw new Crash('killed');
  }
}

/** Freezes a value with everything in it. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) freeze(item);
  }
  return value;
}
