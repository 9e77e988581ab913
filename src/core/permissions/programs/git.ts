import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import type { Field } from '../expand.ts';
import { isWild } from '../marks.ts';
import { isOption } from '../options.ts';

/** Verbs that only look, whatever their options but those named below. */
const LOOKS = new Set([
  'log',
  'status',
  'diff',
  'show',
  'rev-parse',
  'describe',
  'ls-files',
  'ls-tree',
  'blame',
  'annotate',
  'shortlog',
  'rev-list',
  'name-rev',
  'grep',
  'cat-file',
  'merge-base',
  'show-ref',
  'for-each-ref',
  'count-objects',
  'whatchanged',
  'diff-tree',
  'diff-index',
  'diff-files',
  'cherry',
  'show-branch',
  'var',
  'version',
  'help',
  'check-ignore',
  'check-attr',
  'verify-commit',
  'range-diff',
  'reflog',
  'symbolic-ref',
]);
const WRITING = [
  '--output',
  '--ext-diff',
  '--textconv',
  '--filters',
  '--open-files-in-pager',
  '-O',
  '--contents',
  '--no-index',
  '--exec',
  '--upload-pack',
  '--web',
];
const NETWORK = new Set([
  'clone',
  'fetch',
  'pull',
  'push',
  'ls-remote',
  'remote-update',
  'submodule',
  'lfs',
  'archive',
  'bundle',
  'send-email',
  'request-pull',
]);

function judgeGit(call: Call): Flow {
  let at = 0;
  for (; at < call.args.length; at += 1) {
    const { text } = call.args[at]!;
    if (!text.startsWith('-')) break;
    if (text === '-C') {
      call.read(call.args[at + 1]?.text ?? '', 'tree');
      at += 1;
    } else if (!['--no-pager', '--no-optional-locks', '--bare', '--version', '--help', '-P', '--literal-pathspecs'].includes(text)) {
      const value = text === '-c' ? (call.args[at + 1]?.text ?? '') : text;
      judgeSetting(call, value);
      if (['-c', '--git-dir', '--work-tree', '--namespace', '--config-env', '--super-prefix'].includes(text)) at += 1;
    }
  }
  const [verb, ...args] = call.args.slice(at);
  if (verb === undefined) return OTHER_FLOW;
  if (isWild(verb.text)) {
    call.say('ask', 'does with git what is only known when it runs', 'is not understood');
    return OTHER_FLOW;
  }
  return judgeVerb(call, verb.text, args);
}

/** A setting may name a program to run: `-c core.pager=…`, `-c alias.x=!…`. */
function judgeSetting(call: Call, setting: string): void {
  const value = setting.slice(setting.indexOf('=') + 1).replace(/^!/, '');
  if (
    /pager|editor|command|alias|hook|ssh|proxy|helper|textconv|filter|fsmonitor|exec|external|program/i.test(setting) &&
    setting.includes('=')
  )
    call.script(value);
  call.say('ask', `sets ${setting.slice(0, 60)} for git, which may run other programs`, 'runs other code');
}

function judgeVerb(call: Call, verb: string, args: readonly Field[]): Flow {
  call.guard(args);
  const texts = args.map((arg) => arg.text);
  const writing =
    texts.find((text) => text.startsWith('-') && isOption(text.split('=')[0]!, WRITING)) ??
    texts.find((text) => verb === 'grep' && text.startsWith('-O'));
  if (
    LOOKS.has(verb) &&
    writing === undefined &&
    !(verb === 'reflog' && /^(?:expire|delete|drop|write)$/.test(texts[0] ?? '')) &&
    !(verb === 'symbolic-ref' && texts.length > 1)
  ) {
    call.look('looks at a repository');
    call.read('.', 'tree');
    // Two paths outside of a repository are compared as any files.
    for (const text of texts) if (/^\/|^\uE010|(?:^|\/)\.\.(?:\/|$)/.test(text)) call.read(text, 'content');
    return verb === 'ls-files' && call.zones('.').every((zone) => zone === 'run') ? { kind: 'inside' } : OTHER_FLOW;
  }
  if (writing === undefined && looksByWords(verb, texts)) {
    call.look('looks at a repository');
    call.read('.', 'tree');
    return OTHER_FLOW;
  }
  if (verb === 'push') call.say('ask', 'sends commits to another machine', 'sends data away');
  else if (NETWORK.has(verb)) call.say('ask', `talks to another machine (git ${verb})`, 'uses the network');
  else if (verb === 'config' && texts.includes('--global'))
    call.say('ask', 'changes git for everything this account does', 'changes settings');
  else
    call.say(
      'ask',
      writing === undefined ? `changes a repository (git ${verb})` : `with ${writing.slice(0, 60)} git does more than look`,
      'changes files',
    );
  if (texts.some((text) => /^(?:--upload-pack|--receive-pack|--exec|-x|--config|-c)/.test(text) || text.startsWith('ext::'))) {
    call.scan(texts.join(' '));
    for (const text of texts) if (text.startsWith('ext::')) call.script(text.slice(5));
  }
  if (verb === 'bisect' && texts[0] === 'run') call.start(args.slice(1));
  if (verb === 'submodule' && texts[0] === 'foreach')
    call.script(
      texts
        .slice(1)
        .filter((text) => text !== '--recursive')
        .join(' '),
    );
  return OTHER_FLOW;
}

/** Verbs that look with some words and change with others. */
function looksByWords(verb: string, texts: readonly string[]): boolean {
  const only = (known: RegExp): boolean => texts.every((text) => known.test(text));
  switch (verb) {
    case 'branch':
      return (
        only(
          /^(?:-[avrl]+|-vv|--(?:list|all|remotes|verbose|show-current|no-color|color(?:=\w+)?|contains|merged|no-merged|sort=[\w-]+|format=.*))$/,
        ) ||
        (texts[0] === '--list' && !texts.slice(1).some((text) => text.startsWith('-')))
      );
    case 'tag':
      return (
        texts.length === 0 ||
        (/^(?:-l|--list|-n\d*)$/.test(texts[0] ?? '') &&
          !texts.slice(1).some((text) => text.startsWith('-') && !/^(?:-n\d*|--sort=[\w:-]+)$/.test(text)))
      );
    case 'remote':
      return texts.length === 0 || only(/^(?:-v|--verbose)$/) || texts[0] === 'get-url';
    case 'stash':
      return texts[0] === 'list' || (texts[0] === 'show' && !texts.some((text) => /^--(?:out|ext|textc)/.test(text)));
    case 'config': {
      const [name, ...more] = /^--get(?:-all|-regexp)?$/.test(texts[0] ?? '') ? texts.slice(1) : texts;
      return more.length === 0 && /^(?:user|remote|branch|core|init|pull|push|submodule)\.[\w.-]+$/.test(name ?? '');
    }
    case 'worktree':
    case 'notes':
      return texts[0] === 'list';
    case 'submodule':
      return texts[0] === 'status';
    case 'lfs':
      return ['ls-files', 'status', 'env', 'version'].includes(texts[0] ?? '');
    default:
      return false;
  }
}

export const GIT_RULES: Rules = { git: judgeGit };
