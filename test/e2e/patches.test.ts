/** A repository that only runs on its author's machine: its hard-coded path and device are changed in the run's copy, once approved. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { drawMessage } from '../../src/embedded/draw-message.ts';
import { chen, until } from '../support/stack.ts';
import { makeRepo } from './repos.ts';
import { useStack } from './use-stack.ts';

vi.setConfig({ testTimeout: 180_000 });

const run = promisify(execFile);

const used = useStack();

// A line through four points, fitted on the GPU of somebody's workstation.
const TRAIN = `import argparse
import torch

TABLE = "/home/karl/rails/data/points.csv"

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=2000)
args = parser.parse_args()

device = torch.device("cuda:2")
rows = [[float(word) for word in line.split(",")] for line in open(TABLE)]
points = torch.tensor(rows).to(device)
model = torch.nn.Linear(1, 1).cuda()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(1, args.steps + 1):
    loss = ((model(points[:, :1]) - points[:, 1:]) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10 == 0:
        print(f"step {step}/{args.steps} loss {loss.item():.6f}", flush=True)
`;

test('what is tied to one machine stands in the question as a diff, is made in the copy, and the sample is READY', async () => {
  const repo = await makeRepo(used.stack.folder, 'rails', {
    'train.py': TRAIN,
    'data/points.csv': '0,1\n1,3\n2,5\n3,7\n',
    'README.md': '# rails\n\nFits a line.\n\n    python train.py\n',
  });
  await expect(run('/usr/bin/python3', ['train.py', '--steps', '10'], { cwd: repo })).rejects.toThrow();
  const runId = await used.person.reproduce(repo);
  await used.person.slot(runId, 'approval:1');
  await used.person.approve(runId, 1, chen);
  const question = drawMessage(await used.person.slot(runId, 'approval:2')).join('\n');
  expect(question).toContain('-TABLE = "/home/karl/rails/data/points.csv"');
  expect(question).toContain('+TABLE = os.environ.get("TABLE", "/home/karl/rails/data/points.csv")');
  expect(question).toContain('+device = torch.device("cuda" if torch.cuda.is_available() else "cpu")');
  await used.person.approve(runId, 2, chen);
  const state = await used.person.awaitVerdict(runId, 120);
  expect(state.verdict).toMatchObject({ as: 'READY' });
  const approval = state.approvals.at(-1);
  expect(approval?.action).toMatchObject({
    kind: 'submit-job',
    files: expect.arrayContaining([expect.objectContaining({ path: 'plan/sample.patch' })]),
  });
  const record = join(used.stack.dataDir, 'runs', runId, 'record', 'PATCHES.md');
  const patches = await until('PATCHES.md of the job', async () => {
    const text = await readFile(record, 'utf8').catch(() => '');
    return text.includes('Made by job') && text;
  });
  expect(patches).toContain(`Approved by ${chen} (button)`);
  expect(patches).toContain(`question 2, SHA-256 \`${approval?.digest ?? ''}\``);
  expect(patches).toContain('+model = torch.nn.Linear(1, 1).to("cuda" if torch.cuda.is_available() else "cpu")');
  // The checkout that later attempts start from is as it was.
  expect(await readFile(join(used.stack.workFolder(runId), 'repo', 'train.py'), 'utf8')).toBe(TRAIN);
  expect(await readFile(join(repo, 'train.py'), 'utf8')).toBe(TRAIN);
});
