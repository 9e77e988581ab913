import { isWild } from './marks.ts';

/** Variables that change which program runs, what it loads, or what it runs by itself. */
const STEERING =
  /^(?:PATH|LD_\w+|DYLD_\w+|GCONV_PATH|LOCPATH|NLSPATH|IFS|ENV|BASH\w*|BASH_FUNC_.*|SHELLOPTS|PROMPT_COMMAND|PS[0-4]|CDPATH|GLOBIGNORE|HOME|PWD|OLDPWD|SHELL|USER|LOGNAME|HISTFILE|HISTCONTROL|HISTSIZE|HISTFILESIZE|TMOUT|FIGNORE|FPATH|ZDOTDIR|TERMINFO\w*|TERMCAP|\w*PAGER|\w*EDITOR|VISUAL|BROWSER|LESS\w*|MAN\w+|GREP_\w+|GIT_\w+|SSH_\w+|RSYNC_\w+|CVS_\w+|TAR_OPTIONS|RIPGREP_\w+|UNZIP\w*|ZIPINFO\w*|AWKPATH|AWKLIBPATH|PERL\w+|PYTHON(?:PATH|HOME|STARTUP|INSPECT|BREAKPOINT|USERBASE|EXECUTABLE|WARNINGS|PLATLIBDIR)|RUBY(?:OPT|LIB)|NODE_(?:OPTIONS|PATH)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|CLASSPATH|LUA_\w+|R_(?:PROFILE|ENVIRON)\w*|MODULE\w*|LMOD_\w+|SLURM_CONF|SLURM_\w*_PLUGIN\w*|SUDO_\w+|WGETRC|CURL_HOME|OPENSSL_\w+|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|\w*_proxy|\w*_PROXY|MAKEFLAGS|MAKEFILES|CC|CXX|SINGULARITY\w*|APPTAINER\w*|DOCKER_\w+|PIP_\w+|UV_\w+|CONDA_\w+|XDG_\w+|OPAMROOT|GNUPGHOME|KUBECONFIG|DBUS_\w+|DISPLAY|NETRC|RUN)$/;
/** Those of them that people set to plain values and that no program on the list of what only looks obeys. */
const PLAIN = /^(?:CONDA_DEFAULT_ENV|PIP_DISABLE_PIP_VERSION_CHECK|PIP_NO_CACHE_DIR|XDG_CACHE_HOME)$/;

/** Why setting the variable matters beyond itself; null for the many that do not. */
export function explainAssignment(name: string, value: string | null): string | null {
  if (!/^[A-Za-z_]\w*$/.test(name)) return `sets “${name}”, which is no plain variable`;
  if (!STEERING.test(name) || PLAIN.test(name)) return null;
  const shown = value === null || isWild(value) ? '' : value;
  return `sets ${name}${shown === '' ? '' : ` to ${shown}`}, which changes what other commands do`;
}

/** Whether a value could be taken for an arithmetic expression that runs something. */
export function isPlainNumber(value: string): boolean {
  return /^[\d\uE003 +*/%-]*$/.test(value);
}
