/** The strategies by name. Core reads no folders, so each file is named here; a test sees to it that none is forgotten. */
import moduleVenv from './module-venv.ts';
import none from './none.ts';
import overlay from './overlay.ts';
import squashfsVenv from './squashfs-venv.ts';
import { buildNothing, type Build, type BuildRequest, type Strategy } from './strategy.ts';
import tykky from './tykky.ts';
import uv from './uv.ts';
import venv from './venv.ts';

export const STRATEGIES: readonly Strategy[] = [moduleVenv, none, overlay, squashfsVenv, tykky, uv, venv];

/** The strategy of a profile. */
export function strategyOf(id: string): Strategy | undefined {
  return STRATEGIES.find((strategy) => strategy.id === id);
}

/** The commands and files of the site's strategy; nothing where the profile forbids what the strategy would do. */
export function buildEnvironment(request: BuildRequest): Build {
  const { site } = request;
  const strategy = strategyOf(site.packages.strategy);
  if (strategy === undefined) return buildNothing(request, [`There is no strategy ${site.packages.strategy}.`]);
  if (strategy.laysDownFiles && site.packages.noBareInstalls !== undefined)
    return buildNothing(request, [
      `${site.id} forbids ${strategy.about}: ${site.packages.noBareInstalls}. Choose squashfs-venv, overlay or tykky in the profile.`,
    ]);
  return strategy.build(request);
}
