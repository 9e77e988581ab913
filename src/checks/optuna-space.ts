import { defineCheck, type Fault } from '../core/notebook/check.ts';
import { namesIn } from '../core/notebook/locals.ts';
import { judgeBounds } from '../core/notebook/optuna.ts';
import { asText } from '../core/notebook/outside.ts';
import type { Definition, Expr, Stmt } from '../core/notebook/syntax.ts';
import { walkStatements } from '../core/notebook/syntax.ts';
import { walkExpressions } from '../core/notebook/walk.ts';

type Call = Extract<Expr, { t: 'call' }>;

interface Suggestion {
  readonly kind: string;
  readonly name: string;
  readonly call: Call;
}

function readSuggestion(e: Expr): Suggestion | null {
  if (e.t !== 'call' || e.callee.t !== 'attr' || !e.callee.name.startsWith('suggest_')) return null;
  const name = (e.args.find((one) => one.name === 'name') ?? e.args.find((one) => one.name === null))?.value;
  return { kind: e.callee.name.slice(8), name: name?.t === 'const' && typeof name.value === 'string' ? name.value : '', call: e };
}

/** Names in a function that hold something that was suggested, or was made of it. */
function listSuggested(body: readonly Stmt[]): ReadonlySet<string> {
  const tainted = new Set<string>();
  for (const one of walkStatements(body)) {
    if (one.t !== 'assign' || one.value === null) continue;
    const from = [...walkExpressions(one.value)];
    if (from.some((e) => readSuggestion(e) !== null || (e.t === 'name' && tainted.has(e.id))))
      for (const target of one.targets) for (const name of namesIn(target)) tainted.add(name);
  }
  return tainted;
}

function judgeFunction(definition: Definition): Fault[] {
  const faults: Fault[] = [];
  const tainted = listSuggested(definition.body);
  const kinds = new Map<string, Suggestion>();
  for (const one of walkStatements(definition.body)) {
    for (const e of walkExpressions(one)) {
      const found = readSuggestion(e);
      if (found === null) continue;
      const choices = found.call.args.find((arg) => arg.name === 'choices') ?? found.call.args.filter((arg) => arg.name === null)[1];
      const moving =
        found.kind === 'categorical' &&
        choices !== undefined &&
        [...walkExpressions(choices.value)].some((part) => part.t === 'name' && tainted.has(part.id));
      if (moving)
        faults.push({
          level: 'error',
          line: e.line,
          message: `The choices of ${found.name} depend on what this trial was given before: Optuna refuses choices that change from trial to trial.`,
          fix: 'Suggest from all choices at once, or give each set of choices a name of its own.',
        });
      const before = kinds.get(found.name);
      if (found.name === '') continue;
      if (before === undefined) kinds.set(found.name, found);
      else faults.push(...compareSuggestions(before, found));
    }
  }
  return faults;
}

/** Two suggestions under one name: another kind, or other choices. */
function compareSuggestions(a: Suggestion, b: Suggestion): Fault[] {
  const choices = (one: Suggestion): string =>
    JSON.stringify(one.call.args.slice(1), (key, value: unknown) => (key === 'line' ? undefined : value));
  const kind = (one: Suggestion): string => (one.kind === 'int' || one.kind === 'categorical' ? one.kind : 'float');
  const differs = kind(a) !== kind(b) || (a.kind === 'categorical' && choices(a) !== choices(b));
  if (!differs) return [];
  return [
    {
      level: 'error',
      line: b.call.line,
      message: `${b.name} is suggested twice with another kind or other choices: Optuna refuses that as soon as both were tried.`,
      fix: 'Give the second one a name of its own.',
    },
  ];
}

export default defineCheck({
  id: 'optuna-space',
  title: 'Search spaces that Optuna refuses',
  folder: (folder) => {
    const all = folder.tree === null ? [] : [...walkStatements(folder.tree.body)];
    return all.flatMap((one) => (one.t === 'def' ? judgeFunction(one) : []));
  },
  rules: {
    call: (event) =>
      event.path.startsWith('optuna.Trial.suggest_')
        ? judgeBounds(event, asText(event.args[0] ?? event.keywords.get('name')) ?? 'this parameter')
        : null,
  },
  examples: [
    {
      code: "import optuna\ndef objective(trial):\n    kind = trial.suggest_categorical('kind', ['a', 'b'])\n    sizes = [1, 2] if kind == 'a' else [3, 4]\n    size = trial.suggest_categorical('size', sizes)\n    return size",
      line: 5,
      level: 'error',
    },
    {
      code: "import optuna\ndef objective(trial):\n    if trial.suggest_categorical('deep', [True, False]):\n        n = trial.suggest_categorical('n', [8, 16])\n    else:\n        n = trial.suggest_categorical('n', [2, 4])\n    return n",
      line: 6,
      level: 'error',
    },
    {
      code: "import optuna\ndef objective(trial):\n    return trial.suggest_float('rate', 0.0, 1.0, log=True)\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=3)",
      line: 3,
      level: 'error',
    },
    {
      code: "import optuna\ndef objective(trial):\n    return trial.suggest_int('depth', 9, 3)\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=3)",
      line: 3,
      level: 'error',
    },
  ],
  nearMisses: [
    {
      code: "import optuna\ndef objective(trial):\n    n = trial.suggest_int('layers', 1, 3)\n    return sum(trial.suggest_int(f'units_{i}', 8, 64, log=True) for i in range(n))\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=3)",
    },
    {
      code: "import optuna\nCHOICES = [16, 32]\ndef objective(trial):\n    a = trial.suggest_categorical('a', CHOICES)\n    b = trial.suggest_int('b', 1, a)\n    return a + b\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=3)",
    },
    {
      code: "import optuna\ndef objective(trial):\n    return trial.suggest_float('rate', 1e-5, 1e-1, log=True)\ndef other(trial):\n    return trial.suggest_categorical('rate', [1, 2])\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=3)",
    },
  ],
});
