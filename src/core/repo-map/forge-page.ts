/** The beginning of a forge's page of a file or folder, up to its path, as a part of patterns: `https://github.com/owner/name/blob/main/`. */
export const FORGE_PAGE = String.raw`https?:\/\/[\w.-]{1,60}\/[\w.-]{1,60}\/[\w.-]{1,60}\/(?:-\/)?(?:blob|tree|raw)\/[\w.-]{1,60}\/`;
