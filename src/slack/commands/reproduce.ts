import { parseRepoAddress } from '../../core/run/repo-address.ts';
import { escapeText } from '../blocks.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { readFlags } from '../flags.ts';
import { makeRunId } from '../make-run-id.ts';

interface Options {
  readonly address: string;
  readonly site: string;
  readonly ref?: string;
  readonly subfolder?: string;
  readonly submodules?: boolean;
}

export default defineCommand({
  id: 'reproduce',
  usage: 'reproduce <repo-url> [--site NAME] [--ref BRANCH|TAG|COMMIT] [--path FOLDER] [--submodules]',
  summary: 'maps a repository, plans its environment and runs a short sample of its training, asking before anything runs',
  role: 'runner',
  run: startRun,
});

async function startRun(request: CommandRequest): Promise<CommandReply> {
  const { context, channel, user, deliveryId, name } = request;
  const usage = `Usage: \`${name} reproduce <repo-url> [--site NAME] [--ref REF] [--path FOLDER]\``;
  const options = readOptions(request.args, context.settings.defaultSite);
  if (typeof options === 'string') return { text: `${options}\n${usage}` };
  if (!context.sites.has(options.site)) {
    return { text: `I know no site “${escapeText(options.site)}”. Sites here: ${[...context.sites.keys()].join(', ')}.` };
  }
  const parsed = parseRepoAddress(
    options.address,
    { allowedHosts: context.settings.git.allowedHosts, embedded: context.settings.embedded },
    options,
  );
  if (!parsed.ok) return { text: `I cannot take that repository: ${escapeText(parsed.why)}.\n${usage}` };
  const problem = await context.checkChannel(channel);
  if (problem !== null) return { text: problem };
  const runId = makeRunId(deliveryId);
  const applied = await context.runs.apply(runId, {
    kind: 'request',
    id: deliveryId,
    at: context.now(),
    runId,
    by: user,
    channel,
    repo: parsed.repo,
    site: options.site,
    assistant: context.settings.model.apiKey !== null,
  });
  if (applied.outcome === 'refused' && applied.refusal?.code !== 'exists')
    return { text: applied.refusal?.message ?? 'That did not work.' };
  return { text: `Run \`${runId}\` begins; its thread opens in a moment.` };
}

function readOptions(args: readonly string[], defaultSite: string): Options | string {
  const flags = readFlags(args, { values: ['site', 'ref', 'path'], switches: ['submodules'] });
  if (typeof flags === 'string') return flags;
  const [address, more] = flags.words;
  if (address === undefined) return 'Which repository?';
  if (more !== undefined) return `One repository at a time; what is “${escapeText(more)}”?`;
  const { site = defaultSite, ref, path } = flags.values;
  return {
    address,
    site,
    ...(ref === undefined ? {} : { ref }),
    ...(path === undefined ? {} : { subfolder: path }),
    ...(flags.switches.has('submodules') ? { submodules: true } : {}),
  };
}
