import { command, IN_SITE, inSiteFile, onComputeNode, pipNames, remove, REQUIREMENTS, requirementFiles, torchNames } from './shared.ts';
import { buildNothing, defineStrategy } from './strategy.ts';

/** A line with the version of the lock file, where that has one; extras stay. */
function pinLine(line: string, locked: ReadonlyMap<string, string>): string {
  const [shown = '', name = ''] = /^([a-z0-9-]+)(?:\[[^\]]*\])?/.exec(line) ?? [];
  const pinned = locked.get(name);
  return pinned === undefined ? line : `${shown}${pinned.slice(name.length)}`;
}

/** The container wrapper of CSC (Tykky), which LUMI calls lumi-container-wrapper and Sigma2 HPC-container-wrapper. */
export default defineStrategy({
  id: 'tykky',
  about: 'one container file made by the site’s container wrapper',
  laysDownFiles: false,
  build: (request) => {
    const { site } = request;
    const sources = request.packages.filter((item) => item.how === 'source').map((item) => item.name);
    const locked = new Map((request.locked ?? []).map((line) => [line.split('==')[0] ?? line, line.split(' ')[0] ?? line]));
    // The wrapper takes no constraints, so what is asked for is named with its version.
    const { hashed = [] } = request;
    const wheels = hashed.length > 0 && torchNames(request).length === 0 ? hashed : pipNames(request).map((line) => pinLine(line, locked));
    const names = [...torchNames(request), ...wheels];
    if (names.length === 0) return buildNothing(request, []);
    const index = request.lines?.torch.index ?? null;
    // The wrapper takes one list, so torch's own index goes in front of it.
    const head = index === null || torchNames(request).length === 0 ? [] : [`--extra-index-url ${index}`];
    const others = requirementFiles({ ...request, locked: [] }).filter((file) => file.path !== REQUIREMENTS);
    return {
      python: '{run}/tykky/bin/python',
      verifyPrefix: onComputeNode(site, IN_SITE),
      commands: [
        command(['rm', '-rf', '{run}/tykky'], 'removes what an attempt before left behind', 300),
        command(
          onComputeNode(site, [...IN_SITE, 'pip-containerize', 'new', '--prefix', '{run}/tykky', '--slim', `{run}/${REQUIREMENTS}`]),
          'one container file with the packages',
          3600,
        ),
      ],
      undo: [remove(['{run}/tykky'], 'takes the unfinished container back')],
      files: [
        { path: REQUIREMENTS, content: `${[...head, ...names].join('\n')}\n`, why: 'what pip installs' },
        ...others,
        inSiteFile(site),
      ],
      gaps: sources.length === 0 ? [] : [`The wrapper installs wheels only; build by hand: ${sources.join(', ')}.`],
    };
  },
});
