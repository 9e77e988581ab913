/** pipenv's Pipfile. */
import { parse as parseToml } from 'smol-toml';
import type { RepoFile } from '../input.ts';
import { readPoetryTable } from './pyproject.ts';
import type { Declarations } from './requirement.ts';
import { asRecord, makeFinder, parseOrWarn } from './text.ts';

/** Packages of a Pipfile, those for development as a group of their own; a warning when it is no TOML. */
export function readPipfile(file: RepoFile): Declarations {
  const { value, warnings } = parseOrWarn(file, 'TOML', parseToml);
  const data = asRecord(value);
  const find = makeFinder(file);
  const packages = readPoetryTable(asRecord(data['packages']), '', find);
  return { requirements: [...packages, ...readPoetryTable(asRecord(data['dev-packages']), 'dev', find)], warnings };
}
