import { expect, it } from 'vitest';
import { explainPending } from '../../../src/core/jobs/explain-pending.ts';

it.each([
  ['None', 'wait', 'first minute'],
  ['', 'wait', 'first minute'],
  ['Priority', 'wait', 'ahead'],
  ['(Resources)', 'wait', 'next in line'],
  ['DependencyNeverSatisfied', 'request', 'never starts'],
  ['Dependency', 'wait', 'has not ended'],
  ['JobHeldAdmin', 'held', 'staff'],
  ['launch failed requeued held', 'held', 'log'],
  ['ReqNodeNotAvail, UnavailableNodes:n1,n2', 'wait', 'shorter --time'],
  ['ReqNodeNotAvail, Reserved for maintenance', 'wait', 'maintenance'],
  ['Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions', 'wait', 'drained'],
  ['PartitionDown', 'site', 'switched off'],
  ['PartitionTimeLimit', 'request', 'less'],
  ['AssocGrpBillingMinutes', 'budget', 'hours'],
  ['AssocGrpCPUMinutesLimit', 'budget', 'hours'],
  ['AssocGrpGRESRunMinutes', 'wait', 'drains'],
  ['AssocGrpGRES', 'wait', 'project'],
  ['QOSGrpNodeLimit', 'wait', 'project'],
  ['QOSMaxJobsPerUserLimit', 'wait', 'own jobs'],
  ['QOSMaxWallDurationPerJobLimit', 'request', 'this job alone'],
  ['MaxMemPerLimit', 'request', 'this job alone'],
  ['QOSMaxGRESPerUser', 'wait', 'own jobs'],
  ['JobArrayTaskLimit', 'wait', '%N'],
  ['SomethingNew, with a comma', 'wait', 'SomethingNew, with a comma'],
])('%s: %s, %s', (reason, kind, words) => {
  const found = explainPending(reason);
  expect(found.kind).toBe(kind);
  expect(found.words).toContain(words);
});
