import { slugifyTitle } from '../core/kaggle/kernel-id.ts';
import { defineCheck, type Fault } from '../core/notebook/check.ts';
import type { NotebookFolder } from '../core/notebook/folder.ts';

const ERROR = (message: string, fix: string): Fault => ({ level: 'error', message, fix });
const WARNING = (message: string, fix: string): Fault => ({ level: 'warning', message, fix });
const SHAPES = [
  'NvidiaTeslaT4',
  'NvidiaTeslaT4Highmem',
  'NvidiaTeslaP100',
  'NvidiaL4',
  'NvidiaL4X1',
  'NvidiaTeslaA100',
  'NvidiaH100',
  'NvidiaRtxPro6000',
  'TpuV5E8',
  'TpuV6E8',
  '',
];

function judgeNames(metadata: Readonly<Record<string, unknown>>): Fault[] {
  const { id, title, id_no: number } = metadata;
  const faults: Fault[] = [];
  if (id === undefined && number === undefined) return [ERROR('There is no id.', 'Write "id": "owner/slug".')];
  const slug = typeof id === 'string' ? (id.split('/')[1] ?? '') : '';
  if (id !== undefined && (typeof id !== 'string' || !/^[^/\s]+\/[^/\s]+$/.test(id)))
    faults.push(ERROR(`The id ${JSON.stringify(id).slice(0, 80)} is not of the form owner/slug.`, 'Write "id": "owner/slug".'));
  else if (id !== undefined && slug.length < 5)
    faults.push(ERROR(`The slug ${slug} has fewer than 5 characters.`, 'Take a longer title and its slug.'));
  if (typeof id === 'string' && /^(INSERT|YOUR|USERNAME|<)/i.test(id))
    faults.push(ERROR('The id still holds a placeholder.', 'Put your user name in front of the slash.'));
  if (title === undefined)
    return number === undefined
      ? [...faults, WARNING('There is no title, and a new kernel needs one.', 'Write a title of 5 to 50 characters.')]
      : faults;
  if (typeof title !== 'string' || title.length < 5 || title.length > 50)
    return [...faults, ERROR('The title does not have 5 to 50 characters.', 'Write a title of 5 to 50 characters.')];
  if (/^INSERT/i.test(title)) faults.push(ERROR('The title is still a placeholder.', 'Write a title of 5 to 50 characters.'));
  // Null: what Kaggle would make of it is not certain, and nothing is said.
  const made = slugifyTitle(title);
  if (slug !== '' && made !== null && made !== slug.toLowerCase()) {
    faults.push(
      WARNING(
        `The title “${title}” makes the slug ${made}, and the id says ${slug}: Kaggle makes the kernel under the title's, and later calls by the id miss it.`,
        `Write the id with the slug ${made}, or a title that fits the slug.`,
      ),
    );
  }
  return faults;
}

function judgeCode(folder: NotebookFolder, metadata: Readonly<Record<string, unknown>>): Fault[] {
  const { code_file: code, language, kernel_type: type } = metadata;
  const faults: Fault[] = [];
  if (typeof code !== 'string' || code === '') faults.push(ERROR('There is no code_file.', 'Name the file that holds the code.'));
  else if (folder.codeFile === null)
    faults.push(ERROR(`The code file ${code} is not in the folder.`, 'Correct code_file, or put the file there.'));
  if (!['python', 'r', 'rmarkdown', 'julia'].includes(String(language)))
    faults.push(
      ERROR(`The language ${JSON.stringify(language) ?? 'is missing and'} is none that Kaggle knows.`, 'Write "language": "python".'),
    );
  if (type !== 'script' && type !== 'notebook')
    faults.push(
      ERROR(
        'kernel_type is neither script nor notebook.',
        'Write "kernel_type": "notebook" for an .ipynb file and "script" for a .py file.',
      ),
    );
  if (typeof code === 'string' && type === 'script' && code.endsWith('.ipynb'))
    faults.push(
      ERROR(`${code} is a notebook, and kernel_type says script: its JSON would be run as Python.`, 'Write "kernel_type": "notebook".'),
    );
  if (typeof code === 'string' && type === 'notebook' && code.endsWith('.py'))
    faults.push(ERROR(`${code} is a script, and kernel_type says notebook.`, 'Write "kernel_type": "script".'));
  return faults;
}

function judgeSwitches(metadata: Readonly<Record<string, unknown>>): Fault[] {
  const faults: Fault[] = [];
  for (const key of ['is_private', 'enable_gpu', 'enable_tpu', 'enable_internet']) {
    const value = metadata[key];
    if (value === undefined || typeof value === 'boolean' || (typeof value === 'string' && /^(true|false)$/i.test(value))) continue;
    faults.push(ERROR(`${key} is neither true nor false.`, `Write ${key}: true or ${key}: false.`));
  }
  const shape = metadata['machine_shape'];
  if (shape !== undefined && !(typeof shape === 'string' && SHAPES.includes(shape)))
    faults.push(
      WARNING(
        `The machine shape ${JSON.stringify(shape)} is none that is known.`,
        `Take one of ${SHAPES.filter((one) => one !== '').join(', ')}.`,
      ),
    );
  const pinning = metadata['docker_image_pinning_type'];
  if (pinning !== undefined && pinning !== 'original' && pinning !== 'latest')
    faults.push(ERROR('docker_image_pinning_type is neither original nor latest.', 'Leave it out.'));
  return faults;
}

const LISTS: Readonly<Record<string, { form: RegExp; like: string }>> = {
  dataset_sources: { form: /^(datasets\/)?[^/\s]+\/[^/\s]+(\/\d+|\/versions\/\d+)?$/, like: 'owner/slug' },
  kernel_sources: { form: /^(code\/)?[^/\s]+\/[^/\s]{5,}$/, like: 'owner/slug' },
  competition_sources: { form: /^[^/\s]+$/, like: 'slug' },
  model_sources: { form: /^[^/\s]+\/[^/\s]+\/[^/\s]+\/[^/\s]+\/\d+$/, like: 'owner/model/framework/variation/version' },
  keywords: { form: /./, like: 'word' },
};

function judgeLists(metadata: Readonly<Record<string, unknown>>): Fault[] {
  return Object.entries(LISTS).flatMap(([key, { form, like }]) => {
    const value = metadata[key];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return [ERROR(`${key} is no list.`, `Write ${key}: ["${like}"].`)];
    const faults: Fault[] = [];
    for (const item of value) {
      if (typeof item !== 'string' || !form.test(item))
        faults.push(ERROR(`${JSON.stringify(item).slice(0, 80)} in ${key} is not of the form ${like}.`, `Write it as ${like}.`));
      else if (/^(datasets|code)\//.test(item))
        faults.push(
          WARNING(
            `${item} in ${key} has a prefix that push refuses: the run would start without it.`,
            `Write ${item.replace(/^\w+\//, '')}.`,
          ),
        );
    }
    return faults;
  });
}

export default defineCheck({
  id: 'kernel-metadata',
  title: 'kernel-metadata.json as Kaggle reads it',
  folder: (folder) => {
    const file = folder.files.find((one) => one.path === 'kernel-metadata.json');
    if (file === undefined)
      return [ERROR('There is no kernel-metadata.json in the folder.', 'Make one with `kaggle kernels init`, or name the right folder.')];
    const { metadata } = folder;
    if (metadata === null) return [ERROR('kernel-metadata.json is no JSON object.', 'Correct it: often a comma too many, or comments.')];
    return [...judgeNames(metadata), ...judgeCode(folder, metadata), ...judgeSwitches(metadata), ...judgeLists(metadata)];
  },
  examples: [
    { code: 'x = 1', metadata: { title: 'Moon model' }, level: 'warning' },
    { code: 'x = 1', metadata: { code_file: 'other.py' }, level: 'error' },
    { code: ['x = 1'], metadata: { kernel_type: 'script' }, level: 'error' },
    { code: 'x = 1', metadata: { dataset_sources: ['tide-tables'] }, level: 'error' },
    { code: 'x = 1', metadata: { enable_gpu: 1 }, level: 'error' },
    { code: 'x = 1', files: { 'kernel-metadata.json': '{"id": "a/b",}' }, level: 'error' },
    { code: 'x = 1', metadata: { language: 'Python 3' }, level: 'error' },
    { code: 'x = 1', metadata: { id: 'ann/abc', title: 'abc' }, level: 'error' },
  ],
  nearMisses: [
    { code: 'x = 1', metadata: { enable_gpu: 'true', is_private: 'false', enable_internet: 'True', machine_shape: 'NvidiaTeslaT4' } },
    {
      code: ['x = 1'],
      metadata: { id: 'ann/my-title-v2-1', title: 'My_Title v2.1', keywords: ['gold'], model_sources: ['google/gemma/pyTorch/2b/3'] },
    },
    { code: 'x = 1', metadata: { id: 'ann/c-rust-now', title: 'C++ & Rust now', dataset_sources: ['ann/tides', 'bob/moon/2'] } },
  ],
});
