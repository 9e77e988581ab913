import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import { readArguments } from '../options.ts';

const FILES: readonly Flow['kind'][] = ['files', 'secrets', 'inside'];

/** What is about to leave: a file, the environment, or what comes through the pipe. */
function sendsFiles(call: Call): boolean {
  return FILES.some((kind) => call.substituted.has(kind)) || FILES.includes(call.stdin.kind);
}

const CURL = {
  letters: 'AbcCdDeEFHKmoPQrtTuUwxXyYz',
  long: [
    '--data',
    '--data-raw',
    '--data-ascii',
    '--data-binary',
    '--data-urlencode',
    '--form',
    '--json',
    '--upload-file',
    '--output',
    '--config',
    '--url',
    '--header',
    '--request',
    '--user',
    '--url-query',
  ],
};
const WGET = {
  letters: 'oOaPiUtTQlewBDARI',
  long: [
    '--output-document',
    '--output-file',
    '--directory-prefix',
    '--input-file',
    '--post-data',
    '--post-file',
    '--body-data',
    '--body-file',
    '--method',
    '--header',
    '--execute',
    '--user',
    '--password',
  ],
};

/** curl, wget and their kin: fetching is asked, sending a file refused. */
function judgeFetch(call: Call): Flow {
  const { options, operands } = readArguments(call.args, call.name === 'wget' ? WGET : CURL);
  call.guard(call.args);
  let sends = sendsFiles(call);
  for (const { name, value } of options) {
    const text = value?.text ?? '';
    const whole = call.name === 'wget' ? /^--(?:post|body)-f/ : /^(?:-T|--up)/;
    if (whole.test(name)) sends = true;
    if (
      /^(?:-d|-F|--da|--fo|--js|--url-q)/.test(name) &&
      call.name !== 'wget' &&
      !name.startsWith('--data-raw') &&
      /^[@<]|^[\w.-]{1,100}(?:=?@|=<)/.test(text)
    )
      sends = true;
    if (/^(?:-o|-O|-P|--out|--dir)/.test(name) && text !== '') call.write(text, 'writes');
    if (/^(?:-K|--conf|-e|--exec|--use-askpass)/.test(name)) call.say('ask', 'takes settings from elsewhere', 'runs other code');
  }
  if (operands.some(({ text }) => /^file:/i.test(text))) call.say('ask', 'reads a file of this machine', 'reads elsewhere');
  if (sends) call.say('refuse', 'sends files to another machine', 'sends data away');
  else call.say('ask', 'talks to another machine', 'uses the network');
  return { kind: 'network' };
}

const REMOTE = /^(?:[\w.-]+@)?[\w.-]+:(?!\/\/)|^(?:rsync|sftp|scp|ssh):\/\//;

/** scp, rsync and sftp: towards another machine is refused, from there is asked. */
function judgeTransfer(call: Call): Flow {
  const { options, operands } = readArguments(call.args, {
    letters: 'cFiJloPSXeTfBM',
    long: ['--rsh', '--exclude', '--include', '--rsync-path', '--files-from', '--exclude-from'],
  });
  for (const { name, value } of options) {
    if (value !== null && /^(?:-e|--rsh|-S|--rsync-path)$/.test(name)) call.script(value.text);
    if (value !== null && name === '-o' && /command/i.test(value.text)) call.script(value.text.slice(value.text.search(/[=\s]/) + 1));
    if (name === '--daemon') call.say('refuse', 'serves files to other machines', 'sends data away');
  }
  const isRemote = (text: string): boolean => REMOTE.test(text);
  const target = operands.at(-1)?.text ?? '';
  const sources = operands.slice(0, -1);
  call.guard(operands.filter((word) => !isRemote(word.text)));
  if (operands.length > 1 && isRemote(target)) call.say('refuse', 'sends files to another machine', 'sends data away');
  else if (call.name === 'rsync' && operands.length > 1 && !operands.some((word) => isRemote(word.text))) {
    for (const source of sources) call.read(source.text, 'tree');
    call.write(target, options.some(({ name }) => name.startsWith('--del')) ? 'deletes and writes' : 'writes');
    call.say('ask', 'copies files', 'changes files');
  } else {
    if (operands.length > 1) call.write(target, 'writes');
    call.say('ask', 'talks to another machine', 'uses the network');
  }
  return OTHER_FLOW;
}

function judgeSsh(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text);
  let at = 0;
  for (; at < texts.length && texts[at]!.startsWith('-'); at += 1) {
    const text = texts[at]!;
    if (/^-(?:R|[a-zA-Z]*R$)/.test(text)) call.say('refuse', 'lets another machine in (a tunnel back)', 'sends data away');
    if (/^-[a-zA-Z]*f/.test(text) && call.where === 'login' && call.policy.forbids.persistent !== null)
      call.say('refuse', 'stays connected on a login node', 'stays running');
    const value = text.length === 2 ? (texts[at + 1] ?? '') : text.slice(2);
    if (text.startsWith('-o') && /command/i.test(value)) call.script(value.slice(value.search(/[=\s]/) + 1));
    if (text.length === 2 && 'BbcDEeFIiJLlmOopQRSWw'.includes(text[1]!)) at += 1;
  }
  call.guard(call.args);
  const remote = call.args.slice(at + 1);
  if (remote.length > 0) call.script(remote.map((word) => word.text).join(' '), { cwds: null });
  if (sendsFiles(call)) call.say('refuse', 'sends files to another machine', 'sends data away');
  else call.say('ask', 'works on another machine', 'uses the network');
  return OTHER_FLOW;
}

function judgeNetcat(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text);
  if (texts.some((text) => /^-[a-zA-Z]*z/.test(text)) && !texts.some((text) => /^-[a-zA-Z]*[lec]/.test(text)))
    call.say('ask', 'tries ports of another machine', 'uses the network');
  else call.say('refuse', 'opens a bare connection to another machine', 'sends data away');
  return { kind: 'network' };
}

function judgeCloud(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text);
  call.guard(call.args);
  if (texts.some((text) => /^(?:upload|push|login|upload-large-folder)$/.test(text)) || sendsFiles(call))
    call.say('refuse', 'sends files or credentials to another machine', 'sends data away');
  else call.say('ask', 'talks to another machine', 'uses the network');
  return OTHER_FLOW;
}

const ask =
  (why: string) =>
  (call: Call): Flow => {
    call.guard(call.args);
    if (sendsFiles(call)) call.say('refuse', 'sends files to another machine', 'sends data away');
    else call.say('ask', why, 'uses the network');
    return { kind: 'network' };
  };

/** What talks to other machines. */
export const NETWORK_RULES: Rules = {
  curl: judgeFetch,
  wget: judgeFetch,
  aria2c: judgeFetch,
  http: judgeFetch,
  https: judgeFetch,
  xh: judgeFetch,
  lynx: judgeFetch,
  scp: judgeTransfer,
  rsync: judgeTransfer,
  sftp: judgeTransfer,
  ssh: judgeSsh,
  autossh: judgeSsh,
  mosh: judgeSsh,
  nc: judgeNetcat,
  ncat: judgeNetcat,
  netcat: judgeNetcat,
  socat: judgeNetcat,
  telnet: judgeNetcat,
  'huggingface-cli': judgeCloud,
  hf: judgeCloud,
  kaggle: judgeCloud,
  wandb: judgeCloud,
  aws: judgeCloud,
  gsutil: judgeCloud,
  gcloud: judgeCloud,
  rclone: judgeCloud,
  gh: judgeCloud,
  ping: ask('sends packets to another machine'),
  dig: ask('asks name servers'),
  nslookup: ask('asks name servers'),
  host: ask('asks name servers'),
  traceroute: ask('sends packets to other machines'),
  mail: ask('sends mail'),
  mailx: ask('sends mail'),
  sendmail: ask('sends mail'),
  ftp: ask('talks to another machine'),
  nmap: (call) => {
    call.say('refuse', 'searches other machines for open doors', 'uses the network');
    return OTHER_FLOW;
  },
  'ssh-keygen': ask('makes or changes keys'),
  'ssh-add': ask('handles keys'),
  'ssh-copy-id': (call) => {
    call.say('refuse', 'lets a key into another account', 'changes settings');
    return OTHER_FLOW;
  },
};
