import { describe, expect, it } from 'vitest';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import { renderEnvPlan } from '../../../src/core/environment/render.ts';
import { EnvPlan } from '../../../src/core/environment/schema.ts';
import { chooseEntry } from '../../../src/core/sample-run/choose-entry.ts';
import { planSample } from '../../../src/core/sample-run/plan.ts';
import { SamplePlan } from '../../../src/core/sample-run/schema.ts';
import fc from '../../support/properties.ts';
import { makeFacts, makeSite } from '../environment/helpers.ts';
import { mapFiles, notebook, repoFiles } from '../repo-map/helpers.ts';

const NASTY = [
  '; rm -rf /',
  '$(id)',
  '`id`',
  "'",
  '"',
  '\n',
  '--',
  '-c',
  '{run}',
  '{python}',
  '|',
  '>',
  '<',
  '&',
  '\\',
  '\0',
  '😀',
  '--index-url=x',
  '../..',
  '=',
  ' ',
];
const LINES = [
  'import torch',
  'import wandb',
  'loss.backward()',
  "p.add_argument('--steps', default=",
  "p.add_argument('-",
  'EPOCHS = 50',
  'for i in range(99):',
  "if __name__ == '__main__':",
  "open('",
  'python train.py --x ',
  'python train.py',
];
const piece = fc.oneof(fc.constantFrom(...NASTY), fc.constantFrom(...LINES), fc.string({ maxLength: 8 }));
const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));

describe('planning for repositories that mean harm', () => {
  it('never throws, and lets text from outside into words only, never into shell text', () => {
    fc.assert(
      fc.property(text, text, text, fc.dictionary(fc.string({ maxLength: 6 }), text, { maxKeys: 2 }), (code, readme, cell, adjusted) => {
        const files = {
          'train.py': `import torch\n${code}\nopen('conf.yaml')\nif __name__ == '__main__':\n    loss.backward()\n`,
          'README.md': `\`\`\`\npython train.py ${readme.replaceAll('\n', ' ')}\n\`\`\`\n`,
          'requirements.txt': code,
          'train.json': cell,
          'conf.yaml': `max_steps: 5000\n${readme}`,
          'demo.ipynb': notebook(cell),
        };
        const map = mapFiles(files);
        const entry = chooseEntry(map);
        if (entry === undefined) return;
        const site = makeSite();
        const facts = makeFacts({ indexReachable: true });
        const env = EnvPlan.parse(planEnvironment({ map, entry, site, facts, extra: [{ name: code, specifier: readme }] }));
        const plan = SamplePlan.parse(planSample({ map, site, facts, env, files: repoFiles(files), adjust: { arguments: adjusted } }));
        expect(renderEnvPlan(env)).toContain('## Commands');
        expect(plan.argv[0] === '{python}' || plan.argv[0] === 'sh').toBe(true);
        for (const command of [...env.commands, env.verify]) for (const word of command.argv) expect(word).toMatch(/^[\w{}/.=:<>!~*+,-]+$/);
        const requirements = env.files.find((file) => file.path === 'plan/requirements.txt')?.content ?? '';
        for (const line of requirements.split('\n')) expect(line).toMatch(/^([a-z0-9][a-z0-9-]*[<>=!~\w.*+,]*)?$/);
      }),
      { numRuns: 150 },
    );
  });
});
