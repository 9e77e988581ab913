import { cutOutput } from '../../core/agent-session/cut-output.ts';
import { ModelBuild } from '../../core/experiment/hand-over/model-build.ts';
import { renderVerdict } from '../../core/notebook/run-checks.ts';
import { defineTool, NO_STAGE } from '../tool.ts';

export default defineTool({
  name: 'check-notebook',
  description:
    'Checks a draft of the notebook without running it: syntax, names, arguments of the image’s libraries, paths, search spaces, outputs. hand-over checks the same again and takes nothing with an error in it.',
  input: ModelBuild.pick({ cells: true }),
  run: async ({ stage }, { cells }) => {
    if (stage === null) return NO_STAGE;
    const verdict = await stage.checkNotebook(cells);
    return { text: cutOutput(renderVerdict(verdict), 'mend these first'), failed: !verdict.passed };
  },
});
