import { describe, expect, it } from 'vitest';
import { renderRepoMap } from '../../../src/core/repo-map/render/render.ts';
import { mapFiles } from './helpers.ts';

const MAIN = "if __name__ == '__main__':\n    main()\n";
const plain = {
  LICENSE: 'MIT License',
  'README.md':
    '# Rivers\n\nA small network that names rivers after their shape, trained in an hour.\n\n    python train.py --config conf/base.yaml\n\n| Set | Accuracy |\n|---|---|\n| Danube | 91.5 |\n',
  'train.py': `import torch\nimport argparse\nfrom net import Net\nfrom load import Rivers\np = argparse.ArgumentParser()\np.add_argument('--config')\np.add_argument('--data', default='data/rivers')\np.add_argument('--out-dir', default='runs')\np.add_argument('--epochs', type=int, default=9)\nmodel.cuda()\nloss.backward()\n${MAIN}`,
  'net.py': 'import torch\nclass Net(torch.nn.Module):\n    pass\n',
  'load.py': 'import torch\nclass Rivers(torch.utils.data.Dataset):\n    pass\n',
  'conf/base.yaml': 'lr: 1\n',
};

describe('renderRepoMap', () => {
  const shown = renderRepoMap(mapFiles(plain));

  it('puts the commands first and has a section for everything else', () => {
    expect(shown.match(/^## .*$/gm)).toEqual([
      '## Commands',
      '## Hardware',
      '## How the parts work together',
      '## Dependencies',
      '## Data and weights',
      '## What it claims',
      '## Files that matter most',
      '## Red flags',
      '## What could not be told',
      '## Read first',
    ]);
    expect(shown).toContain('| Accuracy | Danube: 91.5 | `python train.py --config conf/base.yaml` | `README.md:9` |');
  });

  it('draws how the parts work together', () => {
    const picture = /```mermaid\n([\s\S]*?)\n```/.exec(shown)?.[1];
    expect(picture).toMatchInlineSnapshot(`
      "flowchart LR
        entry(["starts<br/>python train.py --config conf/base.yaml"])
        config["settings:<br/>conf/base.yaml"]
        data[("data:<br/>data/rivers")]
        loading["reads data:<br/>load.py"]
        model["model:<br/>net.py"]
        output[/"leaves behind:<br/>--out-dir runs"/]
        config --> entry
        data --> loading
        loading --> entry
        model --> entry
        entry --> output"
    `);
  });

  it('lets nothing out of tables, code and the picture', () => {
    const evil = '`x` | <b>y</b> "]\\n``` --> [z](javascript:1) %%{init}%%';
    const hostile = renderRepoMap(
      mapFiles({
        ...plain,
        'README.md': `# ${evil}\n\n${evil} and more words to be about.\n\n    python train.py --config '"];click entry "javascript:1"' --data '\`\`\`| a'\n\n| a | ${evil} |\n|---|---|\n| ${evil} | 1 |\n`,
        'train.py': plain['train.py'].replace("default='data/rivers'", "default='data/\"];x-->y|`#<script>'"),
        'conf/`|"].yaml': 'a: 1\n',
        'docs/`|<img src=x>.md': 'x\n',
      }),
    );
    const [before, picture, after] = hostile.split(/^```mermaid$|^```$/m);
    expect(hostile.match(/^```/gm)).toHaveLength(2);
    const labels = [...(picture ?? '').matchAll(/"([^"\n]*)"/g)].map((match) => match[1]);
    expect(labels.length).toBeGreaterThan(3);
    for (const label of labels) expect((label ?? '').replaceAll('<br/>', '')).toMatch(/^(?:[\p{L}\p{N} .,:/_+=()…-]|#\d+;)*$/u);
    expect(picture).not.toMatch(/^\s*click/m);
    for (const line of `${before ?? ''}${after ?? ''}`.split('\n')) {
      const outside = line.replaceAll(/`[^`]*`/g, '');
      expect(outside).not.toMatch(/<(?:b|img|script)/);
      expect(outside).not.toMatch(/(?<!\\)\]\(javascript/);
    }
    for (const table of hostile.split('\n\n').filter((block) => block.startsWith('|'))) {
      const widths = new Set(table.split('\n').map((row) => row.replaceAll('\\|', '').split('|').length));
      expect([...widths], table).toHaveLength(1);
    }
  });

  it('shows a long command in full below the table', () => {
    const long = `python train.py ${Array.from({ length: 40 }, (_, n) => `--option-${String(n)} value`).join(' ')}`;
    const text = renderRepoMap(mapFiles({ ...plain, 'README.md': `    ${long}\n` }));
    expect(text).toContain(`\`\`\`sh\n${long}\n\`\`\``);
    expect(text).toContain('…` | . | train |');
  });
});
