/** Where an entry is told: the closer to the first page a reader opens, the likelier it is meant. */
import { depthOf } from '../../input.ts';
import type { Candidate } from './ground.ts';

export type Place =
  | 'main README'
  | 'main README, in a sentence'
  | 'README of a part'
  | 'README deep inside'
  | 'document'
  | 'document deep inside'
  | 'script'
  | 'its own head'
  | 'build file'
  | 'package'
  | 'name only'
  | 'nowhere';

export function placeOf({ command, isNamed, isListed }: Pick<Candidate, 'command' | 'isNamed' | 'isListed'>): Place {
  if (isListed) return 'main README';
  if (command === undefined) return isNamed ? 'name only' : 'nowhere';
  const depth = depthOf(command.evidence.file);
  switch (command.via) {
    case 'readme':
      if (depth > 0) return depth === 1 ? 'README of a part' : 'README deep inside';
      return command.isInline ? 'main README, in a sentence' : 'main README';
    case 'document':
      return depth <= 1 ? 'document' : 'document deep inside';
    case 'script':
      return 'script';
    case 'program':
      return 'its own head';
    case 'package':
      return 'package';
    case 'build':
    case 'notebook':
      return 'build file';
  }
}

/** True for what a person wrote for other people to read. */
export function isDocumented({ command }: Pick<Candidate, 'command'>): boolean {
  return command?.via === 'readme' || command?.via === 'document';
}
