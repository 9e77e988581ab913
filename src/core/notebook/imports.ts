import type { Interpreter } from './interpreter.ts';
import type { Stmt } from './syntax.ts';
import { UNKNOWN } from './values.ts';

/** `import a.b as c`: binds what Python binds. */
export function importModule(machine: Interpreter, module: string, alias: string | null, line: number): void {
  machine.ask('import', { line, module, names: [] });
  const top = module.split('.')[0] ?? module;
  machine.bind({ t: 'name', line, id: alias ?? top }, { k: 'ext', path: alias === null ? top : module });
}

/** `from a import b`: a star brings names that nobody can list. */
export function importFrom(machine: Interpreter, one: Extract<Stmt, { t: 'from' }>): void {
  const names = one.names.map((item) => item.name);
  if (one.level === 0 && one.module !== '__future__') machine.ask('import', { line: one.line, module: one.module, names });
  for (const { name, alias } of one.names) {
    const value = one.level > 0 ? UNKNOWN : ({ k: 'ext', path: `${one.module}.${name}` } as const);
    machine.bind({ t: 'name', line: one.line, id: alias ?? name }, name === '*' ? UNKNOWN : value);
    if (name === '*') machine.state.set(0, '*', UNKNOWN);
  }
}
