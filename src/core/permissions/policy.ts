import type { SiteProfile } from '../site.ts';
import { nameMark } from './marks.ts';

export type Where = 'login' | 'compute';

/** Where a command line would run, and for whom. */
export interface JudgeOptions {
  readonly where?: Where;
  /** The account's name at the site. */
  readonly user?: string;
  /** The run's folder, absolute; below the site's workRoot where nothing is said. */
  readonly runFolder?: string;
  /** Where it starts; the run's folder where nothing is said. */
  readonly cwd?: string;
}

/** What a site allows, forbids and calls its own, ready to judge with. Paths hold marks for what only the site knows. */
export interface Policy {
  readonly site: string;
  readonly where: Where;
  readonly user: string;
  readonly home: string;
  readonly runFolder: string;
  readonly cwd: string;
  /** Where all runs of the bot lie. */
  readonly workRoot: string;
  /** Folders whose files may be read unasked, component by component; `*` stands for one that only the site knows. */
  readonly folders: readonly (readonly string[])[];
  /** Commands that only look here, besides the common ones: a name and first words. */
  readonly alsoReadOnly: readonly (readonly string[])[];
  /** Common ones that must be asked about here. */
  readonly notReadOnly: ReadonlySet<string>;
  /** Why something must not happen on a login node here; null where it may be asked for. */
  readonly forbids: Readonly<Record<'installs' | 'persistent' | 'compute', string | null>>;
  /** Variables whose value is a place. */
  readonly places: ReadonlyMap<string, string>;
}

const PLACES = ['SCRATCH', 'SCRATCHDIR', 'WORK', 'PROJECT', 'PROJECTDIR', 'FAST', 'SLURM_PROJECT', 'TMPDIR', 'LOCALDIR'];

/** Folds what the profile says into what judging needs. */
export function readPolicy(site: SiteProfile, options: JudgeOptions = {}): Policy {
  const user = options.user ?? nameMark('USER');
  const home = nameMark('HOME');
  const places = new Map(PLACES.map((name) => [name, nameMark(name)]));
  places.set('HOME', home).set('USER', user).set('LOGNAME', user);
  const fill = (path: string): string =>
    path.replace(/^~(?=\/|$)/, home).replaceAll(/\$\{?([A-Za-z_]\w*)\}?/g, (_whole, name: string) => places.get(name) ?? nameMark(name));
  const workRoot = fill(site.workRoot);
  const runFolder = fill(options.runFolder ?? `${site.workRoot}/run`);
  places.set('RUN', runFolder);
  const folders = [runFolder, workRoot, ...site.permissions.readFolders.map(fill)];
  return {
    site: site.id,
    where: options.where ?? (site.backend === 'local' ? 'compute' : 'login'),
    user,
    home,
    runFolder,
    workRoot,
    cwd: fill(options.cwd ?? runFolder),
    folders: [...new Set(folders)].map(splitPath),
    alsoReadOnly: site.permissions.alsoReadOnly.map((entry) => entry.split(' ')),
    notReadOnly: new Set(site.permissions.notReadOnly),
    forbids: readForbids(site),
    places,
  };
}

function readForbids(site: SiteProfile): Policy['forbids'] {
  const { forbidOnLogin } = site.permissions;
  const { installOn, noBareInstalls } = site.packages;
  const installs = noBareInstalls ?? (installOn === 'compute' ? 'packages are installed on compute nodes only' : null);
  return {
    installs: forbidOnLogin.includes('installs') ? (installs ?? 'the site does not want packages installed there') : installs,
    persistent: forbidOnLogin.includes('persistent') ? 'nothing may stay running there' : null,
    compute: forbidOnLogin.includes('compute') ? 'computing is for compute nodes' : null,
  };
}

/** The components of a path, without empty ones. */
export function splitPath(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
