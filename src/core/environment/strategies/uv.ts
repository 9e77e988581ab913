import {
  buildTools,
  command,
  constraintFile,
  envPythonFile,
  lineOf,
  listNames,
  lockedLimit,
  makeExecutable,
  pipNames,
  remove,
  requirementFiles,
  torchNames,
} from './shared.ts';
import { defineStrategy } from './strategy.ts';

/** uv brings the Python that the versions want, wherever the site has uv. */
export default defineStrategy({
  id: 'uv',
  about: 'a virtual environment made by uv, which also brings the Python',
  laysDownFiles: true,
  build: (request) => {
    const python = '{run}/env/bin/python';
    const version = /^\d+\.\d+/.exec(request.base.version)?.[0] ?? '3.11';
    const wheels = pipNames(request);
    const torch = torchNames(request);
    const sources = request.packages.filter((item) => item.how === 'source').map(lineOf);
    const index = request.lines?.torch.index ?? null;
    const into = ['uv', 'pip', 'install', '--python', python];
    const newest = request.newest ?? null;
    const limit = [
      ...(request.constraints.length > 0 ? ['-c', '{run}/plan/constraints.txt'] : []),
      ...lockedLimit(request),
      ...(newest === null ? [] : ['--exclude-newer', newest]),
    ];
    return {
      python: '{run}/plan/python',
      verifyPrefix: [],
      commands: [
        command(['uv', 'venv', '--clear', '--python', version, '{run}/env'], `an environment with Python ${version}`, 600),
        ...(torch.length > 0 && index !== null
          ? [command([...into, ...torch, '--index-url', index], `installs ${torch.join(', ')} for this GPU`, 1800)]
          : []),
        ...(wheels.length > 0
          ? [command([...into, '-r', '{run}/plan/requirements.txt', ...limit], `installs ${listNames(wheels)}`, 1800)]
          : []),
        ...(sources.length > 0
          ? [
              command([...into, ...buildTools(request)], 'installs what the builds below need', 600),
              command(
                [...into, '--no-build-isolation', '-r', '{run}/plan/build-from-source.txt', ...limit],
                `builds ${listNames(sources)}`,
                7200,
              ),
            ]
          : []),
        makeExecutable(),
      ],
      undo: [remove(['{run}/env'], 'takes the environment back')],
      files: [envPythonFile(), ...requirementFiles(request), ...constraintFile(request)],
      gaps: [],
    };
  },
});
