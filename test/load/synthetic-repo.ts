import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const TOPICS = ['encoder', 'decoder', 'attention', 'dataset', 'schedule', 'metric', 'augment', 'optimizer', 'sampler', 'loss'] as const;

/** Writes a made-up ML package with that many Python files, the same each time; a tenth of them are scripts with arguments. */
export async function writeSyntheticRepo(folder: string, pythonFiles: number): Promise<void> {
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('README.md', readme());
  await write('requirements.txt', 'torch>=2.0\nnumpy\npyyaml\ntqdm\n');
  await write('configs/base.yaml', 'model:\n  width: 256\n  depth: 12\ntrain:\n  epochs: 100\n  batch_size: 64\n');
  const scripts = Math.max(1, Math.floor(pythonFiles / 10));
  for (let index = 0; index < pythonFiles - scripts; index += 1) await write(modulePath(index), moduleText(index));
  for (let index = 0; index < scripts; index += 1) await write(index === 0 ? 'train.py' : `tools/run_${index}.py`, scriptText(index));
}

const topicOf = (index: number): string => TOPICS[index % TOPICS.length] ?? 'module';
const packageOf = (index: number): number => Math.floor(index / 25);
const modulePath = (index: number): string => `lab/part_${packageOf(index)}/${topicOf(index)}_${index}.py`;
const moduleName = (index: number): string => modulePath(index).replace(/\.py$/, '').replaceAll('/', '.');

function readme(): string {
  return [
    '# Synthetic lab',
    '',
    'Trains a model that nobody needs.',
    '',
    '```bash',
    'pip install -r requirements.txt',
    'python train.py --data data/all --epochs 100 --batch-size 64',
    '```',
    '',
  ].join('\n');
}

function moduleText(index: number): string {
  const before = [1, 2, 7].map((step) => index - step).filter((other) => other >= 0);
  const imports = before.map((other) => `from ${moduleName(other)} import Block${other}`);
  const blocks = [0, 1, 2, 3].map((copy) => classText(copy === 0 ? `Block${index}` : `Block${index}Variant${copy}`, index + copy));
  const helpers = [0, 1, 2].map((copy) => helperText(index, copy));
  return [`"""Part ${index}: a ${topicOf(index)} of the synthetic lab."""`, ...heads(), ...imports, '', ...blocks, ...helpers].join('\n');
}

const heads = (): string[] => [
  'import math',
  'import os',
  'import numpy as np',
  'import torch',
  'import torch.nn as nn',
  'import torch.nn.functional as F',
];

function classText(name: string, seed: number): string {
  return `
class ${name}(nn.Module):
    """Maps (batch, length, ${64 + (seed % 7) * 32}) to the same shape."""

    def __init__(self, width=${64 + (seed % 7) * 32}, heads=${(seed % 4) + 1}, dropout=0.${seed % 5}, scale=None):
        super().__init__()
        self.width = width
        self.heads = heads
        self.scale = scale if scale is not None else 1.0 / math.sqrt(width)
        self.project = nn.Linear(width, 3 * width, bias=${seed % 2 === 0 ? 'True' : 'False'})
        self.mix = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(4 * width, width))
        self.norm = nn.LayerNorm(width)

    def forward(self, x, mask=None):
        batch, length, width = x.shape
        query, key, value = self.project(self.norm(x)).chunk(3, dim=-1)
        shape = (batch, length, self.heads, width // self.heads)
        query, key, value = (part.view(shape).transpose(1, 2) for part in (query, key, value))
        weights = torch.matmul(query, key.transpose(-2, -1)) * self.scale
        if mask is not None:
            weights = weights.masked_fill(mask == 0, float("-inf"))
        weights = F.softmax(weights, dim=-1)
        mixed = torch.matmul(weights, value).transpose(1, 2).reshape(batch, length, width)
        return x + self.mix(mixed)
`;
}

function helperText(index: number, copy: number): string {
  return `
def read_${topicOf(index)}_${copy}(folder, limit=${100 * (copy + 1)}):
    rows = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".npy") or len(rows) >= limit:
            continue
        values = np.load(os.path.join(folder, name))
        rows.append({"name": name, "mean": float(values.mean()), "shape": list(values.shape)})
    return rows
`;
}

function scriptText(index: number): string {
  const target = moduleName(index);
  return `"""Trains part ${index}."""
import argparse

import torch
import yaml
from tqdm import tqdm

from ${target} import Block${index}


def parse_arguments():
    parser = argparse.ArgumentParser(description="Train part ${index}")
    parser.add_argument("--data", required=True, help="folder with the arrays")
    parser.add_argument("--config", default="configs/base.yaml")
    parser.add_argument("--epochs", type=int, default=100, help="number of passes")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=${index})
    return parser.parse_args()


def main():
    args = parse_arguments()
    torch.manual_seed(args.seed)
    with open(args.config) as handle:
        config = yaml.safe_load(handle)
    model = Block${index}(config["model"]["width"]).to("cuda")
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr)
    for epoch in range(args.epochs):
        for step in tqdm(range(1000)):
            loss = model(torch.randn(args.batch_size, 128, model.width, device="cuda")).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        torch.save(model.state_dict(), f"checkpoints/{epoch}.pt")


if __name__ == "__main__":
    main()
`;
}
