/** What of the bot's own environment commands on this machine may see: never its tokens. */
import { userInfo } from 'node:os';

const ALLOWED_NAMES = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TERM',
  'LD_LIBRARY_PATH',
  'SLURM_CONF',
  'CUDA_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
  'OPENBLAS_CORETYPE',
  'PYENV_ROOT',
  'MODULEPATH',
  'MODULESHOME',
  'HF_HOME',
  'TORCH_HOME',
]);
const ALLOWED_PREFIXES = ['LC_', 'XDG_', 'PIP_', 'UV_', 'LMOD_'];

/** The variables that a login would have set, without what was given to the bot alone. */
export function selectEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  // A service manager or container often leaves these out, a login never does.
  const account = userInfo();
  const selected: Record<string, string> = {
    HOME: account.homedir,
    USER: account.username,
    LOGNAME: account.username,
    SHELL: account.shell ?? '/bin/sh',
    PATH: '/usr/local/bin:/usr/bin:/bin',
  };
  for (const [name, value] of Object.entries(env)) {
    const isAllowed = ALLOWED_NAMES.has(name) || ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (value !== undefined && isAllowed) selected[name] = value;
  }
  return selected;
}
