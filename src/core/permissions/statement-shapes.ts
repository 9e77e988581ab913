import type { Statement } from './syntax.ts';

const PLAIN_VARIABLES =
  /^["']?\^?(?:SLURM|SBATCH|CUDA|NCCL|OMP|MKL|ROCM|ROCR|HIP|MIOPEN|MPI|PMI|UCX|PYTHON|VIRTUAL_ENV|MODULE|LMOD|LOADED|PATH|LD_LIBRARY|HOME|USER|LANG|LC_|SCRATCH|TMP|TORCH|GPU|NVIDIA|MASTER_|WORLD_SIZE|RANK|LOCAL_RANK)\w*=?["']?$/i;

/** `env | grep SLURM` prints no secret, although `env` alone would. */
export function showsPlainVariables(parts: readonly Statement[]): boolean {
  const [first, second] = parts;
  if (first?.kind !== 'command' || second?.kind !== 'command' || first.redirects.length + first.assignments.length > 0) return false;
  const [program, ...words] = second.words.map((word) => word.text);
  return (
    first.words.length === 1 &&
    /^(?:env|printenv)$/.test(first.words[0]!.text) &&
    /^e?grep$/.test(program ?? '') &&
    words.length > 0 &&
    words.every((word, index) => (index === words.length - 1 ? PLAIN_VARIABLES.test(word) : /^-[ioE]+$/.test(word)))
  );
}

/** Whether a loop has no end of its own. */
export function isEndless(statement: Extract<Statement, { kind: 'loop' }>): boolean {
  const [first] = statement.condition;
  if (statement.condition.length !== 1 || first?.kind !== 'command')
    return first?.kind === 'test' && /^\(\(\s*;\s*;/.test(first.text.text.replace(/^for\s*/, ''));
  return [':', 'true', '1'].includes(first.words[0]?.text ?? '');
}

/** Whether a function starts itself in a pipe or in the background. */
export function callsItselfTwice(body: Statement, name: string): boolean {
  const calls = (statement: Statement): boolean => {
    if (statement.kind === 'command') return statement.words[0]?.text === name;
    return children(statement).some(calls);
  };
  if ((body.kind === 'pipeline' || body.kind === 'background') && children(body).some(calls)) return true;
  return children(body).some((child) => callsItselfTwice(child, name));
}

function children(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'pipeline':
      return statement.parts;
    case 'list':
      return [statement.left, statement.right];
    case 'redirected':
    case 'background':
    case 'not':
      return [statement.body];
    case 'group':
    case 'for':
      return statement.body;
    case 'loop':
      return [...statement.condition, ...statement.body];
    case 'choice':
      return statement.branches.flat();
    default:
      return [];
  }
}
