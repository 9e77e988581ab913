import { z } from 'zod';

/** How the command line of a Slurm request names GPUs at a site. */
export const GpuFlag = z.enum(['gpus-per-node', 'gres', 'gpus']);

/** How packages get into place at a site; each is a file of src/core/environment/strategies. */
export const PackageStrategy = z.enum(['venv', 'uv', 'module-venv', 'squashfs-venv', 'overlay', 'tykky', 'none']);

/** What an image or a site's modules bring along, as far as it is written down; what is not listed counts as unknown, not as missing. */
export const Provides = z.object({
  /** Version of its Python. */
  python: z.string().optional(),
  cuda: z.string().optional(),
  rocm: z.string().optional(),
  /** Normalised distribution name → version; empty where only its presence is known. */
  packages: z.record(z.string(), z.string()).default({}),
  /** Compilers and tools for what has to be built. */
  tools: z.array(z.string()).default([]),
});
export type Provides = z.infer<typeof Provides>;

/** What commands may do at a site, beside what holds everywhere (src/core/permissions) and what `packages` says of installing. */
const Permissions = z.object({
  /** Commands of the site that only look and may run unasked: a program's name, or its name and first words (`lfs quota`). */
  alsoReadOnly: z.array(z.string()).default([]),
  /** Programs that run unasked elsewhere and must be asked about here. */
  notReadOnly: z.array(z.string()).default([]),
  /** Folders besides workRoot whose files may be read unasked; `~` and `$NAMES` as in workRoot. */
  readFolders: z.array(z.string()).default(['$SCRATCH', '$PROJECT']),
  /** What is refused on login nodes: installing packages, what stays running, computing. */
  forbidOnLogin: z.array(z.enum(['installs', 'persistent', 'compute'])).default(['persistent']),
});

const HostSettings = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local') }),
  z.object({
    kind: z.literal('ssh'),
    /** `openssh` obeys ~/.ssh/config (certificates, ProxyJump); `ssh2` is one process-internal connection. */
    transport: z.enum(['ssh2', 'openssh']).default('openssh'),
    /** Host name, or an alias of ~/.ssh/config with the openssh transport. */
    hostname: z.string().min(1),
    port: z.number().int().min(1).max(65_535).optional(),
    user: z.string().optional(),
    identityFile: z.string().optional(),
    knownHostsFile: z.string().optional(),
    /** What a login needs from a person. */
    auth: z.enum(['key', 'key-or-agent', 'password', 'password-otp', 'key-otp', 'certificate']).default('key-or-agent'),
    maxSessions: z.number().int().min(1).max(10).default(4),
  }),
]);

export const SiteProfile = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  title: z.string(),
  /** One sentence for `/hpc sites`. */
  about: z.string(),
  host: HostSettings,
  backend: z.enum(['local', 'slurm']),
  /** `used`: runs of ours went through it; `documentation`: written from what the site says of itself. */
  verified: z.enum(['used', 'documentation']).default('documentation'),
  /** Pages that the profile was written from. */
  sources: z.array(z.string()).default([]),
  /** Folder under which runs live; `~` and environment variables of the host are expanded there. */
  workRoot: z.string(),
  arch: z.object({ login: z.string(), compute: z.string() }),
  gpu: z.object({
    /** Marketing name of what one Slurm GPU is (an MI250X GCD counts as one); null where there is none. */
    unit: z.string().nullable(),
    memoryGb: z.number().nullable(),
    perNode: z.number().int().min(0),
    vendor: z.enum(['nvidia', 'amd', 'none']),
    /** What the compiler calls it (`sm_90`, `gfx90a`); decides the oldest torch that can use it. */
    target: z.string().optional(),
    /** Newest CUDA or ROCm that the driver runs. */
    newestRuntime: z.string().optional(),
    /** Oldest that it still runs. */
    oldestRuntime: z.string().optional(),
  }),
  slurm: z
    .object({
      partition: z.string().optional(),
      /** Partition or QOS for short trials. */
      samplePartition: z.string().optional(),
      sampleQos: z.string().optional(),
      account: z.string().optional(),
      accountRequired: z.boolean().default(false),
      qos: z.string().optional(),
      constraint: z.string().optional(),
      gpuFlag: GpuFlag.default('gres'),
      cpusPerGpu: z.number().int().min(1).default(4),
      maxCpusPerNode: z.number().int().min(1).optional(),
      memory: z.object({ policy: z.enum(['per-node', 'per-gpu', 'per-cpu', 'forbidden']), gbPerGpu: z.number().optional() }),
      maxWallMinutes: z.number().int().optional(),
      maxSubmitted: z.number().int().optional(),
      /** Lines that the profile (never a repository) puts before the payload, such as `module purge`. */
      prelude: z.array(z.string()).default([]),
      useSrun: z.boolean().default(true),
    })
    .optional(),
  packages: z.object({
    strategy: PackageStrategy,
    /** Interpreters to try, best first; the first that has most of what is needed wins. */
    pythons: z.array(z.string()).default(['python3']),
    modules: z.array(z.string()).default([]),
    /** What those modules, or the site's own Python, bring along. */
    provides: Provides.optional(),
    /** Where pip may run: some sites want it off their login nodes. */
    installOn: z.enum(['login', 'compute']).default('login'),
    /** Why thousands of small files must not be laid down here; strategies that do so are then refused. */
    noBareInstalls: z.string().optional(),
    container: z
      .object({
        command: z.enum(['singularity', 'apptainer']),
        images: z.array(z.object({ path: z.string(), about: z.string(), provides: Provides.optional() })),
        gpuSwitch: z.string().optional(),
      })
      .optional(),
    /** What must never be installed with pip here, and why. */
    forbidden: z.array(z.object({ name: z.string(), why: z.string() })).default([]),
    mayUseApt: z.boolean().default(false),
  }),
  internet: z.object({ login: z.boolean(), compute: z.boolean(), proxy: z.string().optional() }),
  storage: z.object({ inodeBudget: z.number().optional(), purgeDays: z.number().optional(), notes: z.array(z.string()).default([]) }),
  env: z.record(z.string(), z.string()).default({}),
  sample: z.object({
    cpus: z.number().int().min(1),
    memoryMb: z.number().int().min(64),
    gpus: z.number().int().min(0),
    minutes: z.number().int().min(1),
  }),
  polling: z.object({ seconds: z.number().min(0.2), logSeconds: z.number().min(0.2) }),
  permissions: Permissions.prefault({}),
});
export type SiteProfile = z.infer<typeof SiteProfile>;

/** Checks a profile when it is written down, so that a wrong one stops the start and not a run. */
export function defineSite(profile: z.input<typeof SiteProfile>): SiteProfile {
  return SiteProfile.parse(profile);
}
