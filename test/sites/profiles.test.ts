import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/core/environment/strategies/index.ts';
import { SiteProfile } from '../../src/core/site.ts';
import { loadPlugins } from '../../src/plugins.ts';

const FOLDER = new URL('../../src/sites/', import.meta.url);
const sites = await loadPlugins<SiteProfile>(FOLDER);

describe('the profiles of sites', () => {
  it('are one file each, under their own names', () => {
    expect(sites.map((site) => site.id).sort()).toEqual(
      readdirSync(FOLDER)
        .map((name) => name.replace(/\.ts$/, ''))
        .sort(),
    );
    expect(sites.length).toBeGreaterThanOrEqual(19);
  });

  it('claims to have been used only where runs of ours went through it', () => {
    expect(sites.filter((site) => site.verified === 'used').map((site) => site.id)).toEqual(['local', 'slurm']);
  });

  it.each(sites.filter((site) => site.verified === 'documentation').map((site) => [site.id, site] as const))(
    '%s names its sources and hangs together',
    (_id, site) => {
      expect(SiteProfile.parse(site)).toEqual(site);
      expect(site.sources.length).toBeGreaterThan(0);
      for (const source of site.sources) expect(source).toMatch(/^https:\/\//);
      expect(site.about.length).toBeGreaterThan(40);
      expect(STRATEGIES.map((item) => item.id)).toContain(site.packages.strategy);
      expect(site.gpu.perNode).toBeGreaterThan(0);
      expect(site.gpu.target).toMatch(/^(sm_|gfx)/);
      expect(site.sample.gpus).toBeLessThanOrEqual(site.gpu.perNode);
      expect(site.sample.cpus).toBeLessThanOrEqual(site.slurm?.maxCpusPerNode ?? 0);
      expect(site.sample.minutes).toBeLessThanOrEqual(site.slurm?.maxWallMinutes ?? 0);
      const strategy = STRATEGIES.find((item) => item.id === site.packages.strategy);
      expect(strategy?.laysDownFiles === true && site.packages.noBareInstalls !== undefined).toBe(false);
      if (site.packages.container !== undefined) expect(site.packages.container.images.length).toBeGreaterThan(0);
    },
  );
});
