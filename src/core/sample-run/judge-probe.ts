/** Whether a probe proved what a probe can prove: that the code is imported and makes a forward pass. Pure. */
import type { Failure } from '../failure.ts';
import type { SampleResult } from '../run/events.ts';
import { formatCount } from '../run/format.ts';
import { listWorking } from './probe-result.ts';
import type { ProbeReport } from './schema.ts';

/** READY needs one model with an output; where there is none, what the log says went wrong, else the report's own reason. */
export function judgeProbe(
  result: SampleResult,
  report: ProbeReport | null,
  nameFailure: () => Failure,
): { result: SampleResult; failure: Failure | null } {
  const fullRun = { ...result.fullRun, seconds: null, basis: 'a probe trains nothing, so it says nothing about a training' };
  const probed: SampleResult = { ...result, stepsDone: null, fullRun, ...(report === null ? {} : { probe: report }) };
  if (report === null) return { result: probed, failure: nameFailure() };
  if (listWorking(report).length > 0) return { result: probed, failure: null };
  const named = nameFailure();
  return { result: probed, failure: named.class === 'unknown' ? describeNone(named, report) : named };
}

function describeNone(failure: Failure, report: ProbeReport): Failure {
  const models = report.items.filter((item) => item.kind === 'model');
  const reasons = [...new Set(models.flatMap((item) => (item.why === null ? [] : [item.why])))].slice(0, 3);
  const made = models.filter((item) => item.reached === 'made').length;
  return {
    ...failure,
    class: 'unknown',
    title: 'No model of the repository made a forward pass',
    route: 'ask',
    fault: 'unknown',
    remedy: { kind: 'ask', question: 'Which program or class should be tried? Start again with --path.' },
    explanation: `Of ${formatCount(models.length, 'model')} that the probe tried, ${String(made)} could be made and none took any input that the probe has. ${reasons.join(' / ')}`,
  };
}
