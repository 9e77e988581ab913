import { priceNextRun, type PastRun } from '../gates/next-run.ts';
/** Whether an attempt is followed by another one: passed, again, or left. Pure; every number that decides is in the reason. */
import { measureNoiseFloor, type NoiseFloor } from '../gates/noise-floor.ts';
import type { Project } from './project.ts';
import type { Attempt, Decision, ExperimentState, Part } from './schema.ts';
import { isPassed } from './verdicts.ts';

/** Attempts that cost one: those whose numbers were measured. */
export function listJudged(part: Part): Attempt[] {
  return part.attempts.filter(({ measured }) => measured !== null);
}

export function countMost(project: Project, part: Part): number {
  if (part.kind === 'meta') return project.meta?.most ?? 1;
  return project.features.find(({ name }) => name === part.name)?.most ?? 1;
}

/** How far the metric moves when nothing is changed; null while there are too few re-runs. */
export function findNoise(part: Part): NoiseFloor | null {
  const [first] = part.attempts.filter(({ reruns }) => reruns.length > 0);
  const own = first?.measured?.gain;
  if (first === undefined || own === null || own === undefined) return null;
  return measureNoiseFloor([own, ...first.reruns]);
}

/** Hours of Kaggle that an attempt took, re-runs left out. */
export function measureHours(attempt: Attempt): number {
  return attempt.submissions.filter(({ rerun }) => rerun === 0).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) / 3600;
}

/** What follows an attempt whose numbers are known. */
export function decideNext(exp: ExperimentState, part: Part, attempt: Attempt): Decision {
  const { project } = exp;
  if (project === null) return { next: 'leave', reason: 'there is no project', price: null };
  if (isPassed(exp, attempt))
    return { next: 'passed', reason: part.kind === 'meta' ? 'every target is met or waived' : 'all three gates passed', price: null };
  const judged = listJudged(part);
  const most = countMost(project, part);
  if (judged.length >= most) return { next: 'leave', reason: `${judged.length} of ${most} attempts are used`, price: null };
  if (exp.ideas.length > 0) return { next: 'again', reason: 'somebody has an idea to try', price: null };
  if (part.kind === 'meta') return { next: 'again', reason: `attempt ${judged.length + 1} of ${most}`, price: null };
  const course = readCourse(part);
  const { patience } = project.stop;
  const price = priceNext(project, part, course);
  if (course.idle >= patience)
    return {
      next: 'leave',
      reason: `${course.idle} attempts in a row gained nothing above the noise${describeFloor(course.floor)}`,
      price: price.why,
    };
  if (!price.go) return { next: 'leave', reason: 'the next run does not pay', price: price.why };
  return { next: 'again', reason: `attempt ${judged.length + 1} of ${most}`, price: price.why };
}

interface Course {
  readonly past: readonly PastRun[];
  readonly floor: number;
  /** Attempts at the end that gained nothing. */
  readonly idle: number;
}

/** The attempts as gains over the best before them; the baseline itself is the first best. */
export function readCourse(part: Part): Course {
  const floor = findNoise(part)?.floor ?? 0;
  let best = 0;
  let idle = 0;
  const past = listJudged(part).map((attempt) => {
    const gain = (attempt.measured?.gain ?? 0) - best;
    const won = gain > floor;
    idle = won ? 0 : idle + 1;
    if (gain > 0) best += gain;
    return { gain, cost: measureHours(attempt) };
  });
  return { past, floor, idle };
}

function priceNext(project: Project, part: Part, course: Course) {
  const { metric, worth_hours: worth, budget_hours: budget } = project.stop;
  const limit = Math.abs(project.gates[metric]);
  const spent = part.attempts.flatMap(({ submissions }) => submissions).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) / 3600;
  const ran = course.past.map(({ cost }) => cost).filter((cost) => cost > 0);
  const cost = ran.length === 0 ? project.kaggle.minutes / 60 : ran.reduce((sum, one) => sum + one, 0) / ran.length;
  return priceNextRun(course.past, {
    floor: course.floor,
    // Gates fail for other reasons too, so the whole limit is taken for missing until all of them pass.
    missing: limit,
    worth: limit === 0 ? worth : worth / limit,
    cost: round(cost),
    budget: round(Math.max(0, budget - spent)),
  });
}

function round(hours: number): number {
  return Number(hours.toPrecision(3));
}

function describeFloor(floor: number): string {
  return floor > 0 ? ` (${floor.toPrecision(3)})` : '';
}
