import { afterAll, beforeAll } from 'vitest';
import { Stack } from '../support/stack.ts';
import { Person } from './person.ts';

export interface Used {
  readonly stack: Stack;
  /** Who sits at its console. */
  readonly person: Person;
}

/** One stack for all tests of a file, begun before the first and ended after the last; nothing can be read from it until then. */
export function useStack(options?: Parameters<typeof Stack.start>[0]): Used {
  let stack: Stack | undefined;
  let person: Person | undefined;
  const need = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the stack is begun before the first test, and has no sooner anything to read');
    return thing;
  };
  beforeAll(async () => {
    stack = await Stack.start(options);
    person = new Person(stack);
  });
  afterAll(async () => {
    await person?.close();
    await stack?.stop();
  });
  return {
    get stack() {
      return need(stack);
    },
    get person() {
      return need(person);
    },
  };
}
