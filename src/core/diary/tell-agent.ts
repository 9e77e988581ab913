/** Sessions of the agent: what they cost, asked and came to. Pure. */
import type { AgentFact } from '../agent-session/schema.ts';
import { tellCost } from './tell-cost.ts';
import { append, type Teller, type Telling } from './told.ts';

const LIMITS: Readonly<Record<Extract<AgentFact, { kind: 'reached-limit' }>['limit'], string>> = {
  turns: 'questions to the model',
  toolCalls: 'calls of tools',
  tokens: 'tokens',
  dollars: 'money',
  seconds: 'time',
  repeats: 'repeated calls',
};
const ENDS: Readonly<Record<Extract<AgentFact, { kind: 'ended' }>['as'], string>> = {
  proposed: 'proposed a change',
  answered: 'answered',
  'gave-up': 'gave up',
  stopped: 'was stopped',
};

export const tellAgent: Teller<'agent.fact'> = ({ fact, session }) => tellFact(fact, session);

function tellFact(fact: AgentFact, session: string): Telling {
  switch (fact.kind) {
    case 'started':
      return [
        {
          kind: 'run',
          by: fact.by ?? null,
          topic: fact.skill === '' ? 'agent' : fact.skill,
          text: `The agent began${append(' ', fact.skill)} (session ${session})`,
        },
      ];
    case 'turned':
      return [tellCost(fact)];
    case 'asked':
      return [{ kind: 'question', topic: 'agent', text: fact.question }];
    case 'reached-limit':
      return [{ kind: 'question', topic: 'agent', text: `The agent reached its limit of ${LIMITS[fact.limit]} and waits for a yes` }];
    case 'told':
      return [{ kind: 'idea', by: fact.by, text: fact.text, message: fact.ts }];
    case 'denied':
      return [{ kind: 'decision', by: fact.by, topic: 'no', text: `A request of the agent was denied${append(': ', fact.reason)}` }];
    case 'extended':
      return [{ kind: 'decision', by: fact.by, topic: 'yes', text: 'The agent may go on past its limit' }];
    case 'escalated':
      return [{ kind: 'change', topic: 'agent', text: `The agent goes on with the ${fact.tier} model${append(': ', fact.why)}` }];
    case 'delayed':
      return [{ kind: 'run', topic: 'agent', text: `The agent waits${append(': ', fact.why)}` }];
    case 'adopted':
      return [{ kind: 'decision', by: fact.by, topic: 'yes', text: `The agent's change was taken into the plan (session ${session})` }];
    case 'ended':
      return [
        {
          kind: 'result',
          topic: 'agent',
          text: `The agent ${ENDS[fact.as]}${append(', in its own words: ', fact.report.split('\n').find((line) => line.trim() !== '') ?? '')}`,
        },
      ];
    case 'held':
      return 'told-by-question';
    case 'allowed':
    case 'edited':
      return 'told-by-approval';
    case 'tool-began':
    case 'tool-ended':
    case 'compacted':
      return 'in-session';
  }
}
