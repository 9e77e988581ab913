import type { Usage } from '../agent-session/schema.ts';
import type { Told } from './told.ts';

/** What one question to a model cost, in the words and figures that the ledger counts. */
export function tellCost({ model, usage, dollars }: { model: string; usage: Usage; dollars: number }): Told {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  return {
    kind: 'cost',
    topic: model,
    text: `${model} asked: ${prompt} tokens in, ${usage.output} out, $${dollars.toFixed(4)}`,
    figures: [
      { name: 'tokens in', value: prompt, unit: 'tokens' },
      { name: 'tokens out', value: usage.output, unit: 'tokens' },
      { name: 'money', value: dollars, unit: '$' },
    ],
  };
}
