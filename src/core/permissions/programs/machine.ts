import { NO_FLOW, OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';
import { isWild } from '../marks.ts';
import { readArguments } from '../options.ts';

function judgeModule(call: Call): Flow {
  const texts = call.args
    .map((arg) => arg.text)
    .filter((text) => !/^-(?:t|-terse|-no_pager|d|-default|r|-regexp|w|q|-force|f)$/.test(text));
  const short = call.name === 'ml';
  const verbs =
    /^(?:avail|av|list|show|display|spider|whatis|keyword|key|help|load|add|try-load|unload|del|rm|swap|switch|purge|reset|overview|is-loaded|is-avail|--version)$/;
  const [first = ''] = texts;
  const verb = verbs.test(first) ? first : short ? 'load' : first;
  const names = verbs.test(first) ? texts.slice(1) : texts;
  if (!verbs.test(verb) && !(short && texts.length === 0))
    call.say('ask', `does “${verb}” with modules, which may run code from elsewhere or change settings`, 'changes the shell');
  else if (names.some((name) => isWild(name) || /^[./~]|\.\.|^\uE010|^-{1,2}(?:[^-]*=|config)/.test(name)))
    call.say('ask', 'loads a module from a path, not from the site', 'runs other code');
  else call.look('works with modules of the site');
  return OTHER_FLOW;
}

function judgeNvidia(call: Call): Flow {
  const asked = call.args.map((arg) => arg.text);
  const known =
    /^(?:-q|-L|-x|-u|-i|-d|-f?|--query(?:-[\w-]+)?(?:=.*)?|--format(?:=.*)?|--list-gpus|--id(?:=.*)?|--display(?:=.*)?|--version|-h|--help|topo|-m|--matrix|nvlink|-s|--status|dmon|pmon|-c|--xml-format|--unit|[\w.,:%][\w.,:%-]*)$/;
  const resets = asked.some((text) => !known.test(text) || /^-f$|^--filename|^(?:-l|--loop)/.test(text) || isWild(text));
  // `-c` counts samples for dmon and sets the compute mode otherwise.
  const sets = asked.includes('-c') && !/^[dp]mon$/.test(asked[0] ?? '');
  const verbs = /^(?:topo|nvlink|dmon|pmon)$/;
  const oddVerb = asked[0] !== undefined && !asked[0].startsWith('-') && !verbs.test(asked[0]);
  if (resets || sets || oddVerb) call.say('ask', 'may change settings of the GPU, write a file or go on for ever', 'changes settings');
  else call.look('tells about GPUs');
  return OTHER_FLOW;
}

function judgeRocm(call: Call): Flow {
  if (
    call.args.every((arg) =>
      /^(?:--show[\w-]*|vram|gtt|vis_vram|all|-[aituPdcMbf]|--json|--csv|--alldevices|static|metric|list|monitor|process|version|topology)$/.test(
        arg.text,
      ),
    )
  )
    call.look('tells about GPUs');
  else call.say('ask', 'may change settings of the GPU', 'changes settings');
  return OTHER_FLOW;
}

/** `ps e` shows the environment of processes, `ps -e` does not. */
function judgePs(call: Call): Flow {
  call.look('lists processes');
  if (
    call.args.some(
      (arg, index) =>
        (index === 0 || arg.text.length < 6) &&
        /^[a-zA-Z]*e[a-zA-Z]*$/.test(arg.text) &&
        call.args[index - 1]?.text.startsWith('-') !== true,
    )
  ) {
    call.say('ask', 'shows the environment of processes, secrets among it', 'shows secrets');
  }
  return OTHER_FLOW;
}

function judgeTop(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text).join(' ');
  if (call.name === 'top' && /(?:^| )-[a-zA-Z]*b/.test(texts) && /(?:^| )-[a-zA-Z]*n ?\d{1,2}(?: |$)/.test(texts))
    call.look('lists processes');
  else call.say('ask', 'goes on until somebody stops it', 'loads the machine');
  return OTHER_FLOW;
}

function judgeKill(call: Call): Flow {
  const { operands, options } = readArguments(
    call.args.map((arg, index) => (index === 0 && /^-(?:\d+|[A-Z]+\d?)$/.test(arg.text) ? { ...arg, text: '-s' } : arg)),
  );
  const texts = call.args.map((arg) => arg.text);
  if (texts.length <= 2 && /^-[lL]$/.test(texts[0] ?? '')) return OTHER_FLOW;
  if (texts.slice(1).includes('-1') || (texts.length === 1 && texts[0] === '-1') || texts.includes('--'))
    call.say('refuse', 'stops every process of the account', 'stops processes');
  else if (call.name !== 'kill' && options.some(({ name }) => /^-(?:u|U|-user|-euid)/.test(name)))
    call.say('refuse', 'stops every process of an account', 'stops processes');
  else call.say('ask', `stops ${operands.length === 1 ? 'a process' : 'processes'}`, 'stops processes');
  return OTHER_FLOW;
}

function judgeLfs(call: Call): Flow {
  const [verb, ...args] = call.args;
  if (
    ['quota', 'df', 'getstripe', 'osts', 'check', 'path2fid', 'fid2path', 'project'].includes(verb?.text ?? '') &&
    !args.some((arg) => /^-(?:s|C|c)$/.test(arg.text) && verb?.text === 'project')
  )
    call.look('tells about the file system');
  else call.say('ask', 'may change how files are stored', 'changes files');
  return OTHER_FLOW;
}

function judgeContainer(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text);
  const [verb = ''] = texts;
  call.guard(call.args);
  if (
    /^(?:--version|version|--help|help)$/.test(verb) ||
    (verb === 'inspect' && texts.length === 2) ||
    (verb === 'cache' && texts[1] === 'list')
  ) {
    call.look('tells about containers');
    return OTHER_FLOW;
  }
  const at = texts.findIndex((text) => /^(?:sh|bash|\/bin\/(?:ba)?sh|pip3?|conda|python3?)$/.test(text));
  if (at > 0) call.start(call.args.slice(at), { where: call.where });
  call.say('ask', 'works with containers', 'runs other code');
  return OTHER_FLOW;
}

function judgeBuild(call: Call): Flow {
  const texts = call.args.map((arg) => arg.text);
  if (texts.length === 1 && /^(?:--version|-v|-V|-dumpversion|--help)$/.test(texts[0]!)) {
    call.look('tells its version');
    return OTHER_FLOW;
  }
  for (const text of texts) {
    const code = /^(?:--eval=|-E)?(?:\w+[:?+]?!?=)?\$\(shell (.{1,400})\)/.exec(text)?.[1] ?? /^SHELL=(.*)$/.exec(text)?.[1];
    if (code !== undefined) call.script(code.replace(/\)$/, ''));
  }
  call.guard(call.args);
  const forbidden = call.where === 'login' ? call.policy.forbids.compute : null;
  if (forbidden !== null) call.say('refuse', `computes on a login node, and ${forbidden}`, 'loads the machine');
  else call.say('ask', 'builds something, and what it runs stands elsewhere', 'runs other code');
  return OTHER_FLOW;
}

const refuse =
  (why: string) =>
  (call: Call): Flow => {
    call.say('refuse', why, 'changes settings');
    return NO_FLOW;
  };
const group = (names: readonly string[], rule: (call: Call) => Flow): Rules => Object.fromEntries(names.map((name) => [name, rule]));

/** The machine: modules, GPUs, processes, and what administers it. */
export const MACHINE_RULES: Rules = {
  module: judgeModule,
  ml: judgeModule,
  'nvidia-smi': judgeNvidia,
  'rocm-smi': judgeRocm,
  'amd-smi': judgeRocm,
  ps: judgePs,
  mount: (call) => {
    if (call.args.length === 0) call.look('lists file systems');
    else call.say('refuse', 'administers the machine', 'changes settings');
    return OTHER_FLOW;
  },
  top: judgeTop,
  htop: judgeTop,
  nvtop: judgeTop,
  lfs: judgeLfs,
  kill: judgeKill,
  pkill: judgeKill,
  killall: judgeKill,
  ...group(['singularity', 'apptainer', 'docker', 'podman', 'podman-hpc', 'shifter', 'enroot', 'charliecloud'], judgeContainer),
  ...group(
    [
      'make',
      'cmake',
      'ninja',
      'gcc',
      'g++',
      'cc',
      'c++',
      'clang',
      'nvcc',
      'hipcc',
      'cargo',
      'rustc',
      'go',
      'gfortran',
      'meson',
      'bazel',
      'mvn',
      'gradle',
      'java',
      'javac',
    ],
    judgeBuild,
  ),
  ...group(
    [
      'shutdown',
      'reboot',
      'poweroff',
      'halt',
      'init',
      'telinit',
      'umount',
      'mkfs',
      'mkfs.ext4',
      'mkfs.xfs',
      'fdisk',
      'parted',
      'wipefs',
      'swapon',
      'swapoff',
      'insmod',
      'modprobe',
      'rmmod',
      'sysctl',
      'useradd',
      'usermod',
      'userdel',
      'passwd',
      'chpasswd',
      'chsh',
      'chfn',
      'visudo',
      'setenforce',
      'iptables',
      'ip6tables',
      'nft',
      'ufw',
      'firewall-cmd',
      'auditctl',
      'setcap',
      'chroot',
      'unshare',
      'nsenter',
      'capsh',
      'loginctl',
      'losetup',
      'debugfs',
    ],
    refuse('administers the machine'),
  ),
  ...group(['strace', 'ltrace', 'ptrace', 'gcore'], (call) => {
    const at = call.args.findIndex((arg) => !arg.text.startsWith('-'));
    if (at !== -1) call.start(call.args.slice(at));
    call.say('ask', 'looks into a running program', 'runs other code');
    return OTHER_FLOW;
  }),
  systemctl: (call) => {
    if (/^(?:status|is-active|list-units|show|is-enabled)$/.test(call.args.find((arg) => !arg.text.startsWith('-'))?.text ?? ''))
      call.say('ask', 'asks about services', 'reads elsewhere');
    else call.say('refuse', 'administers services', 'stays running');
    return OTHER_FLOW;
  },
  ldd: (call) => {
    call.guard(call.args);
    call.say('ask', 'may run the program that it looks at', 'runs other code');
    return OTHER_FLOW;
  },
};
