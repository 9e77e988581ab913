/** Where an environment is planned for: what is there already, and what rules need to know. */
import type { SiteProfile } from '../site.ts';
import { createCodeFinder } from './code-lines.ts';
import type { Situation } from './rule.ts';
import type { Lines } from './schema.ts';
import { providesOf, usesImage, versionOf, type PackageRequest, type Python } from './wanted.ts';

/** The place as far as it does not depend on torch. */
export interface Place {
  readonly image: boolean;
  readonly site: SiteProfile;
  readonly base: Python | null;
  readonly situation: Situation;
  /** Version of a distribution that is there, empty where only its presence is known; null where it is missing. */
  readonly versionOf: (name: string) => string | null;
  readonly source: string;
}

const IMAGE_SHIPS = ['torch', 'torchvision', 'torchaudio', 'triton', 'numpy', 'pip', 'setuptools'];

/** Reads the place off the facts, or off the profile where everything happens inside an image. */
export function describePlace(request: PackageRequest, base: Python | null): Place {
  const { site, facts, map, entry } = request;
  const image = usesImage(site);
  const provides = providesOf(site);
  const shipped: Record<string, string> = {
    ...(image ? Object.fromEntries(IMAGE_SHIPS.map((name) => [name, ''])) : {}),
    ...provides?.packages,
  };
  const here = image ? shipped : { ...shipped, ...base?.packages };
  const python = (image ? provides?.python : (base?.version ?? provides?.python)) ?? null;
  return {
    image,
    site,
    base,
    situation: {
      gpu: site.gpu.vendor,
      arch: site.backend === 'local' ? facts.arch : site.arch.compute,
      python: python !== null && /^\d/.test(python) ? python : null,
      torch: null,
      committedAt: map.committedAt,
      findCode: createCodeFinder(request.files ?? [], entry.files ?? [entry.file]),
    },
    versionOf: (name) => versionOf({ packages: here }, name),
    source: image || request.basis === 'profile' ? `profile of ${site.id}` : `look at ${site.id}`,
  };
}

/** The Python that everything has to fit, and why it is this one. */
export function describePython(place: Place, request: PackageRequest, base: Python | null): Lines['python'] {
  const version = place.situation.python ?? 'unknown';
  if (place.image) return { version, why: 'the image brings it' };
  if (base === null) return { version, why: 'no interpreter was found' };
  return {
    version,
    why: request.facts.pythons.length > 1 ? 'has most of what is needed, and fits the versions asked for' : 'the one that is there',
  };
}
