import { userClass } from './classes.ts';
import type { Machine, UserClass } from './machine.ts';
import { walkStatements, type Expr, type Stmt } from './syntax.ts';

/** What objects of these bases have besides what the notebook gives them. */
const BASES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['builtins.object', new Set<string>()],
  [
    'torch.nn.Module',
    new Set(
      `training add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward get_buffer
get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train type xpu zero_grad T_destination`.split(
        /\s+/,
      ),
    ),
  ],
  ['torch.utils.data.Dataset', new Set<string>()],
]);
/** What sets attributes under names that are not written out. */
const HIDDEN =
  /"id":"(setattr|vars|super_getattr)"|"name":"(__dict__|register_buffer|register_parameter|add_module|register_module|__class__|update_from)"|__getattr__|__getattribute__|__slots__/;

/** Whether an object of a class of the notebook surely lacks a member: nothing in the notebook, nor any base, gives it one of that name. */
export function lacksMember(machine: Machine, cls: number, name: string): boolean {
  const chain = listChain(machine, cls);
  if (chain === null || name.startsWith('__')) return false;
  const { classes, given } = chain;
  if (given.has(name) || classes.some((one) => HIDDEN.test(JSON.stringify(one.node.body)))) return false;
  if (classes.some((one) => listNames(one.node.body).has(name))) return false;
  return !listSet(machine.folder.tree?.body ?? []).has(name) && !/\bsetattr\(/.test(machine.folder.source);
}

function listChain(machine: Machine, cls: number): { classes: UserClass[]; given: Set<string> } | null {
  const classes: UserClass[] = [];
  const given = new Set<string>();
  const queue = [cls];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const found = machine.classes[next];
    if (found === undefined || !found.plain || classes.length > 12) return null;
    classes.push(found);
    for (const base of found.bases) {
      const number = userClass(base);
      const names = base.k === 'ext' ? BASES.get(base.path) : undefined;
      if (number !== null) queue.push(number);
      else if (names === undefined) return null;
      else for (const one of names) given.add(one);
    }
  }
  return { classes, given };
}

/** What a class's own body binds. */
function listNames(body: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const one of body) {
    if (one.t === 'def' || one.t === 'class') names.add(one.name);
    if (one.t === 'assign') for (const target of one.targets) if (target.t === 'name') names.add(target.id);
  }
  return names;
}

const known = new WeakMap<readonly Stmt[], ReadonlySet<string>>();

/** All attributes that anything in the notebook sets, on whatever object. */
function listSet(body: readonly Stmt[]): ReadonlySet<string> {
  const before = known.get(body);
  if (before !== undefined) return before;
  const names = new Set<string>();
  const visit = (target: Expr): void => {
    if (target.t === 'attr') names.add(target.name);
    if (target.t === 'tuple' || target.t === 'list') target.items.forEach(visit);
    if (target.t === 'star') visit(target.value);
  };
  for (const one of walkStatements(body)) {
    if (one.t === 'assign') one.targets.forEach(visit);
    if (one.t === 'augment' || one.t === 'for') visit(one.target);
    if (one.t === 'with') for (const item of one.items) if (item.target !== null) visit(item.target);
  }
  known.set(body, names);
  return names;
}
