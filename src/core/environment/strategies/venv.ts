import {
  checkPython,
  checkPythonFile,
  constraintFile,
  envPythonFile,
  freezeFile,
  installsAnything,
  installSteps,
  makeExecutable,
  makeVenv,
  remove,
  requirementFiles,
  torchNames,
} from './shared.ts';
import { defineStrategy } from './strategy.ts';

/** A private environment on top of an interpreter of the site, whose packages it sees. */
export default defineStrategy({
  id: 'venv',
  about: 'a virtual environment on top of the Python that is there',
  laysDownFiles: true,
  build: (request) => {
    const needsPip = installsAnything(request);
    const python = '{run}/env/bin/python';
    return {
      // Without anything installed there are no commands either.
      python: needsPip ? '{run}/plan/python' : python,
      verifyPrefix: [],
      commands: [
        ...checkPython(request, (argv) => [...argv]),
        ...makeVenv((argv) => [...argv], {
          base: request.base.path,
          place: '{run}/env',
          withPip: needsPip,
          why: 'a private environment that sees what is installed already',
        }),
        ...(needsPip ? [...installSteps(request, (argv) => [python, ...argv], { freeze: false, seconds: 1800 }), makeExecutable()] : []),
      ],
      undo: [remove(['{run}/env'], 'takes the environment back')],
      files: needsPip
        ? [
            ...checkPythonFile(request),
            envPythonFile(),
            ...requirementFiles(request),
            ...constraintFile(request),
            ...(torchNames(request).length > 0 ? [freezeFile()] : []),
          ]
        : checkPythonFile(request),
      gaps: [],
    };
  },
});
