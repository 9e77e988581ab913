import { z } from 'zod';
import { describeProbe } from '../../core/experiment/probes/answer.ts';
import { Probe } from '../../core/experiment/probes/schema.ts';
import { defineTool, NO_STAGE } from '../tool.ts';

export default defineTool({
  name: 'probe',
  description:
    'Asks one fact of the data, of the image’s libraries or of Kaggle: it holds, fails, or cannot be told. Correlations are measured before the test begins, never on it.',
  // The Messages API takes no choice at the top of a schema.
  input: z.object({ probe: Probe }),
  run: async ({ stage }, { probe }) => {
    if (stage === null) return NO_STAGE;
    const { as, found } = await stage.probe(probe);
    return { text: `${describeProbe(probe)}: ${as}. ${found}` };
  },
});
