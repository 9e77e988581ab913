/** How an experiment begins: by what was typed or by what was sent in the form, which give the same fields to the same code. */
import type { ModalView } from '@slack/types';
import { LIMITS, readChoices, type TypedChoices } from '../core/experiment/choices.ts';
import { StopMetric } from '../core/experiment/project.ts';
import type { CommandOf } from '../core/run/commands.ts';
import { cleanTyped, parseRepoAddress } from '../core/run/repo-address.ts';
import { describeRefusal } from './access.ts';
import { escapeText } from './blocks.ts';
import type { CommandReply, CommandRequest, Form, FormAnswer, FormRequest, FormValues } from './command.ts';
import { readFlags } from './flags.ts';
import { makeField } from './forms.ts';
import { makeRunId } from './make-run-id.ts';

/** What Kaggle is called where a run names its site. */
const SITE = 'kaggle';
const MODEL = 'model';

/** What a start is given, as it was typed; empty where nothing was. */
interface Fields extends TypedChoices {
  readonly project: string;
  /** Whether agents may work, where there is a model. */
  readonly model: boolean;
}

const showUsage = (name: string): string =>
  `\`${name} loop start <project.yaml|folder|git-url> [--metric NAME] [--gates "NAME=NUMBER, …"] [--budget HOURS] [--no-model]\``;

/** `loop start` with its words. */
export async function startByWords(request: CommandRequest, args: readonly string[]): Promise<CommandReply> {
  const obstacle = await findObstacle(request);
  if (obstacle !== null) return { text: obstacle };
  const flags = readFlags(args, { values: ['metric', 'gates', 'budget'], switches: ['no-model'] });
  if (typeof flags === 'string') return { text: `${flags}\nUsage: ${showUsage(request.name)}` };
  const [project = '', more] = flags.words;
  if (more !== undefined) return { text: `One project at a time; what is “${escapeText(more)}”?\nUsage: ${showUsage(request.name)}` };
  const { metric = '', gates = '', budget = '' } = flags.values;
  const answer = await start(request, { project, metric, gates, budget, model: !flags.switches.has('no-model') });
  if (answer.ok) return { text: answer.text };
  return { text: [...Object.values(answer.problems).map((why) => escapeText(why)), `Usage: ${showUsage(request.name)}`].join('\n') };
}

/** The form of `loop start` alone. */
export const START_FORM: Omit<Form, 'asks'> = {
  build: async (request) => (await findObstacle(request)) ?? buildModal(request.context.settings.model.apiKey !== null),
  submit: async (request, values) => {
    const obstacle = await findObstacle(request);
    return obstacle === null ? start(request, readFields(values)) : { ok: false, problems: { project: obstacle } };
  },
  instead: showUsage,
};

function readFields({ project = '', metric = '', gates = '', budget = '', model = '' }: FormValues): Fields {
  return { project, metric, gates, budget, model: model === MODEL };
}

/** Why this person cannot begin an experiment here, whatever the fields say; null where they can. */
async function findObstacle({ context, channel, user }: FormRequest): Promise<string | null> {
  if (!(await context.access.allows(user, channel, 'runner'))) return describeRefusal('runner');
  if (context.settings.kaggle.credentials === null)
    return 'No Kaggle account is set up: put KAGGLE_API_TOKEN into .env (https://www.kaggle.com/settings makes one) and start Reprobot again.';
  return context.checkChannel(channel);
}

/** Begins an experiment, or says which field is wrong. */
async function start({ context, channel, user, deliveryId }: FormRequest, fields: Fields): Promise<FormAnswer> {
  const { git, embedded, model } = context.settings;
  const { choices, problems } = readChoices(fields);
  const parsed = parseRepoAddress(trimFile(fields.project), { allowedHosts: git.allowedHosts, embedded });
  const why = fields.project.trim() === '' ? 'Which project?' : parsed.ok ? null : `I cannot take that project: ${parsed.why}.`;
  if (why !== null || !parsed.ok || Object.keys(problems).length > 0)
    return { ok: false, problems: { ...(why === null ? {} : { project: why }), ...problems } };
  const runId = makeRunId(deliveryId);
  const { url, ref, subfolder } = parsed.repo;
  const command: CommandOf<'experiment'> = {
    kind: 'experiment',
    id: deliveryId,
    at: context.now(),
    runId,
    by: user,
    channel,
    site: SITE,
    repo: { url, ref, subfolder },
    assistant: fields.model && model.apiKey !== null,
    approvers: [...(await context.access.listNamed('approver'))],
    ...(Object.keys(choices).length === 0 ? {} : { choices }),
  };
  const applied = await context.runs.apply(runId, command);
  if (applied.outcome === 'refused' && applied.refusal?.code !== 'exists')
    return { ok: false, problems: { project: applied.refusal?.message ?? 'That did not work.' } };
  return {
    ok: true,
    text: `Experiment \`${runId}\` begins; its thread opens in a moment, and nothing runs before somebody approves the plan there.`,
  };
}

/** A project is its folder; people like to name the file. */
function trimFile(typed: string): string {
  const clean = cleanTyped(typed);
  return /^https?:/.test(clean) ? clean : clean.replace(/(^|\/)project\.ya?ml$/, (_all, slash: string) => (slash === '' ? './' : ''));
}

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const choice = (text: string, value: string) => ({ text: plain(text), value });

function buildModal(hasModel: boolean): Pick<ModalView, 'title' | 'submit' | 'blocks'> {
  return {
    title: plain('Start an experiment'),
    submit: plain('Start'),
    blocks: [
      makeField(
        'project',
        {
          label: 'Project',
          hint: 'The address of its repository, or its folder where the bot runs. project.yaml in it says what to predict, and what counts as good.',
          optional: false,
        },
        { type: 'plain_text_input', action_id: 'project', max_length: 500, placeholder: plain('https://github.com/lab/project') },
      ),
      makeField(
        'metric',
        { label: 'Goal metric', hint: 'By which attempts are compared. Left out, project.yaml says it.' },
        {
          type: 'static_select',
          action_id: 'metric',
          placeholder: plain('As in project.yaml'),
          options: StopMetric.options.map((name) => choice(name, name)),
        },
      ),
      makeField(
        'gates',
        {
          label: 'Gates',
          hint: `Limits that are to hold instead of those in project.yaml, such as vif=8, mae=-0.02. There are ${LIMITS.options.join(', ')}.`,
        },
        { type: 'plain_text_input', action_id: 'gates', max_length: 1_000, placeholder: plain('NAME=NUMBER, …') },
      ),
      makeField(
        'budget',
        { label: 'Budget', hint: 'Hours of Kaggle that one feature may cost. Left out, project.yaml says it.' },
        { type: 'plain_text_input', action_id: 'budget', max_length: 20, placeholder: plain('Hours') },
      ),
      buildModelField(hasModel),
    ],
  };
}

function buildModelField(hasModel: boolean): ModalView['blocks'][number] {
  const why = 'No model is set up here (`ANTHROPIC_API_KEY`): rules and the attempts of the project go alone.';
  if (!hasModel) return { type: 'context', elements: [{ type: 'mrkdwn', text: why }] };
  const agents = choice('Agents may work on it', MODEL);
  return makeField(
    'model',
    { label: 'Model', hint: 'Without agents the loop takes only the attempts that lie in the project, and rules alone judge them.' },
    { type: 'checkboxes', action_id: 'model', options: [agents], initial_options: [agents] },
  );
}
