import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'build_failure',
  title: 'A package did not build',
  fault: 'environment',
  route: 'environment',
  patterns: [
    { regex: /fatal error: '?(?<header>[\w./+-]+\.(?:h|hpp|cuh))'?(?:: No such file| file not found)/, weight: 'decisive' },
    {
      regex:
        /^\s*\S+\.(?:c|cc|cpp|cxx|cu|h|hpp|cuh|m|mm|f90|rs):\d+(?::\d+)?: (?:fatal )?error: |^\s*\S+\.cuh?\(\d+\): error: |error\[E\d{4}\]/,
      weight: 'decisive',
    },
    {
      regex: /nvcc fatal|undefined reference to|\bld: (?:cannot find|.*relocation)|\/ld: \S+: relocation|collect2: error/,
      weight: 'decisive',
      not: /Unsupported gpu architecture/,
    },
    {
      regex:
        /Could NOT find \w+|CMAKE_\w+_COMPILER|No CMAKE|error: command '\S*(?:gcc|g\+\+|cc|nvcc|clang|cmake|ninja)\S*' failed|unable to execute '?\S*(?:gcc|g\+\+|nvcc)|can't find Rust compiler|[Mm]icrosoft Visual C\+\+ .* is required|CUDA_HOME environment variable is not set/,
      not: /CalledProcessError/,
    },
    { regex: /torch_extensions\/.*\.so: cannot open shared object file|Error building extension|use_2to3 is invalid/, weight: 'decisive' },
    {
      regex:
        /Failed (?:building|to build)(?: installable)? (?:wheels?|editable)|Failed to build |metadata-generation-failed|ninja: build stopped|Encountered error while (?:generating package metadata|trying to install)|make(?:\[\d+\])?: \*\*\* .*Error \d|subprocess-exited-with-error|BackendUnavailable|error: metadata generation failed|CMake Error/,
      weight: 'consequence',
    },
    {
      regex: /Error compiling objects for extension|error: could not compile|\b(?:gcc|g\+\+|cc1plus|clang|cc): (?:fatal )?error: /,
      weight: 'telling',
      not: /Killed signal/,
    },
    {
      regex:
        /make(?:\[\d+\])?: \*\*\* (?:No targets|No rule|missing separator|\S+: )|^\s*\S*(?:gcc|g\+\+|c\+\+|clang|cc1plus|nvcc|ld|icpc|hipcc)(?:-\d+)?: (?:fatal )?error: |\d+ errors? detected in the compilation|(?:cmake|gcc|g\+\+|cc|nvcc|ninja|make|rustc|cargo|swig|hipcc|gfortran|bazel): (?:command )?not found|ninja: error: |meson\.build:\d+:\d+: ERROR|configure: error: |failed to compile|Failed to compile|linker `\S+` not found|Compilation failed|ninja (?:is required|was not found)|Ninja is required|\b(?:[Cc][Mm]ake|[Nn]inja|[Ss]wig|[Cc]argo|Rust|gcc|g\+\+|nvcc|(?:[Cc]\+\+ )?[Cc]ompiler)\b.{0,30} (?:must be|is not|isn't|needs to be) (?:installed|found)/,
      weight: 'telling',
    },
    {
      regex:
        /Could not build wheels|did not run successfully|build backend returned|Failed to build `|Build failed|setup\.py egg_info.*failed|Getting requirements to build wheel|error in \S+ setup command|package directory '\S+' does not exist|Multiple top-level packages discovered|neither 'setup\.py' nor 'pyproject\.toml'/,
      weight: 'consequence',
    },
    { regex: /has no attribute 'ImpImporter'/, weight: 'decisive' },
    { regex: /failed to solve: process/, weight: 'consequence' },
    {
      regex:
        /version of (?:g\+\+|gcc|the host compiler|Microsoft Visual Studio)\b.*(?:not supported|greater than|less than|required)|unsupported GNU version|error: #error|#error --? unsupported/,
      weight: 'decisive',
    },
    {
      regex:
        /legacy-install-failure|[Bb]uild backend (?:failed|returned)|Failed to prepare distributions|\bld: (?:library|framework) not found|cannot find ROCm device library|gfortran.* not found|Unknown Fortran|F2PY|Cython\.Compiler\.Errors/,
      weight: 'consequence',
    },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'A package did not compile here. Shall I look for a ready-made wheel or a container that has it?',
  }),
  explain: ({ header }) => `A package could not be compiled${header === undefined ? '' : `; the header ${header} is missing`}.`,
  examples: [
    {
      text: 'building ext\nsrc/op.cpp:3:10: fatal error: zlib.h: No such file or directory\nninja: build stopped: subcommand failed.',
      line: 2,
      facts: { header: 'zlib.h' },
    },
    { text: '  ERROR: Failed building wheel for quickops\nERROR: Could not build wheels for quickops', line: 1 },
  ],
  nearMisses: [
    "  Building wheel for quickops (setup.py): finished with status 'done'\nSuccessfully built quickops",
    "nvcc fatal   : Unsupported gpu architecture 'compute_20'",
  ],
});
