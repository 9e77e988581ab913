import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import MiniSearch from 'minisearch';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

const Front = z.object({
  question: z.string(),
  source: z.string(),
  date: z.string(),
  by: z.string(),
  confirmedBy: z.string().nullable().default(null),
});
export type Note = z.infer<typeof Front> & { readonly id: string; readonly answer: string };

/** What a lab has learned: one Markdown file a note, which people may edit, in the `knowledge` folder of the workspace. */
export interface Knowledge {
  /** Best first; notes that share no word with the question are not among them. */
  search(question: string, most?: number): Promise<Note[]>;
  /** Writes a note, and returns it with the notes on the same question that say something else. The same note again changes nothing. */
  add(note: Omit<Note, 'id' | 'confirmedBy'> & { readonly confirmedBy?: string | null }): Promise<{ note: Note; others: Note[] }>;
}

/** Opens the notes of a folder, which need not be there yet. They are read anew each time, since people edit them. */
export function openKnowledge(folder: string): Knowledge {
  return {
    search: async (question, most = 5) => {
      const notes = await readNotes(folder);
      const index = new MiniSearch<Note>({
        fields: ['question', 'answer', 'source'],
        searchOptions: { boost: { question: 2 }, prefix: true },
      });
      index.addAll(notes);
      const byId = new Map(notes.map((note) => [note.id, note]));
      return index
        .search(question)
        .slice(0, most)
        .flatMap((hit) => byId.get(hit.id as string) ?? []);
    },
    add: async (given) => {
      const known = await readNotes(folder);
      const note: Note = { ...given, confirmedBy: given.confirmedBy ?? null, id: nameNote(given.question, given.answer) };
      const others = known.filter((other) => other.id !== note.id && normalise(other.question) === normalise(note.question));
      if (!known.some((other) => other.id === note.id)) await writeNote(folder, note);
      return { note, others };
    },
  };
}

/** Contradictions are shown, not overwritten: the answer is part of the name. */
function nameNote(question: string, answer: string): string {
  const words = normalise(question).replaceAll(' ', '-').slice(0, 60).replace(/-+$/, '');
  const hash = createHash('sha256')
    .update(`${normalise(question)}\n${normalise(answer)}`)
    .digest('hex')
    .slice(0, 8);
  return `${words === '' ? 'note' : words}-${hash}`;
}

function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

async function readNotes(folder: string): Promise<Note[]> {
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith('.md')).sort();
  const notes = await Promise.all(
    names.map(async (name) => readNote(name.replace(/\.md$/, ''), await readFile(join(folder, name), 'utf8').catch(() => ''))),
  );
  return notes.filter((note) => note !== null);
}

/** A file that people broke is left out of answers, and left as it is. */
function readNote(id: string, text: string): Note | null {
  const parts = /^---\r?\n([^]*?)\r?\n---\r?\n([^]*)$/.exec(text);
  if (parts === null) return null;
  try {
    return { ...Front.parse(parse(parts[1] ?? '')), id, answer: (parts[2] ?? '').trim() };
  } catch {
    return null;
  }
}

async function writeNote(folder: string, { id, answer, ...front }: Note): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${id}.md`);
  await writeFile(`${path}.tmp`, `---\n${stringify(front)}---\n\n${answer}\n`);
  await rename(`${path}.tmp`, path);
}

/** Notes as they are shown to a person or a model, with what is known of their worth. */
export function describeNotes(notes: readonly Note[]): string {
  if (notes.length === 0) return 'Nothing is known about that yet.';
  return notes
    .map((note) => {
      const { question, answer, source, date, by, confirmedBy } = note;
      const worth = confirmedBy === null ? 'not confirmed by a person' : `confirmed by ${confirmedBy}`;
      return `${question}\n${answer}\n(source: ${source}; ${date}, by ${by}, ${worth})${describeOthers(note, notes)}`;
    })
    .join('\n\n');
}

/** Contradictions are shown: notes on the same question that answer it otherwise. */
function describeOthers(note: Note, notes: readonly Note[]): string {
  const dates = notes
    .filter((other) => other.id !== note.id && normalise(other.question) === normalise(note.question))
    .map((other) => other.date);
  return dates.length === 0 ? '' : `\n[Another note on this question says something else: ${dates.join(', ')}]`;
}
