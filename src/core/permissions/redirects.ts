import type { Context } from './context.ts';
import type { Field } from './expand.ts';
import { judgeRead, judgeWrite } from './file-access.ts';
import { isWild, NUMBER, showMarks } from './marks.ts';
import type { State } from './state.ts';

/** Judges a redirection; says whether it feeds the command from a file. */
export function judgeRedirect(context: Context, operator: string, fields: readonly Field[], state: State): boolean {
  if (operator.endsWith('&-')) return false;
  const [target, ...more] = fields;
  const part = `${operator} ${fields.map((field) => showMarks(field.text)).join(' ')}`;
  const access = { context, part, cwds: state.cwds };
  if (target === undefined || more.length > 0 || (isWild(target.text) && !target.text.includes('/'))) {
    context.say('ask', part, 'is a redirection to what is only known when it runs', 'changes files');
    return false;
  }
  const { text } = target;
  if ((operator === '>&' || operator === '<&') && (/^\d+-?$/.test(text) || text === '-' || text === NUMBER)) return false;
  if (operator === '<' || operator === '<&') {
    judgeRead(access, text, 'content');
    return true;
  }
  if (!['>', '>>', '>|', '&>', '&>>', '>&'].includes(operator)) {
    context.say('ask', part, 'is a redirection that is not understood', 'is not understood');
    return false;
  }
  judgeWrite(access, text, 'writes');
  return false;
}
