import { holdsPattern, mayMatch } from './globs.ts';

/** Folders and files that hold keys, credentials or what a person typed; each a path of which any file may be part. */
const SECRETS: readonly string[] = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.oci',
  '.step',
  '.globus',
  '.kaggle',
  '.password-store',
  '.docker/config.json',
  '.config/gcloud',
  '.config/gh',
  '.config/hub',
  '.config/rclone',
  '.config/git/credentials',
  '.config/kaggle',
  '.config/github-copilot',
  '.config/anthropic',
  '.huggingface/token',
  '.cache/huggingface/token',
  '.cache/huggingface/stored_tokens',
  '.local/share/keyrings',
  '.netrc',
  '_netrc',
  '.pgpass',
  '.my.cnf',
  '.git-credentials',
  '.pypirc',
  '.npmrc',
  '.condarc_token',
  '.vault-token',
  '.xauthority',
  '.s3cfg',
  '.boto',
  '.rhosts',
  '.terraform.d/credentials.tfrc.json',
  '.claude/.credentials.json',
  '.claude.json',
  '.env',
  '.env.*',
  '.envrc',
  'kaggle.json',
  'credentials.json',
  'client_secret*.json',
  'service-account*.json',
  'service_account*.json',
  'secrets.json',
  'secrets.y*ml',
  'secrets.toml',
  'id_rsa*',
  'id_dsa*',
  'id_ecdsa*',
  'id_ed25519*',
  '*private*key*',
  '*_key.pem',
  'privkey*.pem',
  '*.ppk',
  '*.kdbx',
  '*.keytab',
  '.bash_history',
  '.zsh_history',
  '.history',
  '.sh_history',
  '.python_history',
  '.node_repl_history',
  '.psql_history',
  '.mysql_history',
  '.sqlite_history',
  '.lesshst',
  '.viminfo',
  '.local/share/fish/fish_history',
  'krb5cc_*',
  'etc/shadow*',
  'etc/gshadow*',
  'etc/sudoers',
  'etc/sudoers.d',
  'etc/munge',
  'etc/krb5.keytab',
  'etc/ssh/ssh_host_*',
  'etc/security/opasswd',
  'var/spool/cron',
  'proc/*/environ',
  'proc/*/mem',
  'proc/*/task/*/environ',
  'proc/kcore',
  'dev/mem',
  'dev/kmem',
  'run/secrets',
  'run/munge',
].map((path) => path.toLowerCase());
const PATTERNS = SECRETS.map((path) => path.split('/'));
const HARMLESS = ['*.pub', 'known_hosts*', '.env.example', '.env.sample', '.env.template', '.env.dist', '.env.defaults'];
/** Files that a shell or a login runs by itself. */
const STARTUP = [
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.kshrc',
  '.mkshrc',
  '.cshrc',
  '.tcshrc',
  '.login',
  '.logout',
  '.inputrc',
  '.pam_environment',
  '.forward',
  '.xprofile',
  '.xinitrc',
  '.xsession',
  '.config/fish',
  '.config/autostart',
  '.config/systemd',
  '.config/environment.d',
  '.ssh/authorized_keys*',
  '.ssh/rc',
  '.ssh/environment',
  '.ssh/config',
  '.ssh',
  '.gitconfig',
  '.config/git',
  '.vimrc',
  '.screenrc',
  '.tmux.conf',
  '.modulerc',
  '.lmodrc',
  '.pythonrc',
  'sitecustomize.py',
  'usercustomize.py',
  '.git/hooks',
  '.git/config',
  '.pythonstartup',
  '.config/pip',
].map((path) => path.split('/'));

function readParts(path: string): string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '' && part !== '.');
}

/** Whether a path names, or its globs may name, something that holds secrets. */
export function isSecretPath(path: string): boolean {
  const parts = readParts(path);
  const last = parts.at(-1) ?? '';
  if (HARMLESS.some((pattern) => mayMatch(last, pattern)) && !/[\uE000-\uE006]/.test(last)) return false;
  return PATTERNS.some((pattern) => holdsPattern(parts, pattern));
}

/** Whether a path names a file that a shell, a login or git runs by itself. */
export function isStartupPath(path: string): boolean {
  const parts = readParts(path);
  return STARTUP.some((pattern) => holdsPattern(parts, pattern));
}

const SECRET_NAME =
  /(?:TOKEN|SECRET|PASSW|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|_PAT$|^PAT$|_PWD$|AUTH_?KEY|WANDB_API|SSH_AUTH)/i;

/** Whether a variable of this name is likely to hold a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !/TOKENIZERS?_|MAX_TOKENS|NUM_TOKENS|_TOKENS$/i.test(name);
}
