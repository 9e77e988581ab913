import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Entry, RepoMap } from '../../../src/core/repo-map/schema.ts';
import { normaliseCommand, startsWithWords } from '../../support/normalise-command.ts';

const Label = z.object({
  repository: z.string(),
  /** 1: known while the rules were written; the others: measured first, read by nobody who wrote rules before that. */
  list: z.number().int(),
  commit: z.string(),
  year: z.number(),
  style: z.string(),
  /** Commands that a person would accept as the main one, best first; a file in parentheses stands for any file. */
  entries: z.array(z.object({ file: z.string(), command: z.string() })),
  hardware: z.array(z.enum(['cpu', 'single-gpu', 'multi-gpu'])),
  dependencies: z.array(z.string()),
  /** Names about which two careful people may differ: they count neither way. */
  maybe: z.array(z.string()),
  /** Why more names than the listed ones are no mistake. */
  openEnded: z.string().optional(),
  documents: z.array(z.string()),
});
export type Label = z.infer<typeof Label>;

export interface Score {
  readonly label: Label;
  readonly said: { readonly command: string | null; readonly hardware: string };
  readonly entry: boolean;
  readonly command: boolean;
  readonly hardware: boolean;
  readonly recall: number;
  readonly precision: number;
  readonly documents: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly unread: readonly string[];
  readonly counts: { readonly expected: number; readonly found: number; readonly judged: number; readonly documents: number };
}

/** What a person found by reading the repositories; each round of fresh ones has its own file. */
export async function readLabels(): Promise<Label[]> {
  const folder = new URL('.', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.startsWith('labels') && name.endsWith('.json')).toSorted();
  const lists = await Promise.all(
    names.map(async (name) => z.array(Label).parse(JSON.parse(await readFile(new URL(name, folder), 'utf8')))),
  );
  return lists.flat();
}

/** One distribution under several names: which one is right depends on the machine, not on the reader. */
const SAME = new Map([
  ['opencv-python-headless', 'opencv-python'],
  ['opencv-contrib-python', 'opencv-python'],
  ['tensorflow-gpu', 'tensorflow'],
  ['tensorflow-cpu', 'tensorflow'],
  ['sklearn', 'scikit-learn'],
  ['mmcv-full', 'mmcv'],
]);
const canonical = (name: string): string => SAME.get(name) ?? name;

/** Compares a map with the label of its repository. */
export function scoreMap(label: Label, map: RepoMap): Score {
  const best = map.entries[0];
  const said = best === undefined ? null : normaliseCommand(best);
  const expected = new Set(label.dependencies.map(canonical));
  const maybe = new Set(label.maybe.map(canonical));
  const found = new Set(map.dependencies.map((item) => canonical(item.name)));
  const missing = [...expected].filter((name) => !found.has(name));
  const extra = label.openEnded === undefined ? [...found].filter((name) => !expected.has(name) && !maybe.has(name)) : [];
  const hits = expected.size - missing.length;
  const read = new Set(map.documents.map((item) => item.file));
  const unread = label.documents.filter((file) => !read.has(file));
  return {
    label,
    said: { command: said, hardware: map.hardware.class },
    entry: isRightEntry(label, best),
    command: isRightCommand(label, best),
    hardware: label.hardware.includes(map.hardware.class),
    recall: expected.size === 0 ? 1 : hits / expected.size,
    precision: hits + extra.length === 0 ? 1 : hits / (hits + extra.length),
    documents: 1 - unread.length / label.documents.length,
    missing,
    extra,
    unread,
    counts: { expected: expected.size, found: hits, judged: hits + extra.length, documents: label.documents.length },
  };
}

const isAny = (file: string): boolean => file.startsWith('(');
const hasNoMainCommand = (label: Label): boolean => label.entries.every((entry) => entry.file === '(none)');

function isRightEntry(label: Label, best: Entry | undefined): boolean {
  if (hasNoMainCommand(label)) return best === undefined || best.kind !== 'train';
  return (
    best !== undefined &&
    label.entries.some(
      (entry) => (isAny(entry.file) && isRightCommand(label, best)) || best.file === entry.file || best.command.includes(entry.file),
    )
  );
}

/** True for a command that a person accepts as the main one. */
export function isRightCommand(label: Label, best: Entry | undefined): boolean {
  if (hasNoMainCommand(label)) return isRightEntry(label, best);
  return best !== undefined && label.entries.some((entry) => startsWithWords(normaliseCommand(best), entry.command));
}

/** Shares over all repositories; dependencies and documents over all names together. */
export function sumScores(scores: readonly Score[]) {
  const share = (test: (score: Score) => boolean): number => scores.filter(test).length / scores.length;
  const sum = (count: (score: Score) => number): number => scores.reduce((total, score) => total + count(score), 0);
  return {
    entry: share((score) => score.entry),
    command: share((score) => score.command),
    hardware: share((score) => score.hardware),
    recall: sum((score) => score.counts.found) / sum((score) => score.counts.expected),
    precision: sum((score) => score.counts.found) / sum((score) => score.counts.judged),
    documents: 1 - sum((score) => score.unread.length) / sum((score) => score.counts.documents),
  };
}
