/** Follows every number of a digest back to what it comes from, and works it out anew. */
import { expect } from 'vitest';
import type { Entry } from '../../../src/core/diary/entry.ts';
import { sumOf } from '../../../src/core/digest/pieces.ts';
import type { Digest, Piece } from '../../../src/core/digest/schema.ts';
import { formatNumber } from '../../../src/core/run/format.ts';
import type { RunState } from '../../../src/core/run/state.ts';

export interface Known {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly states: ReadonlyMap<string, RunState>;
}

export function listPieces(digest: Digest): Piece[] {
  const lines = [
    digest.headline,
    ...digest.opening,
    ...digest.asks.map(({ line }) => line),
    ...digest.waits,
    ...digest.sections.flatMap(({ lines }) => lines),
  ];
  return lines.flat();
}

/** Fails for a number without an origin, for an origin that is not known, and for a number that its origin does not give. */
export function traceDigest(digest: Digest, known: Known): void {
  for (const piece of listPieces(digest)) {
    for (const id of [...piece.from, ...(piece.seenIn ?? [])])
      expect(known.entries.has(id) || known.states.has(id), `${id} of “${piece.text}”`).toBe(true);
    if (piece.user === undefined) tracePiece(piece, known);
  }
  for (const [at, value] of digest.chart !== null && 'series' in digest.chart ? (digest.chart.series[0]?.points ?? []) : []) {
    const name = digest.chart !== null && 'series' in digest.chart ? digest.chart.series[0]?.name : '';
    const found = [...known.entries.values()].some(
      (entry) => entry.at === at && entry.figures.some((figure) => figure.name === name && figure.value === value),
    );
    expect(found, `the point ${at}, ${value}`).toBe(true);
  }
}

function tracePiece(piece: Piece, { entries, states }: Known): void {
  const from = piece.from.flatMap((id) => entries.get(id) ?? []);
  switch (piece.how) {
    case 'words':
      expect(piece.text).not.toMatch(/\d/);
      return;
    case 'count':
      return expect(Number(/\d+/.exec(piece.text)?.[0]), piece.text).toBe(piece.from.length);
    case 'sum':
      expect(piece.value).toBeCloseTo(sumOf(from, piece.names ?? []), 9);
      return expect(readNumber(piece.text) / (piece.value ?? 0), piece.text).toBeCloseTo(1, 2);
    case 'quote': {
      if (piece.time !== undefined)
        return expect(
          from.map(({ at }) => at),
          piece.text,
        ).toContain(piece.time);
      const texts = from.flatMap((entry) => [
        entry.text,
        entry.about,
        entry.topic,
        ...entry.figures.map((one) => `${one.name} ${formatNumber(one.value)}`),
      ]);
      const words = piece.text.replace(/…$/, '');
      return expect(
        texts.some((text) => text.startsWith(words)),
        piece.text,
      ).toBe(true);
    }
    case 'state': {
      const told = piece.from.map((id) => JSON.stringify(states.get(id))).join(' ');
      const numbers = piece.time === undefined ? (piece.text.match(/\d+(?:\.\d+)?/g) ?? []) : [];
      for (const number of numbers) expect(told, piece.text).toContain(number);
      if (piece.time !== undefined) expect(listTimes(piece.from.flatMap((id) => states.get(id) ?? [])), piece.text).toContain(piece.time);
      return;
    }
    case 'said':
      return expect(from.length, piece.text).toBeGreaterThan(0);
    case 'share': {
      const budget = from.find(({ source }) => source.event === 'budget.set');
      const used = sumOf(from, ['money', 'GPU hours', 'Kaggle hours']);
      return expect(piece.value, piece.text).toBe(Math.round((100 * used) / sumOf(budget === undefined ? [] : [budget], ['budget'])));
    }
  }
}

/** `$1.25`, `41.9 k`, `1.2 M`. */
function readNumber(text: string): number {
  const [, digits = '', unit = ''] = /([\d.]+)(?: (k|M)\b)?/.exec(text) ?? [];
  return Number(digits) * (unit === 'k' ? 1_000 : unit === 'M' ? 1_000_000 : 1);
}

/** Every time that states say, and those that follow from an estimate or a limit. */
function listTimes(states: readonly RunState[]): number[] {
  return states.flatMap((state) => [
    ...state.approvals.map(({ requestedAt }) => requestedAt),
    ...state.agents.flatMap(({ turns }) => turns.map(({ at }) => at)),
    state.updatedAt,
    ...state.failures.flatMap(({ retry }) => (retry === undefined ? [] : [retry.until])),
    ...[...state.jobs, ...(state.watch?.items ?? [])].flatMap((job) => {
      const { observation, progress, progressAt, observedAt } = job;
      const readAt = progressAt ?? observedAt ?? 0;
      const limit = 'spec' in job ? job.spec.resources.timeLimitSeconds * 1000 : 0;
      const active = observation?.kind === 'active' ? observation : undefined;
      return [
        readAt + (progress?.eta?.likely ?? 0) * 1000,
        active?.startEstimate ?? 0,
        active?.limitAt ?? 0,
        (active?.startedAt ?? 0) + limit,
      ];
    }),
  ]);
}
