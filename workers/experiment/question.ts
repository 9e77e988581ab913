import { listChoices, type LoopChoices } from '../../src/core/experiment/choices.ts';
import type { Project } from '../../src/core/experiment/project.ts';
import type { ExperimentAction, FileDigest, RunTerms } from '../../src/core/experiment/schema.ts';
import { MOST_ROUNDS } from '../../src/core/experiment/stages.ts';
import { digestOf } from '../../src/runs/digest.ts';

/** The question about a whole project: everything that may be pushed and run, and the digests of all its files. */
export function askAboutProject(
  project: Project,
  parts: {
    readonly site: string;
    readonly terms: RunTerms;
    readonly files: readonly FileDigest[];
    readonly dataScript: ExperimentAction['dataScript'];
    readonly choices: LoopChoices;
  },
): { title: string; action: ExperimentAction; digest: string } {
  const reruns = project.noise.reruns;
  const chosen = listChoices(parts.choices);
  const pushes = [
    ...(chosen.length === 0 ? [] : [`Said at the start, instead of what project.yaml says: ${chosen.join(', ')}.`]),
    ...project.features.map(
      ({ name, most }) =>
        `Feature ${name}: up to ${most} judged attempts${reruns > 0 ? `, and ${reruns} unchanged re-runs of the first for the noise` : ''}.`,
    ),
    ...(project.meta === undefined ? [] : [`Meta-model: up to ${project.meta.most} attempts, once features have passed.`]),
    `What fails for Kaggle’s sake is pushed again, at most ${MOST_ROUNDS} times an attempt.`,
  ];
  const judged = project.features.reduce((sum, { most }) => sum + most + reruns, 0) + (project.meta?.most ?? 0);
  return seal(`Run the experiment ${project.name}`, {
    kind: 'run-experiment',
    site: parts.site,
    project: project.name,
    terms: parts.terms,
    dataScript: parts.dataScript,
    pushes,
    mostPushes: judged * (1 + MOST_ROUNDS),
    files: [...parts.files],
  });
}

/** The question about files that nobody has seen yet. */
export function askAboutAttempt(
  project: Project,
  parts: {
    readonly site: string;
    readonly terms: RunTerms;
    readonly files: readonly FileDigest[];
    readonly part: string;
    readonly attempt: number;
  },
): { title: string; action: ExperimentAction; digest: string } {
  return seal(`Push attempt ${parts.attempt} of ${parts.part}`, {
    kind: 'run-experiment',
    site: parts.site,
    project: project.name,
    terms: parts.terms,
    dataScript: null,
    pushes: [
      `Attempt ${parts.attempt} of ${parts.part}, and again at most ${MOST_ROUNDS} times where it fails for Kaggle’s sake${project.noise.reruns > 0 ? `; ${project.noise.reruns} unchanged re-runs where it is the first that is judged` : ''}.`,
    ],
    mostPushes: 1 + MOST_ROUNDS + project.noise.reruns,
    files: [...parts.files],
  });
}

/** The question about a script that an agent wrote to make the data. */
export function askAboutScript(
  project: Project,
  parts: {
    readonly site: string;
    readonly terms: RunTerms;
    readonly files: readonly FileDigest[];
    readonly dataScript: NonNullable<ExperimentAction['dataScript']>;
  },
): { title: string; action: ExperimentAction; digest: string } {
  return seal('Run the script that makes the data', {
    kind: 'run-experiment',
    site: parts.site,
    project: project.name,
    terms: parts.terms,
    dataScript: parts.dataScript,
    pushes: ['It runs on this machine, in a folder of its own, and again where the same data are needed anew.'],
    mostPushes: 0,
    files: [...parts.files],
  });
}

function seal(title: string, action: ExperimentAction): { title: string; action: ExperimentAction; digest: string } {
  return { title, action, digest: digestOf(action) };
}
