import type { Entry } from '../repo-map/schema.ts';
import type { PlannedPackage } from './schema.ts';

/** The repository's own modules that an entry imports, as `root:module`; the entry itself is a program and is not among them. */
export function listOwnModules(entry: Pick<Entry, 'file' | 'files' | 'importRoots'>): string[] {
  const roots = [...(entry.importRoots ?? [])].sort((a, b) => b.length - a.length);
  const found = (entry.files ?? []).flatMap((file) => {
    if (file === entry.file || !file.endsWith('.py')) return [];
    const root = roots.find((folder) => folder === '' || file.startsWith(`${folder}/`)) ?? '';
    const path = file.slice(root === '' ? 0 : root.length + 1).replace(/(?:\/?__init__)?\.py$/, '');
    const module = path.replaceAll('/', '.');
    return /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(module) && !module.endsWith('__main__') ? [`${root}:${module}`] : [];
  });
  return [...new Set(found)].slice(0, MAX_OWN);
}

const MAX_OWN = 200;

/**
 * A Python file of ours that imports what is needed and prints `name version` for each, `missing name: why` for what fails. With `--gpu`
 * it also wants a GPU that torch, JAX or TensorFlow can use, whichever is needed, with `--own REPO` the repository's own modules.
 */
export function renderVerify(packages: readonly PlannedPackage[], own: readonly string[] = []): string {
  const needed = packages.filter((item) => ['present', 'pip', 'source', 'apt', 'no-op'].includes(item.how) && item.imports.length > 0);
  const rows = needed.map((item) => `    (${JSON.stringify(item.name)}, ${JSON.stringify(item.imports)}),`);
  const modules = own.map((name) => `    ${JSON.stringify(name)},`);
  return SOURCE.replace('@ROWS@', () => rows.join('\n')).replace('@OWN@', () => modules.join('\n'));
}

const SOURCE = `"""Written by Reprobot: imports what the run needs and prints one line each."""
import importlib
import os
import sys

NEEDED = [
@ROWS@
]
OWN = [
@OWN@
]


def find_version(name, module):
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return str(getattr(module, "__version__", "unknown")).replace(" ", "")


def look_with_torch():
    import torch
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return [torch.cuda.get_device_name(index) for index in range(count)]


def look_with_jax():
    import jax
    return [str(device.device_kind) for device in jax.devices() if device.platform != "cpu"]


def look_with_tensorflow():
    import tensorflow
    return [device.name for device in tensorflow.config.list_physical_devices("GPU")]


FRAMEWORKS = {"torch": look_with_torch, "jax": look_with_jax, "tensorflow": look_with_tensorflow}

good = 0
for name, modules in NEEDED:
    try:
        loaded = [importlib.import_module(module) for module in modules]
        print(name, find_version(name, loaded[0]))
        good += 1
    except BaseException as error:
        print("missing %s: %s: %s" % (name, type(error).__name__, " ".join(str(error).split())[:300]))
wanted = len(NEEDED)
if "--gpu" in sys.argv:
    asked = [name for name in FRAMEWORKS if any(name in modules for _, modules in NEEDED)] or ["torch"]
    for name in asked:
        wanted += 1
        try:
            devices = FRAMEWORKS[name]()
            if devices:
                print("gpu %d:%s" % (len(devices), devices[0].replace(" ", "-")))
                good += 1
            else:
                print("missing gpu: %s sees none" % name)
        except BaseException as error:
            print("missing gpu: %s: %s" % (type(error).__name__, " ".join(str(error).split())[:300]))
if "--own" in sys.argv:
    repo = os.path.abspath(sys.argv[sys.argv.index("--own") + 1])
    for root in sorted(set(item.split(":")[0] for item in OWN), reverse=True):
        sys.path.insert(0, os.path.join(repo, root))
    for item in OWN:
        wanted += 1
        module = item.split(":")[1]
        try:
            importlib.import_module(module)
            good += 1
        except BaseException as error:
            print("missing %s: %s: %s" % (module, type(error).__name__, " ".join(str(error).split())[:300]))
print("verified %d of %d" % (good, wanted))
sys.stdout.flush()
sys.exit(0 if good == wanted else 1)
`;

/** What the verify command found: ok only when it came to its end and nothing was missing. */
export function checkVerify(stdout: string): { ok: boolean; missing: string[] } {
  const lines = stdout.split('\n').map((line) => line.trim());
  const missing = lines.flatMap((line) => /^missing (\S+?): /.exec(line)?.[1] ?? []);
  const end = lines.map((line) => /^verified (\d+) of (\d+)$/.exec(line)).findLast((match) => match !== null);
  return { ok: end !== undefined && end !== null && end[1] === end[2] && missing.length === 0, missing };
}
