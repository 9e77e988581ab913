import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { resolveSites } from '../config.ts';
import { judgeCommand } from '../core/permissions/judge.ts';
import { readPolicy, type Policy } from '../core/permissions/policy.ts';
import type { Judgement } from '../core/permissions/verdict.ts';
import { showText } from '../core/show-text.ts';
import type { SiteProfile } from '../core/site.ts';
import { loadPlugins } from '../plugins.ts';
import { createShellParser } from '../shell/parser.ts';
import { defineVerb, type VerbIo } from './define-verb.ts';
import { readSettingsFor } from './open-repository.ts';
import { readLines } from './read-lines.ts';

const USAGE = 'judge --site NAME [--where login|compute] [--run FOLDER] [--cwd FOLDER] [--user NAME] [--json] <COMMANDS';
const SITES = new URL('../sites/', import.meta.url);
const LINE_CAP = 1024 * 1024;
const Row = z.object({ command: z.string() });

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      site: { type: 'string' },
      where: { type: 'string' },
      run: { type: 'string' },
      cwd: { type: 'string' },
      user: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const where = z.enum(['login', 'compute']).optional().safeParse(values.where);
  if (!where.success) throw new Error(`--where is login or compute, not ${values.where}.`);
  if (values.site === undefined) throw new Error('judge wants to know the site: --site NAME.');
  return { ...values, site: values.site, where: where.data };
}

async function loadPolicy(options: ReturnType<typeof parse>, io: VerbIo): Promise<Policy> {
  const sites = resolveSites(await loadPlugins<SiteProfile>(SITES), readSettingsFor({ typed: '.', cwd: io.cwd }));
  const site = sites.get(options.site);
  if (site === undefined) throw new Error(`judging for ${options.site}: there is no such site. Known: ${[...sites.keys()].join(', ')}.`);
  return readPolicy(site, {
    user: options.user ?? userInfo().username,
    ...(options.where === undefined ? {} : { where: options.where }),
    ...(options.run === undefined ? {} : { runFolder: options.run }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
}

/** A line is a command; a line of JSON holds one that may have several lines. */
function readCommand(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    return Row.safeParse(JSON.parse(line)).data?.command ?? line;
  } catch {
    return line;
  }
}

function renderRow(command: string, judgement: Judgement): string {
  const shown = showText(command).replaceAll('\n', '\n         ');
  const reasons = judgement.verdict === 'allow' ? [] : judgement.reasons.map((reason) => `           ${showText(reason)}`);
  return [`${judgement.verdict.padEnd(8)} ${shown}`, ...reasons].join('\n');
}

export default defineVerb({
  name: 'judge',
  summary: 'say of command lines whether they would run unasked, be asked about or be refused at a site; runs nothing',
  usage: USAGE,
  run: async (args, io) => {
    let options: ReturnType<typeof parse>;
    let policy: Policy;
    try {
      options = parse(args);
      policy = await loadPolicy(options, io);
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    const shell = await createShellParser();
    let allAllowed = true;
    for await (const line of readLines(io.stdin, LINE_CAP)) {
      if (line.trim() === '') continue;
      const command = readCommand(line);
      const judgement = judgeCommand(command, policy, shell);
      const { verdict, reasons } = judgement;
      allAllowed &&= verdict === 'allow';
      io.stdout.write(`${options.json === true ? JSON.stringify({ command, verdict, reasons }) : renderRow(command, judgement)}\n`);
    }
    return allAllowed ? 0 : 1;
  },
});
