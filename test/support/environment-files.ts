/** Packages that builds of sources want to find, and a project that builds itself. */
import { makeWheel, type Distribution } from './package-index/packages.ts';

/** What the plan installs before it builds from source; none of it is needed by projects that build themselves. */
export const BUILD_TOOLS: readonly Distribution[] = [
  'ninja',
  'packaging',
  'wheel',
  'setuptools-scm',
  'hatchling',
  'poetry-core',
  'flit-core',
  'pdm-backend',
].map((name) => makeWheel({ name, version: '3.0' }));

/** A project whose build backend lies in itself (PEP 517): it packs one module into a wheel and needs nothing else. */
export function describeOwnBuild(name: string, module: string): Readonly<Record<string, string>> {
  return {
    'pyproject.toml': '[build-system]\nrequires = []\nbuild-backend = "own_build"\nbackend-path = ["."]\n',
    [`${name}.py`]: module,
    'own_build.py': `import os, zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    info = "${name}-1.0.dist-info"
    texts = {
        "${name}.py": open("${name}.py").read(),
        info + "/METADATA": "Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n",
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    texts[info + "/RECORD"] = "".join(path + ",,\\n" for path in [*texts, info + "/RECORD"])
    file = "${name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, file), "w") as target:
        for path, text in texts.items():
            target.writestr(path, text)
    return file
`,
  };
}
