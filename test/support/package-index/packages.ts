/** Wheels and sdists as build tools make them, small enough to be made for one test. */
import { createHash } from 'node:crypto';
import { makeTarGz, makeZip, type Member } from './archive.ts';

/** One file of a release, and what an index says of it. */
export interface Distribution {
  /** As its author writes it; the index has it under its normalised name. */
  readonly project: string;
  readonly version: string;
  readonly filename: string;
  readonly data: Buffer;
  /** METADATA of a wheel, which an index also serves beside it. */
  readonly metadata: string | null;
  readonly requiresPython: string | null;
  /** ISO time. */
  readonly uploadedAt: string;
  readonly yanked: string | false;
}

interface Release {
  readonly name: string;
  readonly version: string;
  /** Requires-Dist lines, markers and extras included. */
  readonly requires?: readonly string[];
  readonly extras?: readonly string[];
  readonly requiresPython?: string;
  readonly uploadedAt?: string;
  readonly yanked?: string;
}

interface WheelRelease extends Release {
  /** Python, ABI and platform; `py3-none-any` unless told. */
  readonly tag?: string;
  /** Its modules; one that tells the version unless told. */
  readonly files?: Readonly<Record<string, string>>;
  /** `command = module:function` lines. */
  readonly scripts?: readonly string[];
  /** So many bytes more, which no packing makes smaller. */
  readonly padding?: number;
}

interface SdistRelease extends Release {
  readonly files: Readonly<Record<string, string>>;
}

const UPLOADED = '2020-01-01T00:00:00.000000Z';

/** PEP 503. */
export function normalise(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}

/** PEP 427: what stands in a file's name. */
const escape = (name: string): string => normalise(name).replaceAll('-', '_');

function metadataOf(release: Release): string {
  const { name, version, requires = [], extras = [], requiresPython } = release;
  return [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(requiresPython === undefined ? [] : [`Requires-Python: ${requiresPython}`]),
    ...extras.map((extra) => `Provides-Extra: ${extra}`),
    ...requires.map((line) => `Requires-Dist: ${line}`),
    '',
  ].join('\n');
}

function describe(release: Release, filename: string, data: Buffer, metadata: string | null): Distribution {
  return {
    project: release.name,
    version: release.version,
    filename,
    data,
    metadata,
    requiresPython: release.requiresPython ?? null,
    uploadedAt: release.uploadedAt ?? UPLOADED,
    yanked: release.yanked ?? false,
  };
}

/** A wheel that pip accepts: RECORD with the hashes of everything, WHEEL, METADATA, entry points. */
export function makeWheel(release: WheelRelease): Distribution {
  const { name, version, tag = 'py3-none-any', scripts = [], padding = 0 } = release;
  const module = escape(name);
  const { files = { [`${module}.py`]: `__version__ = ${JSON.stringify(version)}\n` } } = release;
  const info = `${module}-${version}.dist-info`;
  const isPure = tag.endsWith('-none-any');
  const metadata = metadataOf(release);
  const texts: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: metadata,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: reprobot-test\nRoot-Is-Purelib: ${String(isPure)}\nTag: ${tag}\n`,
    ...(scripts.length === 0 ? {} : { [`${info}/entry_points.txt`]: `[console_scripts]\n${scripts.join('\n')}\n` }),
  };
  const members: Member[] = Object.entries(texts).map(([path, text]) => ({ path, data: Buffer.from(text) }));
  if (padding > 0) members.push({ path: `${module}_data.bin`, data: noise(padding) });
  const record = members.map(({ path, data }) => {
    const hash = createHash('sha256').update(data).digest('base64url');
    return `${path},sha256=${hash},${String(data.length)}`;
  });
  members.push({ path: `${info}/RECORD`, data: Buffer.from(`${[...record, `${info}/RECORD,,`].join('\n')}\n`) });
  return describe(release, `${module}-${version}-${tag}.whl`, makeZip(members), metadata);
}

/** A source archive; whoever installs it runs its setup.py or its build backend. */
export function makeSdist(release: SdistRelease): Distribution {
  const { name, version, files } = release;
  const folder = `${escape(name)}-${version}`;
  const members = Object.entries({ 'PKG-INFO': metadataOf(release), ...files }).map(([path, text]) => ({
    path: `${folder}/${path}`,
    data: Buffer.from(text),
  }));
  return describe(release, `${folder}.tar.gz`, makeTarGz(members), null);
}

/** The same bytes each time. */
function noise(length: number): Buffer {
  const pieces: Buffer[] = [];
  for (let index = 0; index * 64 < length; index += 1) pieces.push(createHash('sha512').update(String(index)).digest());
  return Buffer.concat(pieces).subarray(0, length);
}
