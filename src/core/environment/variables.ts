/** Variables that a site's profile sets for whatever runs there. */
import type { SiteProfile } from '../site.ts';

/** Caches lie beside the runs, off the small home; proxies and switches come from the profile, which wins. */
export function listVariables(site: SiteProfile): Record<string, string> {
  if (site.backend === 'local') return { ...site.env };
  const cache = '{run}/../cache';
  const { proxy } = site.internet;
  return {
    HF_HOME: `${cache}/huggingface`,
    TORCH_HOME: `${cache}/torch`,
    PIP_CACHE_DIR: `${cache}/pip`,
    ...(site.gpu.vendor === 'none' ? {} : { TORCH_EXTENSIONS_DIR: '{run}/torch-extensions', TRITON_CACHE_DIR: '{run}/triton-cache' }),
    ...(proxy === undefined ? {} : { http_proxy: proxy, https_proxy: proxy }),
    ...site.env,
  };
}
