import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'glibc_missing_lib',
  title: 'A system library is missing or too old',
  fault: 'environment',
  route: 'environment',
  patterns: [
    { regex: /version [`'](?<library>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)' not found/, weight: 'decisive' },
    { regex: /error while loading shared libraries: (?<library>\S+?):/, weight: 'decisive' },
    {
      regex: /(?<library>[\w+.-]+\.so(?:\.\d+)*): cannot open shared object file/,
      not: /torch_extensions|nvidia-container/,
      weight: 'decisive',
    },
    {
      regex:
        /Could not load (?:dynamic )?library '?(?<library>\w[\w.-]+\.so[\d.]*)'?|Library not loaded: (?<library2>\S+)|cannot load library '(?<library3>[^']+)'/,
      not: /Could not load dynamic library/,
    },
    {
      regex:
        /OSError: (?<library>\w+) library not found|Could not load (?<library2>lib\w+)|\((?<library3>lib[\w.+-]+\.so[\d.]*)\) could not be loaded|DLL load failed|Could not load the Qt platform plugin|no Qt platform plugin could be initialized|(?:could not|cannot|can't|unable to|failed to) (?:find|load|locate|open) (?:the )?(?:shared |system |dynamic )?(?:library|libs?)\b|(?:PortAudio|sndfile|libsndfile|libmagic|libGL|OpenMP runtime|libomp|Graphviz|graphviz|espeak|tesseract|Tesseract|Java gateway process|JAVA_HOME)\b.{0,40}(?:not found|is not installed|not set|exited before)|failed to find libmagic|ExecutableNotFound: failed to execute|TesseractNotFoundError|libcuda\.so.* not found/,
      weight: 'telling',
      not: /Warning|nvidia-container/i,
    },
    {
      regex:
        /GLIBC_2\.\d+' not found|GLIBCXX_[\d.]+' not found|cannot allocate memory in static TLS block|undefined reference to symbol.*GLIBC/,
      weight: 'decisive',
    },
    { regex: /cannot enable executable stack|[Ff]ailed to load (?:the )?(?:shared |dynamic )?library/ },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'A system library is missing. Shall I run this in a container, or is there a module that brings it?',
  }),
  explain: ({ library, library2, library3 }) =>
    `The system library ${library ?? library2 ?? library3 ?? 'the program needs'} is missing or too old on the node.`,
  examples: [
    {
      text: 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
      line: 1,
      facts: { library: 'libGL.so.1' },
    },
    { text: "python: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by fast.so)", line: 1, facts: { library: 'GLIBC_2.34' } },
  ],
  nearMisses: ["W tensorflow: Could not load dynamic library 'libnvinfer.so.7'; dlerror: not found\nstep 1 loss 1.0\nstep 2 loss 0.9"],
});
