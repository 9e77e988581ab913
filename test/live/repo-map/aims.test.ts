import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findCheckout, mapCheckout } from './checkouts.ts';
import { readLabels, scoreMap, sumScores, type Score } from './scoring.ts';

const HOUR = 3_600_000;

/** REPROBOT_CHECKOUTS names a folder with checkouts named owner__name; what is missing there is cloned. */
it(
  'reads real repositories as a person does',
  async () => {
    const folder = process.env['REPROBOT_CHECKOUTS'] ?? join(tmpdir(), 'reprobot-repositories');
    await mkdir(folder, { recursive: true });
    const scores: Score[] = [];
    for (const label of await readLabels()) scores.push(scoreMap(label, await mapCheckout(await findCheckout(folder, label))));
    const total = sumScores(scores);
    expect(total.command).toBeGreaterThanOrEqual(0.9);
    expect(total.hardware).toBeGreaterThanOrEqual(0.9);
    expect(total.recall).toBeGreaterThanOrEqual(0.97);
    expect(total.precision).toBeGreaterThanOrEqual(0.95);
    expect(total.documents).toBeGreaterThanOrEqual(0.8);
  },
  HOUR,
);
