/** What a loop knows of its numbers without any word of an agent. Pure. */
import { GATES, judgeGate, type GateId } from '../../gates/checks.ts';
import type { ExperimentState, Part } from '../schema.ts';
import { listMeasured } from './input.ts';

/** Whether each gate of the part that was measured last passes by its numbers, in order: no word and no overruling makes one pass. */
export function listJudgedGates({ parts, project }: ExperimentState, part: string | undefined): { readonly passed: boolean }[] {
  const report = find(parts, part)?.attempts.findLast(({ measured }) => measured !== null)?.measured?.report;
  if (project === null || report === null || report === undefined) return [];
  return (Object.keys(GATES) as GateId[]).map((gate) => {
    return { passed: judgeGate(gate, (id) => report[gate].checks[id]?.value, project.gates) === 'passed' };
  });
}

/** Every number that was computed of the part, one a line with its name. */
export function renderMeasured({ parts }: ExperimentState, part: string | undefined): string {
  const found = find(parts, part);
  if (found === undefined) return '';
  return found.attempts
    .flatMap((attempt) => listMeasured({ attempts: [attempt] }).map(({ id, value }) => `${id} ${value ?? 'not measured'}`))
    .join('\n');
}

function find(parts: readonly Part[], name: string | undefined): Part | undefined {
  return parts.find((part) => part.name === name);
}
