import { isDistributionName, normaliseName } from '../repo-map/dependencies/distributions.ts';
/** One look at a site: which interpreters there are, what they have, and what could be had. */
import type { RepoMap } from '../repo-map/schema.ts';
import type { SiteProfile } from '../site.ts';
import { debianPackageOf } from './debian.ts';
import type { SiteFacts } from './schema.ts';

/** Arguments for the probe script: the index to try (`-` for pip's own setting), the apt names to look up, the interpreters. */
export function probeArguments(options: { readonly site: SiteProfile; readonly map: RepoMap; readonly indexUrl?: string }): string[] {
  const names = new Set([
    ...options.map.dependencies.map((item) => item.name),
    ...options.map.entries.flatMap((entry) => (entry.needs ?? []).map((need) => need.name)),
  ]);
  const known = [...names].filter((name) => isDistributionName(name)).slice(0, MAX_LOOKED_UP);
  const apt = options.site.packages.mayUseApt ? known.map(debianPackageOf) : [];
  return [options.indexUrl ?? '-', [...new Set(apt)].join(' '), ...options.site.packages.pythons];
}

/** A word for a program holds 128 kB; names have 100 characters at most. */
const MAX_LOOKED_UP = 1000;

/**
 * A fixed POSIX sh script that looks and changes nothing. $1 index URL or `-`, $2 apt package names separated by spaces, the rest
 * interpreters: names are looked up in every folder of PATH, paths are taken as they are. Prints one fact a line, fields separated by tabs.
 */
export function probeScript(): string {
  return SCRIPT;
}

const PYTHON = `
import sys, os
ok = 0
try:
    import venv, ensurepip
    ok = 1
except Exception:
    pass
print("python\\t%s\\t%s\\t%d" % (sys.executable, ".".join(map(str, sys.version_info[:3])), ok))
try:
    try:
        from importlib.metadata import distributions
        found = [(d.metadata["Name"], d.version) for d in distributions()]
    except ImportError:
        import pkg_resources
        found = [(d.project_name, d.version) for d in pkg_resources.working_set]
except Exception:
    found = []
for name, version in found:
    if name: print("package\\t%s\\t%s" % (name, version))
`.trim();

const INDEX = `
import base64, os
try:
    from urllib.parse import unquote, urlsplit, urlunsplit
    from urllib.request import Request, urlopen
    parts = urlsplit(os.environ["REPROBOT_INDEX"])
    login, _, place = parts.netloc.rpartition("@")
    head = {"Authorization": "Basic " + base64.b64encode(unquote(login).encode()).decode()} if login else {}
    urlopen(Request(urlunsplit(parts._replace(netloc=place)), headers=head, method="HEAD"), timeout=5)
    print("index\\t1")
except Exception as error:
    code = getattr(error, "code", None)
    print("index\\t%d" % (1 if code in (405, 401, 403, 404) else 0))
`.trim();

const SCRIPT = `
url=$1; apt=$2; shift 2
# Python looks for modules where it stands.
cd /
printf 'arch\\t%s\\n' "$(uname -m)"
cpus=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
printf 'cpus\\t%s\\n' "$cpus"
if [ -r /proc/meminfo ]; then awk '/^MemTotal/ { printf "memory\\t%d\\n", $2 / 1024 }' /proc/meminfo
else sysctl -n hw.memsize 2>/dev/null | awk '{ printf "memory\\t%d\\n", $1 / 1048576 }'; fi
gpus=0
if command -v nvidia-smi >/dev/null 2>&1; then gpus=$(nvidia-smi -L 2>/dev/null | grep -c '^GPU'); fi
if [ "$gpus" = 0 ] && [ -d /sys/class/kfd/kfd/topology/nodes ]; then
  gpus=$(cat /sys/class/kfd/kfd/topology/nodes/*/simd_count 2>/dev/null | awk '$1 > 0 { n++ } END { print n + 0 }')
fi
printf 'gpus\\t%s\\n' "\${gpus:-0}"
first=
seen=:
look() {
  real=$("$1" -c 'import sys; print(sys.executable)' 2>/dev/null) || return 0
  key=$("$1" -c 'import os, sys; print(sys.prefix + "=" + os.path.realpath(sys.executable))' 2>/dev/null)
  case $seen in *":$key:"*) return 0 ;; esac
  seen=$seen$key:
  [ -n "$first" ] || first=$real
  "$real" -c '${PYTHON}' 2>/dev/null
}
for name in "$@"; do
  case $name in
    /*) [ -x "$name" ] && look "$name" ;;
    *)
      rest=$PATH:
      while [ -n "$rest" ]; do
        folder=\${rest%%:*}; rest=\${rest#*:}
        [ -n "$folder" ] && [ -x "$folder/$name" ] && look "$folder/$name"
      done ;;
  esac
done
if [ -n "$first" ]; then
  [ "$url" != - ] || url=\${PIP_INDEX_URL:-$("$first" -m pip config get global.index-url 2>/dev/null)}
  [ -n "$url" ] || url=https://pypi.org/simple/
  # Not as an argument, which every user of the machine could read: it may hold a password.
  REPROBOT_INDEX=$url "$first" -c '${INDEX}' 2>/dev/null
fi
printf 'tools\\t1\\n'
for tool in gcc nvcc hipcc cmake ninja mpicc uv git; do
  command -v "$tool" >/dev/null 2>&1 && printf 'tool\\t%s\\n' "$tool"
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  printf 'apt\\t1\\n'
  [ -z "$apt" ] || apt-cache policy -- $apt 2>/dev/null | awk '
    /^[^ ].*:$/ { name = substr($0, 1, length($0) - 1) }
    /^  Candidate:/ && $2 != "(none)" { printf "apt-package\\t%s\\t%s\\n", name, $2 }'
fi
printf 'end\\t1\\n'
`.trimStart();

/** Reads what the probe printed; lines that it did not print are ignored, and what is missing counts as not there. */
export function parseProbe(text: string): SiteFacts {
  const pythons: { path: string; version: string; canMakeVenv: boolean; packages: Record<string, string> }[] = [];
  const apt = { available: false, packages: {} as Record<string, string> };
  const numbers = new Map<string, number>();
  const tools: string[] = [];
  let arch = 'unknown';
  let indexReachable = false;
  for (const line of text.split('\n')) {
    const [word = '', first = '', second = '', third = ''] = line.trimEnd().split('\t');
    if (word === 'python' && first !== '') pythons.push({ path: first, version: second, canMakeVenv: third === '1', packages: {} });
    else if (word === 'package') addPackage(pythons.at(-1)?.packages, first, second);
    else if (word === 'index') indexReachable = first === '1';
    else if (word === 'apt') apt.available = first === '1';
    else if (word === 'apt-package') addPackage(apt.packages, first, second);
    else if (word === 'arch') arch = first;
    else if (word === 'tool' && /^[\w+-]{1,40}$/.test(first)) tools.push(first);
    else if (/^\d+$/.test(first)) numbers.set(word, Number(first));
  }
  const atLeastOne = (name: string) => Math.max(1, numbers.get(name) ?? 1);
  return {
    pythons,
    indexReachable,
    apt,
    arch,
    gpus: numbers.get('gpus') ?? 0,
    cpus: atLeastOne('cpus'),
    memoryMb: atLeastOne('memory'),
    ...(numbers.has('tools') ? { tools } : {}),
  };
}

function addPackage(packages: Record<string, string> | undefined, name: string, version: string): void {
  if (packages === undefined || !/^[A-Za-z0-9][\w.+-]*$/.test(name)) return;
  packages[normaliseName(name)] ??= version;
}
