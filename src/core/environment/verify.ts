import type { PlannedPackage } from './schema.ts';

/** A Python file of ours that imports what is needed and prints `name version` for each, `missing name: why` for what fails. */
export function renderVerify(packages: readonly PlannedPackage[]): string {
  const needed = packages.filter((item) => ['present', 'pip', 'apt', 'no-op'].includes(item.how) && item.imports.length > 0);
  const rows = needed.map((item) => `    (${JSON.stringify(item.name)}, ${JSON.stringify(item.imports)}),`);
  return SOURCE.replace('@ROWS@', () => rows.join('\n'));
}

const SOURCE = `"""Written by Reprobot: imports what the run needs and prints one line each."""
import importlib
import sys

NEEDED = [
@ROWS@
]


def find_version(name, module):
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return str(getattr(module, "__version__", "unknown")).replace(" ", "")


good = 0
for name, modules in NEEDED:
    try:
        loaded = [importlib.import_module(module) for module in modules]
        print(name, find_version(name, loaded[0]))
        good += 1
    except BaseException as error:
        print("missing %s: %s: %s" % (name, type(error).__name__, " ".join(str(error).split())[:300]))
print("verified %d of %d" % (good, len(NEEDED)))
sys.stdout.flush()
sys.exit(0 if good == len(NEEDED) else 1)
`;

/** What the verify command found: ok only when it came to its end and nothing was missing. */
export function checkVerify(stdout: string): { ok: boolean; missing: string[] } {
  const lines = stdout.split('\n').map((line) => line.trim());
  const missing = lines.flatMap((line) => /^missing (\S+?): /.exec(line)?.[1] ?? []);
  const end = lines.map((line) => /^verified (\d+) of (\d+)$/.exec(line)).findLast((match) => match !== null);
  return { ok: end !== undefined && end !== null && end[1] === end[2] && missing.length === 0, missing };
}
