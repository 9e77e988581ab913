/** The agents of an experiment loop: real app, worker, Redis and git, notebooks that really run at the Kaggle stand-in; the model is a scripted team. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawMessage } from '../../src/embedded/draw-message.ts';
import { startKaggleStandIn, type KaggleStandIn } from '../../src/stand-ins/kaggle/server.ts';
import { createLoopTeam } from '../../src/stand-ins/model/players/loop-team.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import { findSciencePython } from '../lab/science-python.ts';
import { Stack } from '../support/stack.ts';
import { Person } from './person.ts';

let kaggle: KaggleStandIn;
let model: ModelStandIn;
let stack: Stack;
let person: Person;
let folder: string;

/** The notebook that a good builder writes; the first attempt takes the signal as it is, later ones smooth it. */
function writeNotebook(attempt: number): string[] {
  return [
    `import json
from pathlib import Path

import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit

INPUT = Path("/kaggle/input")
OUTPUT = Path("/kaggle/working")
HALFLIFE = ${attempt === 1 ? 0 : 8}


def read(name):
    return pd.read_csv(next(INPUT.rglob(name)), index_col="date")`,
    `base = read("base.csv")
target = read("target.csv")["return_next"]
signal = read("raw.csv")["signal"]
sub = signal.ewm(halflife=HALFLIFE).mean() if HALFLIFE > 0 else signal
sub = sub.rename("momentum").to_frame()
sub.to_csv(OUTPUT / "sub.csv")`,
    `rows = []
errors = {"train": [], "test": []}
wide = base.join(sub)
for fold, (train, test) in enumerate(TimeSeriesSplit(n_splits=4).split(wide)):
    plain = Ridge().fit(base.iloc[train], target.iloc[train])
    full = Ridge().fit(wide.iloc[train], target.iloc[train])
    errors["train"].append((full.predict(wide.iloc[train]) - target.iloc[train]).abs().mean())
    errors["test"].append((full.predict(wide.iloc[test]) - target.iloc[test]).abs().mean())
    rows.append(
        pd.DataFrame(
            {
                "fold": fold,
                "date": wide.index[test],
                "actual": target.iloc[test].to_numpy(),
                "baseline": plain.predict(base.iloc[test]),
                "extended": full.predict(wide.iloc[test]),
            }
        )
    )
pd.concat(rows).to_csv(OUTPUT / "predictions.csv", index=False)
metrics = {"errors": {name: sum(values) / len(values) for name, values in errors.items()}}
(OUTPUT / "metrics.json").write_text(json.dumps(metrics))`,
  ];
}

const DRAFTS = [
  ['import pandas as pd\ntable = pd.read_csv(\n'],
  ['import pandas as pd\nimport json\nimport xgboost\nmodel = xgboost.XGBRegressor().fit([[1]], [1], early_stopping_rounds=3)\n'],
];

beforeAll(async () => {
  const python = await findSciencePython();
  folder = await mkdtemp(join(tmpdir(), 'loop-agents-'));
  await cp('test/fixtures/projects/invented', join(folder, 'project'), { recursive: true });
  kaggle = await startKaggleStandIn({ python, folder: join(folder, 'kaggle') });
  model = await startModelStandIn({
    player: createLoopTeam({
      writeNotebook: (_part, attempt) => writeNotebook(attempt),
      claimsFalsely: true,
      drafts: DRAFTS,
      boast: 'All three gates passed, and Sharpe rose from 0.1 to 2.75.',
    }),
  });
  stack = await Stack.start({
    settings: { kaggle: { pollSeconds: 0.5 } },
    env: {
      KAGGLE_API_URL: `${kaggle.url}/v1`,
      KAGGLE_API_TOKEN: kaggle.account.token,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: model.url,
    },
  });
  person = new Person(stack);
}, 700_000);

afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await model?.close();
  await kaggle?.close();
  await rm(folder, { recursive: true, force: true });
});

test('from nothing but data to a feature that passes: refuted research, two bad drafts, and a boast that changes nothing', async () => {
  const answer = await person.type(`loop start ${join(folder, 'project', 'project.yaml')}`);
  const runId = /Experiment `(r[a-z0-9]+)` begins/.exec(answer)?.[1];
  if (runId === undefined) throw new Error(`no experiment began: ${answer}`);
  for (let question = 1; question <= 3; question += 1) {
    await person.awaitState(
      runId,
      `question ${question}`,
      (now) => now.verdict !== null || now.approvals.some(({ id, settled }) => id === question && settled === null),
      120,
    );
    await person.approve(runId, question);
  }
  const state = await person.awaitVerdict(runId, 120);
  expect(state.verdict).toMatchObject({ as: 'PASSED' });
  console.log(JSON.stringify(state.agents.map((a) => [a.place, a.tier, a.end?.as, a.calls.length])));
  console.log(drawMessage(await person.slot(runId, 'attempt:momentum:1')).join('\n'));
}, 150_000);
