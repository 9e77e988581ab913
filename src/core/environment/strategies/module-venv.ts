import {
  checkPython,
  checkPythonFile,
  freezeFile,
  IN_SITE,
  inSiteFile,
  installsAnything,
  installSteps,
  makeExecutable,
  makeVenv,
  modulePythonFile,
  onComputeNode,
  remove,
  requirementFiles,
} from './shared.ts';
import { defineStrategy } from './strategy.ts';

/** The site's modules bring Python and compilers; an environment on top of them takes the rest. */
export default defineStrategy({
  id: 'module-venv',
  about: 'a virtual environment on top of the site’s modules',
  laysDownFiles: true,
  build: (request) => {
    const { site } = request;
    const inside = (...argv: readonly string[]): string[] => onComputeNode(site, [...IN_SITE, ...argv]);
    const needsPip = installsAnything(request);
    return {
      python: '{run}/plan/python',
      verifyPrefix: onComputeNode(site, []),
      commands: [
        ...checkPython(request, (argv) => inside(...argv)),
        ...makeVenv((argv) => inside(...argv), {
          base: request.base.path,
          place: '{run}/env',
          withPip: needsPip,
          why: 'a private environment on top of the modules',
        }),
        ...installSteps(request, (argv) => inside('{run}/env/bin/python', ...argv), { freeze: true, seconds: 3600 }),
        makeExecutable(),
      ],
      undo: [remove(['{run}/env'], 'takes the environment back')],
      files: [...checkPythonFile(request), ...requirementFiles(request), freezeFile(), inSiteFile(site), modulePythonFile(site)],
      gaps: [],
    };
  },
});
