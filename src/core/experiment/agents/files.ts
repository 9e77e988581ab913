import type { HandOver } from '../hand-over/index.ts';
import { NOTEBOOK_FILE, renderNotebook } from '../hand-over/model-build.ts';

/** Name of the script that a builder of data wrote, in the folder of its attempt. */
export const SCRIPT_FILE = 'data.py';

/** The code of a hand-over as files of its attempt’s folder; these are what a person approves. */
export function writeCode(handOver: HandOver): { readonly path: string; readonly content: string }[] {
  if (handOver.stage === 'builder_data') return [{ path: SCRIPT_FILE, content: handOver.content.script }];
  return handOver.stage === 'builder_model' ? [{ path: NOTEBOOK_FILE, content: renderNotebook(handOver.content.cells) }] : [];
}

/** The hand-over itself for the record, its code left out, which lies beside it. */
export function writeHandOver({ stage, content }: HandOver): { readonly path: string; readonly content: string } {
  const { script: _script, cells: _cells, ...words } = content as typeof content & { script?: unknown; cells?: unknown };
  return { path: `${stage}.json`, content: `${JSON.stringify(words, null, 2)}\n` };
}
