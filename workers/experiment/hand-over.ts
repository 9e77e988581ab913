import { endCall } from '../../src/agent/loop.ts';
import { refuseInput } from '../../src/agent/tool.ts';
import type { AgentFact } from '../../src/core/agent-session/schema.ts';
import { listDraftProbes, readDraft, settleDraft, type Draft } from '../../src/core/experiment/agents/accept.ts';
import { summarize } from '../../src/core/experiment/agents/session.ts';
import { describeProbe } from '../../src/core/experiment/probes/answer.ts';
import type { Verdict } from '../../src/core/notebook/run-checks.ts';
import { redactDeep, redactText } from '../../src/core/redact.ts';
import type { ActRequest } from '../agent-acts.ts';
import { tell } from '../agent-command.ts';
import { answerProbes, checkCells, checkScript, listRead, readGround, type StageRequest } from './stage-access.ts';

/** What a hand-over leads to: what is wrong with it is answered, so that the model can mend it; one that holds ends the session. */
export async function handOver({ context, state, session, call, signal }: ActRequest): Promise<readonly AgentFact[]> {
  const { place } = session;
  if (place === undefined) return [tell(call, 'There is nobody to hand over to: this is no experiment.', true)];
  const draft = readDraft(place.stage, redactDeep(call.input));
  if ('error' in draft) return [endCall(call, refuseInput(call.name, draft.error), 0, { redact: redactText })];
  const request: StageRequest = { context, state, place, signal };
  const ground = readGround(request, listRead(session));
  const probes = listDraftProbes(draft, ground.before);
  const answers = await answerProbes(request, probes);
  const byWords = new Map(probes.map((probe, index) => [describeProbe(probe), answers[index]]));
  const settled = settleDraft(draft, ground, {
    answer: (probe) => byWords.get(describeProbe(probe)) ?? { as: 'unknown', found: 'It was not run.' },
    verdict: await checkDraftCode(request, draft),
  });
  if (!settled.ok) return [tell(call, `Not handed over:\n${settled.why}`, true)];
  const { handOver } = settled;
  return [{ kind: 'ended', as: 'handed-over', report: summarize(handOver), proposal: null, handOver }];
}

async function checkDraftCode(request: StageRequest, draft: Draft): Promise<Verdict | null> {
  if (draft.stage === 'builder_model') return checkCells(request, draft.content.cells);
  return draft.stage === 'builder_data' ? checkScript(request, draft.content.script) : null;
}
