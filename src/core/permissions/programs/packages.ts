import { OTHER_FLOW, type Call, type Flow, type Rules } from '../call.ts';

const LOOKS: Readonly<Record<string, RegExp>> = {
  pip: /^(?:list|show|freeze|check|--version|-V|help|--help|debug|inspect)$/,
  conda: /^(?:list|info|--version|-V|env list|search|config --show|--help)$/,
  uv: /^(?:--version|version|pip (?:list|show|freeze|check|tree)|cache dir|help|--help)$/,
  poetry: /^(?:show|--version|check|env info|env list)$/,
  pipx: /^(?:list|--version)$/,
  npm: /^(?:ls|list|--version|-v)$/,
  spack: /^(?:find|list|info|--version|arch|compilers)$/,
};
const KIN: Readonly<Record<string, string>> = {
  pip2: 'pip',
  pip3: 'pip',
  mamba: 'conda',
  micromamba: 'conda',
  'conda-env': 'conda',
  yarn: 'npm',
  pnpm: 'npm',
  npx: 'npm',
  uvx: 'uv',
};
const ACTIVATION = /^(?:activate|deactivate|shell|run|hook)$/;

/** pip, conda and their kin: asking what is there is harmless, installing is not for login nodes where the site says so. */
export function judgePackages(call: Call): Flow {
  const name = call.name.replace(/^pip3\.\d+$/, 'pip');
  const kin = KIN[name] ?? name;
  const texts = call.args.map((arg) => arg.text);
  const verbs = texts.filter((text, index) => !text.startsWith('-') || index === 0);
  const looks = LOOKS[kin];
  const saysLook = looks !== undefined && (looks.test(verbs[0] ?? '') || looks.test(`${verbs[0]} ${verbs[1]}`));
  call.guard(call.args);
  if (
    saysLook &&
    !(kin === 'conda' && verbs[0] === 'search') &&
    !texts.some((text) => /^(?:--(?:path|log|cert|proxy|index-url|python|extra-index-url|outdated)|-o$)/.test(text))
  ) {
    call.look('tells what is installed');
    return OTHER_FLOW;
  }
  const first = verbs[0] ?? '';
  if (kin === 'conda' && ACTIVATION.test(first)) {
    if (first === 'run') {
      const from = texts.indexOf('run');
      let at = from + 1;
      for (; at < texts.length && texts[at]!.startsWith('-'); at += 1)
        if (['-n', '-p', '--name', '--prefix', '--cwd'].includes(texts[at]!)) at += 1;
      call.start(call.args.slice(at));
    }
    call.say('ask', 'switches to another environment', 'changes the shell');
    return OTHER_FLOW;
  }
  if (kin === 'uv' && first === 'run') {
    const at = texts.findIndex((text, index) => index > 0 && !text.startsWith('-'));
    if (at > 0) call.start(call.args.slice(at));
  }
  const forbidden = call.where === 'login' ? call.policy.forbids.installs : null;
  if (forbidden !== null) call.say('refuse', `installs packages on a login node of ${call.policy.site}: ${forbidden}`, 'installs packages');
  else
    call.say(
      'ask',
      `installs or changes packages${call.policy.forbids.installs === null ? '' : `, and of ${call.policy.site} it is known: ${call.policy.forbids.installs}`}`,
      'installs packages',
    );
  return OTHER_FLOW;
}

const SYSTEM = (call: Call): Flow => {
  if (
    ['apt', 'apt-cache', 'dpkg', 'rpm', 'dnf', 'yum'].includes(call.name) &&
    /^(?:list|show|search|policy|-l|-L|-s|-q\w*|info)$/.test(call.args[0]?.text ?? '')
  ) {
    call.look('tells what is installed');
    return OTHER_FLOW;
  }
  call.say('ask', 'changes the system', 'installs packages');
  return OTHER_FLOW;
};

/** What installs software. */
export const PACKAGE_RULES: Rules = {
  ...Object.fromEntries(
    [
      'pip',
      'pip2',
      'pip3',
      'conda',
      'mamba',
      'micromamba',
      'conda-env',
      'uv',
      'uvx',
      'poetry',
      'pipx',
      'npm',
      'npx',
      'yarn',
      'pnpm',
      'spack',
      'pixi',
      'pdm',
      'rye',
      'easy_install',
      'virtualenv',
      'conda-containerize',
      'pip-containerize',
    ]
      .concat(Array.from({ length: 12 }, (_, minor) => `pip3.${minor + 6}`))
      .map((name) => [name, judgePackages]),
  ),
  ...Object.fromEntries(
    ['apt', 'apt-get', 'apt-cache', 'dpkg', 'rpm', 'dnf', 'yum', 'brew', 'snap', 'zypper', 'pacman', 'eb'].map((name) => [name, SYSTEM]),
  ),
};
