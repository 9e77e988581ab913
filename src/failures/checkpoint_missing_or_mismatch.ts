import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'checkpoint_missing_or_mismatch',
  title: 'The weights are not there or do not fit the model',
  fault: 'data',
  route: 'data',
  patterns: [
    {
      regex: /Error\(s\) in loading state_dict|(?:Missing|Unexpected) key\(s\) in state_dict|size mismatch for (?<parameter>[\w.]+):/,
      weight: 'decisive',
    },
    {
      regex:
        /does not appear to have (?:a file named|files? named) (?<file>[\w.-]+)|Can't load (?:tokenizer|the model|the configuration|config|weights|feature extractor) for '(?<path>[^']+)'|Error no file named .* found in directory (?<path2>\S+)/,
      weight: 'decisive',
    },
    {
      regex:
        /FileNotFoundError: .*?(?<quote>['"])(?<path>[^'"]*(?:\.(?:pt|pth|ckpt|safetensors|bin|onnx|tar|weights)|(?:model|weight|ckpt|net)[^'"]*\.h5|checkpoint[^'"]*|config\.json|tokenizer[^'"]*))\k<quote>/,
      weight: 'decisive',
    },
    {
      regex:
        /FileNotFoundError: .*(?:[Cc]heckpoint|weights|spiece|\.pth?\b|\.ckpt\b|\.safetensors\b|\.model\b)|[Cc]heckpoint (?:\S+ )?(?:not found|does not exist|at .* not found)|[Nn]o checkpoint(?:s)? found (?:in|at)/,
      not: /start(?:ing)? from scratch|training from scratch|random/i,
    },
    {
      regex:
        /Repo id must be in the form|not a valid model identifier|is not a local folder and is not a valid model|RepositoryNotFoundError|RevisionNotFoundError|EntryNotFoundError/,
      not: /LocalEntryNotFound|HFValidationError|401|gated/i,
    },
    {
      regex:
        /loaded state dict (?:has|contains)|KeyError: '(?:model_|optimizer_)?state_dict'|shape mismatch.*(?:checkpoint|pretrained)|weights? .* not initialized and no checkpoint/,
    },
    {
      regex:
        /Unsuccessful TensorSliceReader|Failed to find any matching files for|valid checkpoint|Restoring from checkpoint failed|[Cc]heckpoint\b.{0,120}(?:not found|does(?:n't| not) exist|missing|could not be (?:found|loaded)|is not a (?:file|directory)|mismatch|incompatible|used a DP world size)|(?:[Nn]o|[Mm]issing|[Cc]an(?:'t|not) find|[Cc]ould not find|Unable to (?:find|load)) (?:a |any |the |valid |pretrained |pre-trained )*(?:checkpoint|weights?|model file|snapshot|pretrained model)\b|(?:Layer count|[Ww]eight count) mismatch|when loading weights|loading weights.{0,60}(?:mismatch|expected)|Incorrect path_or_model_id|[Ww]eights? (?:file )?\S+ (?:missing|not found|does not exist|could not)|axes? .*(?:pretrained|checkpoint)|A total of \d+ objects could not be loaded|You are trying to load a weight file|[Mm]odel (?:file|path|weights|checkpoint) .{0,100}(?:not found|does not exist|missing)|does not match the (?:shape|size) of the (?:checkpoint|saved|pretrained)|KeyError: '(?:model|module|net|optimizer|ema|epoch|model_state|state)'$/i,
      weight: 'telling',
      not: /Warning|from scratch|random|newly initialized|dataset|0 missing|shared object/i,
    },
    {
      regex:
        /FileNotFoundError\b.*(?:checkpoint|weights|\.(?:pt|pth|ckpt|safetensors|bin|onnx|keras|msgpack|gguf|caffemodel)\b|tokenizer|config\.json)/i,
    },
    {
      regex:
        /Unable to restore custom object|tensor in checkpoint|[Cc](?:annot|ould not) load (?:the )?(?:adapter|LoRA|weights|model weights)|[Tt]arget modules .* not found in the base model|Trying to set a tensor of shape|Unable to load weights|[Uu]nexpected keys? in|does not match (?:the )?(?:checkpoint|pretrained)|PeftModel.*size mismatch|No pretrained weights/,
      not: /Warning/,
    },
  ],
  remedy: ({ path, path2 }) => {
    const wanted = path ?? path2;
    return wanted === undefined ? null : { kind: 'provide-path', path: wanted, question: `Where are the weights ${wanted}?` };
  },
  explain: ({ path, path2, parameter, file }) =>
    parameter === undefined
      ? `The weights ${path ?? path2 ?? file ?? 'asked for'} are not there or cannot be used.`
      : `The weights do not fit the model, first at ${parameter}.`,
  examples: [
    {
      text: 'RuntimeError: Error(s) in loading state_dict for Net:\n\tsize mismatch for head.weight: copying a param with shape torch.Size([10, 4])',
      line: 1,
    },
    { text: "FileNotFoundError: [Errno 2] No such file or directory: 'out/last.ckpt'", line: 1, facts: { path: 'out/last.ckpt' } },
  ],
  nearMisses: [
    'no checkpoint found in out/, training from scratch\nstep 1 loss 3.0\nstep 2 loss 2.0',
    "FileNotFoundError: [Errno 2] No such file or directory: 'data/train.csv'",
  ],
});
