import type { z } from 'zod';
import type { ArgumentRole } from '../schema.ts';

type Role = z.infer<typeof ArgumentRole>;

/** What lengthens or delays something else although its name sounds like the length of the training. */
const NOT_A_BOUND =
  /warm|decay|accum|anneal|patience|start|resume|sampling|inference|diffusion|denois|timestep(?!s$)|unroll|horizon|cooldown|lookahead|burn|freeze|skip|per_plot|schedule|milestone|^by_|min_epoch|keep_last|ppo_|gail_|^update_epochs?$|rollout|critic|^(n_step|global_step|iter_num|iteration|update)$|^iters?_per_epoch$|every|interval|freq|ckpt|checkpoint|load_/;

const EVERY = String.raw`(every|interval|freq|frequency|steps?|iters?|period|epochs?`;
const PLACE = String.raw`(dir|directory|path|folder|root`;

const RULES: readonly (readonly [Role, RegExp])[] = [
  [
    'workers',
    /^((dataloader|data|n|num|nb)_?)*(workers?|threads|proc|jobs|cpus?)$|^j$|num_proc$|nthreads|^workers_per_gpu$|(^|_)num_workers$|^max_workers$/,
  ],
  [
    'eval',
    new RegExp(
      String.raw`(^|_)(eval|val|valid|validation|validate|test|evaluate|evaluation|fid)_?${EVERY}|check_interval|n_?batches)|^every_n_val_|estimate_iters|^check_val_every`,
    ),
  ],
  [
    'checkpoint',
    new RegExp(
      String.raw`(^|_)(?!(?:ckpt|checkpoint)_(?:epoch|step|iter)$)(save|ckpt|checkpoint|snapshot|checkpointing|model_save|save_checkpoints?|save_ckpt|saveckp|save_model|backup)_?${EVERY}|n_epochs?|rate|kimg|ticks?)`,
    ),
  ],
  [
    'logging',
    new RegExp(
      String.raw`(^|_)(log|logging|print|report|disp|display|verbose|summary|plot|show|stat|tb|wandb_log|hist|scalar|monitor|visuali[sz]e|vis)_?(every|interval|freq|frequency|steps?|iters?|iterations?|period|rate|n_steps?|every_n_steps|kimg)$|^(log_every|print_every|every_n_log)|^n_(print|log)_(steps|iters)$|^log_freq`,
    ),
  ],
  [
    'batch-size',
    /(^|_)(batch_?sizes?|batchsize|bsz|mini_?batch(_size)?|n_batch|batch)$|^bs$|^(train|per_device_train|per_gpu_train)_(batch_size|bs|batch)$|(^|_)batch_size_per_(gpu|device|process|card|rank|worker)$|^(samples|videos|imgs|images|ims)_per_(gpu|batch|device)$/,
  ],
  [
    'steps',
    /^((main|how|many|max|num|n|nb|total|train|training|global|opt|optim|gradient|env|update|learning)_?){0,4}(steps?|iters?|iterations?|itrs?|updates?|timesteps|batches|rounds|episodes?|kimg|ticks)$|^(steps|iters|iterations|batches)_per_epoch$|^(niter|n_?iters?|nsteps?|max_?iters?|max_?steps?|max_?updates?|num_?iters|kimg|total_?steps|num_train_steps|max_train_steps|stop_iter)$/,
  ],
  [
    'epochs',
    /(^|_)(n_?|num_?|max_?|nb_?|total_?|train_?)?(?<!per_)epochs?(_max|_total|_?mult(iplier)?|x)?$|^num_train_epochs$|^nepochs?$|^ep$/,
  ],
  [
    'subset',
    /^(limit|max|num|n)_?(train)_?(samples|examples|batches|images|data|size|sentences|items)$|^(train_)?(subset|limit|fraction|train_size|n_?train|num_train|data_fraction|max_samples|max_examples|overfit_batches|debug_samples|sample_size|limit_train_batches|train_subset|subset_size)$/,
  ],
  [
    'device',
    /^(no_?)?(use_?)?(cuda|gpu|accel|mps|xpu|cpu|tpu)$|^(device|devices|gpus|gpu_?(ids?|no|num|index)|n_?gpus?|num_gpus?|accelerator|cuda_devices?|cuda_id|disable_cuda|use_cpu|cpu_only|device_name|device_id)$/,
  ],
  ['precision', /^(fp16|bf16|fp32|tf32|amp|half|precision|mixed_precision|dtype|use_amp|use_fp16|autocast|no_amp|fp8)$/],
  ['seed', /(^|_)(random_)?seed$|^rng_seed$/],
  [
    'weights',
    /^(weights?|pre_?trained(_\w+)?|init_(model|weights?|checkpoints?|ckpt|path|file|snapshot|state)\w*|(load|resume|restore)(_(from|model|weights?|checkpoints?|ckpt|path|file|dir|pth|pkl|snapshot|state|run|pretrained)\w*)?|((eval|test|start|init|flow|optimizer|model|teacher|student|encoder|decoder|pretrained)_)?(ckpt|checkpoint)(_path|_file)?|model_(path|file|ckpt)|(\w{1,30}_)?model_name_or_path|init_from|finetune_from|snapshot(_path)?|backbone_weights)$/,
  ],
  [
    'output',
    new RegExp(
      String.raw`^(out|output|save|work|log|logging|result|results|exp|experiment|run|runs|checkpoints?|ckpt|models?|samples?|snapshot|tb|tensorboard|figure|viz|plots?|benchmark|summary|summaries)_?${PLACE}|file|name_dir)s?$|^(out|output|save|logdir|outf|outdir|savedir|workdir|save_to|dest|results?|o)$|^root_(log|logs|model|models|save|out|output|results?)$|^save_?\w{0,20}root$`,
    ),
  ],
  [
    'data',
    new RegExp(
      String.raw`^(data|dataset|datasets|train|training|val|valid|test|image|images|img|corpus|input|text|source|annotation|ann|label|labels|csv|imagenet|coco|video|audio|eval)_?${PLACE}|file|files|set|list|csv|json|txt)?s?$|^(dataroot|data_?root|root|root_dir|input_file|in_file|infile|filename)$|(^|_)(data|dataset|datasets)_?${PLACE}|file|name)s?$|^(data_root|ann_file|root)_(train|val|test)$|^(processed|raw|features?|feats?|in)_?${PLACE})$`,
    ),
  ],
];

/** What the help says at its beginning; further on it may speak of something else. */
const SHORT: readonly (readonly [Role, RegExp])[] = [
  ['workers', /^.{0,40}\b(workers?|threads?)\b/i],
  ['batch-size', /^(?!.{0,30}(coefficient|ratio|multipl|factor)).{0,24}batch[ -]?size/i],
  ['epochs', /\b(number|num|max\w*|total)\b.{0,20}\bepochs?\b/i],
  ['steps', /\b(number|num|max\w*|total)\b.{0,30}\b(iterations|steps|updates)\b/i],
  ['seed', /random seed/i],
];

/** A help text that tells of a place that is written to. */
const WRITES =
  /^output (file|folder|dir|path)|\b(where to|to) (save|write|store|put|output|log)\b|\b(are|is|will be|be) (written|saved|stored|logged)\b/i;

/** What an argument of this name bounds; its help text corrects a name that is vague. Dotted names are judged by their last part. */
export function roleOf(argument: string, help: string | null = null): Role {
  const name = spell(argument);
  // A name of a letter or two says less than its help text.
  const told = name.length <= 3 ? SHORT.find(([, pattern]) => pattern.test(help ?? ''))?.[0] : undefined;
  if (told !== undefined) return told;
  for (const [role, pattern] of RULES) {
    if (!pattern.test(name)) continue;
    if (name === 'o' && help !== null && !/out|save|result|dest|write/i.test(help)) return 'other';
    if ((role === 'steps' || role === 'epochs') && NOT_A_BOUND.test(name)) return 'other';
    if (role === 'steps' && /(^|[.=])(data|datasets?)\./i.test(argument)) return /episodes|batches/.test(name) ? 'subset' : 'other';
    if ((role === 'steps' || role === 'epochs') && isAside(argument))
      return /batch|step/.test(name) && EVALUATES.test(argument) ? 'eval' : 'other';
    if ((role === 'data' || role === 'weights') && WRITES.test(help ?? '')) return 'output';
    if (role === 'output' && /\b(pre-?trained|trained|to load|loaded? from)\b/i.test(help ?? '')) return 'weights';
    return role === 'steps' && /(\b(number of|num|max\w*|total)|#\s?(of)?) epochs\b/i.test(help ?? '') ? 'epochs' : role;
  }
  return 'other';
}

const EVALUATES = /(^|[.=])-{0,2}(eval|evaluate|evaluation|evaluator|test|valid|validation|val)\w*\./i;

/** True within a part of a configuration whose counts are those of an episode, a noise schedule or an evaluation. */
function isAside(argument: string): boolean {
  return (
    EVALUATES.test(argument) ||
    /(^|[.=])(envs?|env_runner|environment|model|net|network|policy|noise_scheduler|sampler?|diffusion|inference|predict|rollout)\./i.test(
      argument,
    )
  );
}

/** The last part of a dotted name in one spelling; with the part before it where the last says only how often, or only that it is a place. */
function spell(argument: string): string {
  const parts = argument
    .replace(/^-+/, '')
    .split('.')
    .map((part) =>
      part
        .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
        .replaceAll('-', '_')
        .toLowerCase(),
    );
  const last = parts.at(-1) ?? '';
  const owner = parts.at(-2)?.replace(/_?(config|cfg|hook|callback|params)$/, '');
  return owner === undefined || !/^(interval|every|freq|frequency|period|path|dir|root|folder|file)$/.test(last)
    ? last
    : `${owner}_${last}`;
}
