import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import { isWild, JOBS } from '../marks.ts';
import { findOption, readArguments } from '../options.ts';
import { makeReadRule } from './read-spec.ts';

/** Queries, with the options that repeat them for ever. */
const query = (why: string, letters: string) =>
  makeReadRule({
    why,
    letters,
    operands: 'words',
    prints: 'jobs',
    asks: { '-i': 'asks again and again', '--iterate': 'asks again and again', '--env-vars': 'shows the environment of a job' },
  });

function judgeScontrol(call: Call): Flow {
  const { options, operands } = readArguments(call.args, { letters: 'Mu', long: ['--clusters', '--uid'] });
  const verb = operands[0]?.text ?? '';
  const looks =
    verb.length >= 2 &&
    ['show', 'ping', 'version', 'getaddrs', 'listjobs', 'listpids', 'liststeps'].some((known) => known.startsWith(verb));
  if (looks && !isWild(verb) && !options.some(({ name }) => name === '-u')) {
    call.look('shows what Slurm knows');
    if (/^(?:hostl|hostn)/.test(operands[1]?.text ?? '')) return OTHER_FLOW;
    return { kind: 'jobs' };
  }
  if (['takeover', 'shutdown', 'reconfigure', 'abort', 'delete', 'create', 'reboot', 'setdebug'].includes(verb))
    call.say('refuse', `administers Slurm (${verb})`, 'changes settings');
  else call.say('ask', verb === '' ? 'waits for commands' : `changes jobs or settings of Slurm (${verb})`, 'changes settings');
  return OTHER_FLOW;
}

function judgeSacctmgr(call: Call): Flow {
  const { operands, options } = readArguments(call.args, { letters: 'M' });
  const verb = operands[0]?.text ?? '';
  if (verb.length >= 3 && ['show', 'list'].some((known) => known.startsWith(verb)) && !options.some(({ name }) => name === '-i'))
    call.look('shows accounts');
  else call.say('ask', `changes accounts (${verb})`, 'changes settings');
  return OTHER_FLOW;
}

function judgeScancel(call: Call): Flow {
  const given = readArguments(call.args, {
    letters: 'AnpqRstuwM',
    long: [
      '--account',
      '--name',
      '--jobname',
      '--partition',
      '--qos',
      '--reservation',
      '--signal',
      '--state',
      '--user',
      '--nodelist',
      '--wckey',
      '--clusters',
      '--sibling',
    ],
  });
  const all = findOption(given, ['-u', '--user', '--me']);
  const ids = given.operands;
  const listed = call.stdin.kind === 'jobs' || ids.some((id) => id.text.includes(JOBS));
  if (all !== undefined) call.say('refuse', 'cancels all jobs of an account, not one that was named', 'cancels jobs');
  else if (listed) call.say('refuse', 'cancels whatever a list names, not one job that was named', 'cancels jobs');
  else if (ids.length === 0 && findOption(given, ['-n', '--name', '--jobname']) === undefined)
    call.say('refuse', 'cancels every job that fits, not one that was named', 'cancels jobs');
  else call.say('ask', `cancels ${ids.length === 1 ? 'a job' : 'jobs'}`, 'cancels jobs');
  return OTHER_FLOW;
}

/** Options of srun, sbatch and salloc that take a value; the first word that is neither begins the command. */
const LETTERS = 'AabBcCdDeEFGgiJkLmMnNopqrStTuUwWxX';
const LONG = [
  '--account',
  '--array',
  '--batch',
  '--begin',
  '--chdir',
  '--clusters',
  '--comment',
  '--constraint',
  '--container',
  '--cpus-per-task',
  '--cpus-per-gpu',
  '--dependency',
  '--distribution',
  '--environment',
  '--epilog',
  '--error',
  '--exclude',
  '--export',
  '--gpus',
  '--gpus-per-node',
  '--gpus-per-task',
  '--gres',
  '--gpu-bind',
  '--cpu-bind',
  '--input',
  '--jobid',
  '--job-name',
  '--mail-type',
  '--mail-user',
  '--mem',
  '--mem-per-cpu',
  '--mem-per-gpu',
  '--mpi',
  '--nodefile',
  '--nodelist',
  '--nodes',
  '--ntasks',
  '--ntasks-per-node',
  '--output',
  '--partition',
  '--prolog',
  '--qos',
  '--reservation',
  '--signal',
  '--task-epilog',
  '--task-prolog',
  '--tasks-per-node',
  '--time',
  '--time-min',
  '--wrap',
  '--bcast',
  '--uid',
  '--gid',
];
const FLAGS = new Set(['-H', '-h', '-I', '-k', '-K', '-l', '-O', '-Q', '-s', '-v', '-V', '-W', '-X', '-Z']);

function judgeLaunch(call: Call): Flow {
  if (call.args.length === 1 && /^(?:--version|-V|--help|--usage)$/.test(call.args[0]!.text)) {
    call.look('tells about itself');
    return OTHER_FLOW;
  }
  let at = 0;
  for (; at < call.args.length; at += 1) {
    const { text } = call.args[at]!;
    if (text === '--') {
      at += 1;
      break;
    }
    if (!text.startsWith('-')) break;
    const value = text.includes('=') ? text.slice(text.indexOf('=') + 1) : (call.args[at + 1]?.text ?? '');
    const name = text.split('=')[0]!;
    if (name.length > 4 && '--wrap'.startsWith(name)) call.script(value, { where: 'compute' });
    if (/^--(?:task-)?(?:prolog|epilog)/.test(name)) call.script(value, { where: 'compute' });
    if (name === '--uid' || name === '--gid') call.say('refuse', 'runs as somebody else', 'runs other code');
    if (/^(?:-o|-e|-i|--output|--error|--input)$/.test(name)) call.guard([{ text: value, quoted: true }]);
    const takesNext = text.startsWith('--')
      ? !text.includes('=') && LONG.includes(text)
      : text.length === 2 && LETTERS.includes(text[1]!) && !FLAGS.has(text);
    if (takesNext) at += 1;
  }
  const rest = call.args.slice(at);
  call.guard(rest);
  if (rest.length > 0 && call.name !== 'sbatch') call.start(rest, { where: 'compute' });
  else if (call.name === 'sbatch' && rest.length === 0 && call.input !== null) call.script(call.input, { where: 'compute' });
  else if (call.stdin.kind === 'network') call.say('refuse', 'submits what was just fetched, unseen', 'runs other code');
  call.say('ask', call.name === 'sbatch' ? 'submits a job' : 'takes nodes and runs something on them', 'uses the allocation');
  return OTHER_FLOW;
}

function judgeOther(why: string): (call: Call) => Flow {
  return (call) => {
    call.guard(call.args);
    call.say('ask', why, 'uses the allocation');
    return OTHER_FLOW;
  };
}

/** Slurm's programs. */
export const SLURM_RULES: Rules = {
  squeue: query('lists jobs', 'AjnoOpqrRsStuwMiLP'),
  sacct: query('lists past jobs', 'AbcCDeEfgGijkKLmMNoqrRsSTuvwWxX'),
  sinfo: query('lists partitions and nodes', 'nopStMOiT'),
  sstat: query('tells about running steps', 'jo'),
  sshare: query('tells shares', 'AMopu'),
  sprio: query('tells priorities', 'jMnopSuw'),
  sreport: makeReadRule({ why: 'reports use', operands: 'words' }),
  sdiag: makeReadRule({
    why: 'tells how the scheduler does',
    operands: 'words',
    asks: { '-r': 'resets counters', '--reset': 'resets counters' },
  }),
  seff: makeReadRule({ why: 'tells how well a job used its share', operands: 'words' }),
  jobstats: makeReadRule({ why: 'tells how well a job used its share', operands: 'words' }),
  scontrol: judgeScontrol,
  sacctmgr: judgeSacctmgr,
  scancel: judgeScancel,
  sbatch: judgeLaunch,
  srun: judgeLaunch,
  salloc: judgeLaunch,
  mpirun: judgeOther('starts processes on several nodes'),
  mpiexec: judgeOther('starts processes on several nodes'),
  sattach: judgeOther('attaches to a running job'),
  sbcast: judgeOther('copies files to nodes'),
  strigger: judgeOther('has a command run later'),
  scrontab: (call) => {
    if (call.args.length === 1 && call.args[0]!.text === '-l') call.look('lists repeated jobs');
    else call.say('refuse', 'has commands run again and again (cron)', 'stays running');
    return OTHER_FLOW;
  },
};
