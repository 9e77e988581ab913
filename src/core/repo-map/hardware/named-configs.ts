/** What the configurations and default values behind a command ask for. */
import { joinPath, nameOf, type RepoFile } from '../input.ts';
import type { EntryArgument, Evidence } from '../schema.ts';
import { findInTexts } from './find-in.ts';
import { hasWord } from './own-launches.ts';

/** True for an argument that says how many devices, or which, and means several. */
export function countsSeveral(argument: string, value: string | null): boolean {
  const name = argument.replace(/^-+/, '').replaceAll('-', '_').split('.').at(-1) ?? '';
  const plain = (value ?? '').replaceAll(/["'[\]() ]/g, '');
  if (!/^(n_?gpus?|num_gpus?|gpus?|gpu_?ids?|devices?|device_ids?|num_devices|nproc_per_node|gpus_per_node|world_size)$/.test(name))
    return false;
  if (/^\d+(,\d+)+$/.test(plain)) return true;
  return (
    /^\d{1,3}$/.test(plain) &&
    Number(plain) > 1 &&
    /^(n_?gpus?|num_gpus?|gpus|num_devices|nproc_per_node|gpus_per_node|world_size)$/.test(name)
  );
}

/** The argument by which a trainer takes all devices: it counts them, or says `auto` beside a strategy that needs several. */
export function findAutoDevices(given: readonly EntryArgument[]): EntryArgument | undefined {
  const isShared = given.some((item) => /(^|\.|-)strategy$/.test(item.name) && /^["']?(?:ddp|fsdp|deepspeed)/.test(item.default ?? ''));
  const all = isShared ? /^["']?(?:auto|-1|\$\{[\w.:]{0,60}device_count:?\})["']?$/ : /^["']?\$\{[\w.:]{0,60}device_count:?\}["']?$/;
  return given.find((item) => /(^|\.|-)devices$/.test(item.name) && all.test(item.default ?? ''));
}

/** Configurations that a command names, by file or, as hydra does, by `config=path/without/ending`. */
export function findNamedConfigs(files: readonly RepoFile[], command: string): RepoFile[] {
  const values = [...command.matchAll(/=([\w./-]{3,200})/g)].map((match) => `/${match[1] ?? ''}.`);
  const [, folder, name] = /--config-(?:dir|path)[= ]([\w./-]{1,200})\s[^\n]{0,400}?--config-name[= ]([\w.-]{1,100})/.exec(command) ?? [];
  if (folder !== undefined && name !== undefined) values.push(`/${joinPath(folder, name) ?? name}.`);
  return files.filter((file) => {
    if (file.text === null || !/\.(ya?ml|json|toml|gin)$/.test(file.path)) return false;
    return hasWord(command, nameOf(file.path)) || values.some((value) => `/${file.path}`.includes(value));
  });
}

const SEVERAL =
  /^\s*"?(gpus|devices|num_gpus|n_gpus?|num_processes|(?:distributed_)?world_size|gpus_per_node|n?_?(?:num_)?proc(?:esses)?_per_node|nproc_per_node|(?:pipe|pipeline|model|tensor)(?:_model)?[_-]parallel[_-]size)"?\s*[:=]\s*"?(\[?\d+\s*,\s*\d|[2-9]\b|[1-9]\d\b)/i;

/** A line of a configuration that the command names and that asks for more than one device. */
export function findConfigured(files: readonly RepoFile[], command: string): Evidence | undefined {
  return findInTexts(findNamedConfigs(files, command), SEVERAL);
}
