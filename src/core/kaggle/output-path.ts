/** Names that a notebook can give a file and that must not become a path of ours. */
const BAD_PART = /^(?:\.{1,2}|)$|[\u0000-\u001F\\:*?"<>|]|[. ]$/;

/** The path below a folder for a file that a run wrote, in parts; null for a name that would leave the folder or that some file system reads otherwise. */
export function splitOutputName(name: string): readonly string[] | null {
  const parts = name.split('/');
  const isSafe = name.length <= 1000 && parts.every((part) => !BAD_PART.test(part) && new TextEncoder().encode(part).length <= 200);
  return isSafe ? parts : null;
}
