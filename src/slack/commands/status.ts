import type { RunState } from '../../core/run/state.ts';
import { viewRoot } from '../../core/run/view/index.ts';
import { renderLine, renderBar, escapeText } from '../blocks.ts';
import { defineCommand } from '../command.ts';
import { findRun } from '../find-run.ts';

export default defineCommand({
  id: 'status',
  usage: 'status [run]',
  summary: 'says where a run stands',
  role: 'viewer',
  run: async (request) => {
    const found = await findRun(request, request.args[0], 'viewer', (state) => state.verdict === null);
    return { text: typeof found === 'string' ? found : describeStatus(found) };
  },
});

/** Where a run stands, in a few lines. */
export function describeStatus(state: RunState): string {
  const lines: string[] = [];
  for (const part of viewRoot(state).parts) {
    if (part.kind === 'heading') lines.push(`*${escapeText(part.text)}* \`${state.id}\``);
    if (part.kind === 'text') lines.push(...part.lines.map(renderLine));
    if (part.kind === 'bar') lines.push(renderBar(part.fraction, part.label));
    if (part.kind === 'steps') {
      lines.push(
        part.items
          .filter((item) => item.mark !== 'todo')
          .map((item) => `${escapeText(item.label)}: ${item.mark}${item.detail === '' ? '' : ` (${escapeText(item.detail)})`}`)
          .join('\n'),
      );
    }
  }
  return lines.join('\n');
}
