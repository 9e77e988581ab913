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
  makeVenv,
  onComputeNode,
  remove,
  requirementFiles,
  withoutImage,
} from './shared.ts';
import { defineStrategy } from './strategy.ts';

/** Where the environment lies inside the image, while it is made and afterwards: its commands name this place in their first line. */
const PLACE = '/user-software';

/** For file systems that bear no thousands of small files: the environment becomes one image file beside the site's image. */
export default defineStrategy({
  id: 'squashfs-venv',
  about: 'a virtual environment on top of the site’s image, packed into one file',
  laysDownFiles: false,
  build: (request) => {
    const { site } = request;
    if (imageOf(site) === null) return withoutImage(request);
    const inside = (...argv: readonly string[]): string[] => onComputeNode(site, [...IN_IMAGE, ...argv]);
    const mount = ['-B', `"$run/env.sqsh:${PLACE}:image-src=/"`];
    return {
      python: '{run}/plan/python',
      verifyPrefix: onComputeNode(site, IN_SITE),
      commands: [
        command(['rm', '-rf', '{run}/env'], 'removes what an attempt before left behind', 300),
        command(['mkdir', '{run}/env'], `the folder that the image sees as ${PLACE}`, 30),
        ...makeVenv((argv) => inside(...argv), {
          base: 'python3',
          place: PLACE,
          withPip: true,
          why: "an environment on top of the image's own packages",
        }),
        ...installSteps(request, (argv) => inside(`${PLACE}/bin/python`, ...argv), { freeze: true, seconds: 3600 }),
        command(
          ['mksquashfs', '{run}/env', '{run}/env.sqsh.part', '-processors', '1', '-no-xattrs', '-noappend'],
          'packs it into one file',
          1800,
        ),
        command(['mv', '-f', '{run}/env.sqsh.part', '{run}/env.sqsh'], 'puts the finished file in its place', 60),
        command(['rm', '-rf', '{run}/env'], 'removes the unpacked copy that was just made', 300),
        makeExecutable(),
      ],
      undo: [remove(['{run}/env', '{run}/env.sqsh.part', '{run}/env.sqsh'], 'takes the unpacked copy and the file back')],
      files: [
        ...requirementFiles(request),
        freezeFile(),
        inSiteFile(site),
        inImageFile(site, ['-B', `"$run/env:${PLACE}"`]),
        imagePythonFile(site, mount, { python: `${PLACE}/bin/python`, bin: `${PLACE}/bin` }),
      ],
      gaps: [],
    };
  },
});
