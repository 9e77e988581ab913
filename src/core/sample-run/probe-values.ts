/** The part of the probe that makes a model: small plausible values for constructor arguments without a default. */
export const PROBE_VALUES = String.raw`

# The first pattern that fits an argument's name gives its value; small, and so that they fit one another.
VALUES = [
    (r"^(in|input|img|image|n|num)?_?(c|ch|chans?|channels?|nc)(_in)?$|^(num|n)_(input|in)_(channels|ch)$|^in_planes$|^num_input_channels$", 3),
    (r"^(out|output|num_out|num_output)_?(c|ch|chans?|channels?|nc|planes)$", 3),
    (r"^(num|n)_?(classes|class|labels|cls|categories)$|^(classes|nclass(es)?|out(put)?_(dim|size|features)|n_out(puts)?|num_outputs)$", 10),
    (r"^(image|img|im|input_resolution|resolution|input_img|image_hw)_?(size|res|resolution|h|w|height|width)?$", 64),
    (r"^(height|width|h|w)$", 64),
    (r"patch_?(size|dim)$|^patch$", 8),
    (r"vocab|^(num|n)_?tokens?$|^ntokens?$|num_embeddings|n_words|alphabet_size", 100),
    (r"^(seq|sequence|context|pred|label)_?(len|length|size)?$|block_size|n_ctx|max_(seq_?)?(len|length|position\w*|seq_\w+)$|context_(length|len|size)", 64),
    (r"(^|_)(n_?)?(layers?|depth|blocks?|stages?|levels?)$", 2),
    (r"(^|_)n?_?heads?$", 4),
    (r"head_?dim|dim_?head|d_[kv]$", 16),
    (r"^(num_)?(frames|clip_len|n_frames|num_segments|t)$", 8),
    (r"^(frame_patch_size|num_groups|groups|scale|upscale|scale_factor|factor|expansion|reduction|ratio|stride|dilation|padding|pad)$", 2),
    (r"kernel", 3),
    (r"drop|^p$|^rate$", 0.1),
    (r"growth", 8),
    (r"^(num_experts|k|top_?k|num_queries|num_codes|n_mels|mel_\w+)$|n_embed$|codebook_size", 8),
    (r"batch_?size|^bs$", 2),
    (r"(state|obs|observation|action|act)_?(dim|size|space_dim)?$", 4),
    (r"^(in|input|num|n|node|feature|feat|edge)_?(dim|dims|size|features?|feats?)$|^nfeat$|^in_feats?$|^enc_in$|^dec_in$|^c_out$", 16),
    (r"dim|hidden|width|embed|emb_|n_embd|d_model|units|features|filters|nf$|n_?feats|planes|size|latent|^n[gd]f$|^nz$|^nhid$", 64),
    (r"^(num|n|nb)_", 2),
    (r"eps|epsilon", 1e-5),
    (r"device", "cpu"),
    (r"activation|^act$", "relu"),
    (r"^use_|^is_|^with_|bias|causal|pretrained|debug|verbose|training$|_only$", False),
]
CONFIGS = re.compile(r"^(config|cfg|args|opt|opts|configs|hparams|hps|params|conf|model_args|hp|flags|model_config)$")
NO_WEIGHTS = re.compile(r"^(pretrained|weights|load_pretrained|pretrained_path|pretrain|checkpoint|ckpt|imagenet_pretrained|use_pretrained|pretrained_backbone|weights_backbone|progress)$")


class Guessed:
    """Stands for a configuration object: every attribute that is asked for is guessed by its name."""

    def __init__(self):
        self.__dict__["_seen"] = {}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = guess_by_name(name)
        if value is None:
            raise AttributeError("a configuration is needed whose %r cannot be guessed" % name)
        self._seen[name] = value
        return value

    def __getitem__(self, name):
        return getattr(self, name)

    def __contains__(self, name):
        return guess_by_name(name) is not None

    def get(self, name, default=None):
        return default


def guess_by_name(name):
    plain = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().lstrip("_")
    for pattern, value in VALUES:
        if re.search(pattern, plain):
            return value
    return None


def list_parameters(thing):
    try:
        found = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name != "self"]


def make_config(parameter, thing, module):
    wanted = [parameter.annotation, getattr(thing, "config_class", None)]
    if callable(getattr(thing, "get_default_config", None)):
        return thing.get_default_config()
    near = [value for name, value in vars(module).items() if inspect.isclass(value) and re.search(r"(Config|Args|Configuration)$", name)]
    for maker in wanted + near:
        if not inspect.isclass(maker) or maker in (dict, str, int, object, inspect.Parameter.empty):
            continue
        try:
            return maker(**{p.name: guess(p, maker, module) for p in list_parameters(maker) if p.default is p.empty})
        except Exception:
            continue
    return Guessed()


def guess_block(module):
    for name in ("BasicBlock", "Bottleneck", "Block", "ResBlock", "ResidualBlock"):
        if inspect.isclass(getattr(module, name, None)):
            return getattr(module, name)
    raise Problem("needs a block class, and none of the usual name is there")


def guess(parameter, thing, module):
    name, annotation = parameter.name, parameter.annotation
    if CONFIGS.match(name):
        return make_config(parameter, thing, module)
    if re.match(r"^block(_type|_class|_fn)?$", name):
        return guess_block(module)
    words = str(annotation).lower()
    several = "list" in words or "tuple" in words or "sequence" in words
    if re.match(r"^(num_blocks|layers|depths|num_layers|blocks)$", name) and (several or has_block(thing)):
        return [1, 1, 1, 1]
    value = guess_by_name(name)
    if annotation is bool:
        return False
    if value is None and annotation is int:
        value = 4
    if value is None and annotation is float:
        value = 0.5
    if value is None:
        raise Problem("its argument %s has no default and a name that says nothing" % name)
    return [value] * 4 if several and isinstance(value, int) else value


def has_block(thing):
    return any(re.match(r"^block", p.name) for p in list_parameters(thing))


def make(thing, module):
    """The model with its own defaults; only what has none is guessed, and no weights are asked for."""
    used = {}
    for parameter in list_parameters(thing):
        if NO_WEIGHTS.match(parameter.name) and parameter.default is not parameter.empty:
            if parameter.default:
                used[parameter.name] = False if parameter.default is True else None
        elif parameter.default is parameter.empty:
            used[parameter.name] = guess(parameter, thing, module)
    made = thing(**used)
    if isinstance(made, (tuple, list)):
        made = next((item for item in made if callable(item)), made)
    if not callable(made):
        raise Problem("what it gives back is no model but %s" % type(made).__name__)
    return made, used


def decode(value):
    if isinstance(value, dict):
        return tuple(decode(item) for item in value["tuple"])
    return [decode(item) for item in value] if isinstance(value, list) else value


def make_any(thing, module, examples):
    """As the README makes it, where it says how; else with its defaults."""
    first = None
    for example in examples:
        maker = getattr(thing, example["method"]) if example["method"] else thing
        args = [decode(value) for value in example["args"]]
        kwargs = {name: False if NO_WEIGHTS.match(name) and value is True else decode(value) for name, value in example["kwargs"].items()}
        try:
            model = maker(*args, **kwargs)
        except Exception as error:
            first = first or error
            continue
        if callable(model):
            names = [p.name for p in list_parameters(maker)]
            return model, dict(zip(names, args), **kwargs), example["tensors"]
    try:
        return make(thing, module) + ([],)
    except Problem:
        if first is not None:
            raise first
        raise


def show(value):
    if isinstance(value, Guessed):
        return "a configuration with " + ", ".join("%s=%s" % item for item in sorted(value._seen.items()))[:160]
    if isinstance(value, (int, float, str, bool, list, tuple)) or value is None:
        return repr(value)[:80]
    return getattr(value, "__name__", type(value).__name__)[:80]
`;
