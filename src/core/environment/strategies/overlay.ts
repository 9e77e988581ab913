import {
  command,
  freezeFile,
  IN_IMAGE,
  IN_SITE,
  imageOf,
  imagePythonFile,
  inImageFile,
  inSiteFile,
  installSteps,
  makeExecutable,
  onComputeNode,
  remove,
  requirementFiles,
  withoutImage,
} from './shared.ts';
import { defineStrategy } from './strategy.ts';

/** Packages go into one overlay file on top of the site's image. */
export default defineStrategy({
  id: 'overlay',
  about: 'an overlay file on top of the site’s image',
  laysDownFiles: false,
  build: (request) => {
    const { site } = request;
    if (imageOf(site) === null) return withoutImage(request);
    const user = ['--env', 'PYTHONUSERBASE=/home/apptainer/user_software'];
    const inside = (...argv: readonly string[]): string[] => onComputeNode(site, [...IN_IMAGE, ...argv]);
    const part = '{run}/overlay.img.part';
    const create = [site.packages.container?.command ?? 'apptainer', 'overlay', 'create', '--sparse', '--size', '5120', part];
    return {
      python: '{run}/plan/python',
      verifyPrefix: onComputeNode(site, IN_SITE),
      commands: [
        command(['rm', '-f', part], 'removes what an attempt before left behind', 60),
        command(onComputeNode(site, [...IN_SITE, ...create]), 'one file that takes the packages', 120),
        ...installSteps(request, (argv) => inside('python3', ...argv), { intoUserSite: true, freeze: true, seconds: 3600 }),
        command(['mv', '-f', part, '{run}/overlay.img'], 'puts the finished file in its place', 60),
        makeExecutable(),
      ],
      undo: [remove([part, '{run}/overlay.img'], 'takes the file back, finished or not')],
      files: [
        ...requirementFiles(request),
        freezeFile(),
        inSiteFile(site),
        inImageFile(site, ['--overlay', '"$run/overlay.img.part"', ...user]),
        imagePythonFile(site, ['--overlay', '"$run/overlay.img:ro"', ...user], {
          python: 'python3',
          bin: '/home/apptainer/user_software/bin',
          hasUserSite: true,
        }),
      ],
      gaps: [],
    };
  },
});
