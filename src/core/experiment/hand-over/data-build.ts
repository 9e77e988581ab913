import { z } from 'zod';
import { checkCode } from '../../data-check/check-code.ts';
import { DataSpec } from '../../data-check/spec.ts';
import type { Verdict } from '../../notebook/run-checks.ts';
import type { Design } from './design.ts';
import { FileName, listTwice, Name, Summary, Words, type Bounds, type Fault } from './parts.ts';

/** What builder-data hands over: a script that nobody has run yet, and what it will write. A person approves the script before it runs. */
export const DataBuild = z.strictObject({
  summary: Summary,
  script: z.string().min(20).max(60_000).describe('Python; writes its files into the folder in which it runs, and nothing elsewhere'),
  files: z
    .array(
      z.strictObject({
        path: FileName,
        dateColumn: Name,
        columns: z
          .array(z.strictObject({ name: Name, unit: Name, meaning: Words }))
          .min(1)
          .max(60),
        from: z.iso.date(),
        rows: z.number().int().min(1).describe('at least'),
        origin: Words.describe('who publishes it, when in the day, how late, and whether it is revised'),
      }),
    )
    .min(1)
    .max(20),
  hosts: z
    .array(z.string().regex(/^[a-z0-9.-]{3,200}$/))
    .max(10)
    .describe('addresses that it fetches from'),
  secrets: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{2,60}$/))
    .max(5)
    .describe('names of environment variables that hold keys; never a key'),
});
export type DataBuild = z.infer<typeof DataBuild>;

/** What is wrong with the script and with what it says to write. `verdict`: what the checks say of the script as it stands; `design`: what needs
 *  the data, where there is one. */
export function checkDataBuild(build: DataBuild, verdict: Verdict, design: Design | null, bounds: Bounds): Fault[] {
  const paths = build.files.map(({ path }) => path);
  const leaks = checkCode({ spec: SPEC, files: [], code: [{ name: 'script', text: build.script }] });
  return [
    ...verdict.errors.map(({ line, message, fix }) => ({ at: `script line ${line ?? '?'}`, message: `${message} ${fix}` })),
    ...leaks.map(({ message, fix, where }) => ({ at: `script ${where.join(', ')}`, message: `${message}. ${fix}` })),
    ...listTwice(paths).map((path) => ({ at: 'files', message: `${path} stands there twice` })),
    ...paths.filter((path) => !mentions(build.script, path)).map((path) => ({ at: 'files', message: `the script never names ${path}` })),
    ...bounds.data.filter((path) => !paths.includes(path)).map((path) => ({ at: 'files', message: `the project needs ${path}` })),
    ...build.files.flatMap(checkColumns),
    ...(design?.data ?? []).flatMap(({ file, columns }) => checkWanted(build, file, columns)),
  ];
}

/** Only its type is asked for: the rules about code read nothing of it. */
const SPEC = DataSpec.parse({ files: [{ path: 'script' }] });

function mentions(script: string, path: string): boolean {
  return script.includes(path.slice(path.lastIndexOf('/') + 1));
}

function checkColumns({ path, dateColumn, columns }: DataBuild['files'][number]): Fault[] {
  const names = columns.map(({ name }) => name);
  const twice = listTwice(names).map((name) => ({ at: path, message: `the column ${name} stands there twice` }));
  return names.includes(dateColumn) ? [...twice, { at: path, message: `${dateColumn} is the column of dates and no value` }] : twice;
}

function checkWanted(build: DataBuild, file: string, columns: readonly string[]): Fault[] {
  const there = build.files.find(({ path }) => path === file);
  if (there === undefined) return [{ at: 'files', message: `the design needs ${file}` }];
  const names = there.columns.map(({ name }) => name);
  return columns
    .filter((column) => !names.includes(column))
    .map((column) => ({ at: file, message: `the design needs the column ${column}` }));
}
