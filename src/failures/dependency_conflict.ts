import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'dependency_conflict',
  title: 'The packages cannot be had together',
  fault: 'environment',
  route: 'environment',
  patterns: [
    {
      regex:
        /ResolutionImpossible|No matching distribution found for (?<package>[\w.-]+)|Could not find a version that satisfies the requirement (?<package2>[\w.-]+)/,
      weight: 'decisive',
      not: /ERROR: Could not find a version/,
    },
    {
      regex:
        /No solution found when resolving|because .* (?:conflict|incompatible)|UnsatisfiableError|PackagesNotFoundError|LibMambaUnsatisfiableError|versions have conflicting dependencies|version solving failed|SolverProblemError|ResolvePackageNotFound/i,
      weight: 'decisive',
    },
    {
      regex:
        /VersionConflict|ContextualVersionConflict|is required for a normal functioning of this module|requires a different Python: [\d.]+ not in|Requires-Python|requires Python '[<>=~]/,
    },
    {
      regex:
        /ImportError: .*?(?<package>[\w-]+)[<>=!~]=?[\d.]+ is required|partially initialized module '(?:cv2|numpy|torch)'.*circular import/,
    },
    { regex: /ERROR: Could not find a version that satisfies the requirement (?<package>[\w.-]+)/ },
    {
      regex:
        /doesn't have a source distribution or wheel|(?<hashes>DO NOT MATCH THE HASHES)|E: Unable to locate package (?<package>\S+)|Unable to find a match: (?<package2>\S+)|[Nn]othing provides requested|NoMatchingPackages?|held broken packages|have unmet dependencies|are incompatible with each other|Could not solve for environment specs|your requirements are unsatisfiable|requires-python .* (?:not|does not) |is not compatible with this Python|The following packages are incompatible/,
      weight: 'decisive',
    },
    { regex: /is not a supported wheel on this platform/, weight: 'telling', not: /aarch64|arm64|ppc64|win_amd64|win32|macosx/ },
    {
      regex:
        /(?:Error|Exception)\b.*(?:requires? [\w.-]+(?:\[[\w,.-]*\])? ?[<>=!~]=? ?\d.*(?:but|found|installed|you have)|(?:is|are) (?:newer|older) than and incompatible with|[Ii]ncompatible versions? of|version (?:conflict|mismatch)|(?:[Nn]eeds?|[Rr]equires?|[Ee]xpected) (?:[\w.-]+ )?version [<>=\d]\S* .*(?:but|found|got|installed)|requires Python (?:version )?[<>=\d])/,
      weight: 'telling',
      not: /CUDA|driver|GLIBC|[Nn]um[Pp]y|protoc|pip's dependency resolver|compute capability/,
    },
    {
      regex:
        /not compatible with some of the required packages|ResolutionTooDeep|[Cc]annot resolve (?:these )?dependencies|is incompatible with (?:this|the installed) version of|ResolutionError|conflicting requirements/,
      not: /pip's dependency resolver|Warning/,
    },
  ],
  remedy: ({ hashes }) =>
    hashes === undefined
      ? { kind: 'ask', question: 'The pinned packages do not go together here. May I loosen the pins, starting with the one named?' }
      : { kind: 'retry', waitSeconds: 60, elsewhere: false },
  explain: ({ package: name, package2, hashes }) =>
    hashes !== undefined
      ? 'A file has another hash than the index or the lock file announced: its download broke off, or it was replaced. If it happens again, do not install it, and look at where it comes from.'
      : `The packages asked for cannot be installed together${name === undefined && package2 === undefined ? '' : `; ${name ?? package2} is the one named`}.`,
  examples: [
    {
      text: 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
      line: 1,
      facts: { hashes: 'DO NOT MATCH THE HASHES' },
    },
    {
      text: 'ERROR: Could not find a version that satisfies the requirement jaxlib==0.1.0 (from versions: 0.4.1)\nERROR: No matching distribution found for jaxlib==0.1.0',
      line: 2,
      facts: { package: 'jaxlib' },
    },
    {
      text: 'ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help visit https://example.org',
      line: 1,
    },
  ],
  nearMisses: [
    "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed.\nfoo 1 requires bar>=2, but you have bar 1 which is incompatible.\nSuccessfully installed bar-1",
  ],
});
