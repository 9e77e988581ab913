import {
  addPip,
  checkPython,
  checkPythonFile,
  command,
  freezeFile,
  IN_SITE,
  inSiteFile,
  installsAnything,
  installSteps,
  makeExecutable,
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
    const words = ['-m', 'venv', '--clear', '--system-site-packages', '--without-pip', '{run}/env'];
    return {
      python: '{run}/plan/python',
      verifyPrefix: onComputeNode(site, []),
      commands: [
        ...checkPython(request, (argv) => inside(...argv)),
        command(inside(request.base.path, ...words), 'a private environment on top of the modules', 300),
        ...(needsPip ? [addPip(inside('{run}/env/bin/python'))] : []),
        ...installSteps(request, (argv) => inside('{run}/env/bin/python', ...argv), { freeze: true, seconds: 3600 }),
        makeExecutable(),
      ],
      undo: [remove(['{run}/env'], 'takes the environment back')],
      files: [...checkPythonFile(request), ...requirementFiles(request), freezeFile(), inSiteFile(site), modulePythonFile(site)],
      gaps: [],
    };
  },
});
