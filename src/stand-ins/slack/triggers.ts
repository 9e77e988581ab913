import { randomBytes } from 'node:crypto';

export type TriggerRefusal = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

interface Trigger {
  readonly user: string;
  readonly expires: number;
  /** The modal in which the person acted, for views.push. */
  readonly view: string | undefined;
  used: boolean;
}

/** Permissions to open one modal, each good for a few seconds and one use. */
export class Triggers {
  readonly #now: () => number;
  readonly #life: number;
  readonly #known = new Map<string, Trigger>();

  constructor(now: () => number, life: number) {
    this.#now = now;
    this.#life = life;
  }

  issue(user: string, view?: string): string {
    const now = this.#now();
    for (const [id, trigger] of this.#known) if (trigger.expires < now - 600_000) this.#known.delete(id);
    const id = `${Math.floor(now)}.${randomBytes(5).readUIntBE(0, 5)}.${randomBytes(16).toString('hex')}`;
    this.#known.set(id, { user, expires: now + this.#life, view, used: false });
    return id;
  }

  /** Uses a trigger up, or says why it cannot be used. */
  exchange(id: string): { user: string; view: string | undefined } | TriggerRefusal {
    const trigger = this.#known.get(id);
    if (trigger === undefined) return 'invalid_trigger_id';
    if (trigger.used) return 'exchanged_trigger_id';
    if (this.#now() > trigger.expires) return 'expired_trigger_id';
    trigger.used = true;
    return { user: trigger.user, view: trigger.view };
  }
}
