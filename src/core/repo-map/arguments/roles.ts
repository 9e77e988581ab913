import type { z } from 'zod';
import type { ArgumentRole } from '../schema.ts';

type Role = z.infer<typeof ArgumentRole>;

/** What lengthens or delays something else although its name sounds like the length of the training. */
const NOT_A_BOUND =
  /warm|decay|accum|anneal|patience|start|resume|sampling|inference|diffusion|denois|timestep(?!s$)|unroll|horizon|lookahead|burn|freeze|skip|per_plot|schedule|milestone|^by_|min_epoch|keep_last|ppo_|gail_|^update_epochs?$|rollout|critic|^(n_step|global_step|iter_num|iteration|update)$|^iters?_per_epoch$/;

const RULES: readonly (readonly [Role, RegExp])[] = [
  ['workers', /^((dataloader|data|n|num|nb)_?)*(workers?|threads|proc|jobs|cpus?)$|^j$|num_proc$|nthreads|^workers_per_gpu$/],
  [
    'eval',
    /^(eval|val|valid|validation|validate|test|evaluate|evaluation)_?(every|interval|freq|frequency|steps?|iters?|period|check_interval|epochs?|n_?batches)|^(every_n_)?val_|estimate_iters|^check_val_every/,
  ],
  [
    'checkpoint',
    /^(save|ckpt|checkpoint|snapshot|checkpointing|model_save|save_checkpoints?|save_model)_?(every|interval|freq|frequency|steps?|iters?|period|epochs?|n_epochs?|step)/,
  ],
  [
    'logging',
    /^(log|logging|print|report|disp|display|verbose|summary|plot|show|stat|tb|wandb_log)_?(every|interval|freq|frequency|steps?|iters?|iterations?|period|step|rate|n_steps?|every_n_steps)$|^(log_every|print_every|every_n_log)|^n_(print|log)_(steps|iters)$|^log_freq/,
  ],
  [
    'batch-size',
    /(^|_)(batch_?size|batchsize|bsz|mini_?batch(_size)?|n_batch|batch)$|^bs$|^(train|per_device_train|per_gpu_train)_(batch_size|bs|batch)$/,
  ],
  [
    'steps',
    /^(max|num|n|nb|total|train|training|global|opt|optim|gradient)?_?(train|training|opt|optim|env|update|global|learning)?_?(steps?|iters?|iterations?|itrs?|updates?|timesteps|batches|rounds|episodes?|kimg|ticks)$|^(steps|iters|iterations|batches)_per_epoch$|^(niter|n_?iters?|nsteps?|max_?iters?|max_?steps?|max_?updates?|num_?iters|kimg|total_?steps|num_train_steps|max_train_steps|stop_iter)$/,
  ],
  ['epochs', /(^|_)(n_?|num_?|max_?|nb_?|total_?|train_?)?epochs?$|^num_train_epochs$|^nepochs?$|^ep$/],
  [
    'subset',
    /^(limit|max|num|n)_?(train)_?(samples|examples|batches|images|data|size|sentences|items)$|^(train_)?(subset|limit|fraction|train_size|n_?train|num_train|data_fraction|max_samples|max_examples|overfit_batches|debug_samples|sample_size|limit_train_batches|train_subset|subset_size)$/,
  ],
  [
    'device',
    /^(no_?)?(use_?)?(cuda|gpu|accel|mps|xpu|cpu|tpu)$|^(device|devices|gpus|gpu_?ids?|n_?gpus?|num_gpus?|accelerator|cuda_device|cuda_id|disable_cuda|use_cpu|cpu_only|device_name|device_id)$/,
  ],
  ['precision', /^(fp16|bf16|fp32|tf32|amp|half|precision|mixed_precision|dtype|use_amp|use_fp16|autocast|no_amp|fp8)$/],
  ['seed', /(^|_)(random_)?seed$|^rng_seed$/],
  [
    'weights',
    /^(weights?|pre_?trained(_\w+)?|(load|init|resume|restore)(_(from|model|weights?|checkpoints?|ckpt|path|file|dir|pth|pkl|snapshot|state|run|pretrained)\w*)?|ckpt(_path)?|checkpoint(_path|_file)?|model_(path|file|name_or_path|ckpt)|init_from|finetune_from|snapshot(_path)?|backbone_weights)$/,
  ],
  [
    'output',
    /^(out|output|save|work|log|logging|result|results|exp|experiment|run|runs|checkpoint|ckpt|model|sample|samples|snapshot|tb|tensorboard|figure|viz)_?(dir|directory|path|folder|root|file|name_dir)s?$|^(out|output|save|logdir|outf|outdir|savedir|workdir|save_to|dest|results?|o)$/,
  ],
  [
    'data',
    /^(data|dataset|datasets|train|training|val|valid|test|image|images|img|corpus|input|text|source|annotation|ann|label|labels|csv|imagenet|coco|video|audio|eval)_?(dir|directory|path|folder|root|file|files|set|list|csv|json|txt)?s?$|^(dataroot|data_?root|root|root_dir|input_file|in_file|infile|filename|dataset_name)$/,
  ],
];

const SHORT: readonly (readonly [Role, RegExp])[] = [
  ['workers', /\bworkers?\b|\bthreads?\b/i],
  ['batch-size', /batch[ -]?size/i],
  ['epochs', /\b(number|num|max\w*|total)\b.{0,20}\bepochs?\b/i],
  ['steps', /\b(number|num|max\w*|total)\b.{0,30}\b(iterations|steps|updates)\b/i],
  ['seed', /random seed/i],
];

/** What an argument of this name bounds; its help text corrects a name that is vague. Dotted names are judged by their last part. */
export function roleOf(argument: string, help: string | null = null): Role {
  const name = argument
    .replace(/^-+/, '')
    .split('.')
    .at(-1)!
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  // A name of a letter or two says less than its help text.
  const told = name.length <= 3 ? SHORT.find(([, pattern]) => pattern.test(help ?? ''))?.[0] : undefined;
  if (told !== undefined) return told;
  for (const [role, pattern] of RULES) {
    if (!pattern.test(name)) continue;
    if (name === 'o' && help !== null && !/out|save|result|dest|write/i.test(help)) return 'other';
    if ((role === 'steps' || role === 'epochs') && NOT_A_BOUND.test(name)) return 'other';
    return role === 'steps' && /(\b(number of|num|max\w*|total)|#\s?(of)?) epochs\b/i.test(help ?? '') ? 'epochs' : role;
  }
  return 'other';
}
