/** The part of the probe that makes inputs: from what the first layers take, then from a fixed list of usual shapes. */
export const PROBE_INPUTS = String.raw`

SIZES = [224, 64, 32, 28, 256, 128, 96, 299, 384, 512]
MAX_TRIES = 40
TOKENS = re.compile(r"^(input_ids|ids|tokens?|tok|idx|text|texts|words?|src|src_tokens|sentence|captions?|inp_ids|seqs?|token_ids|x_ids)$")


def describe(value, depth=0):
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return "(" + ", ".join(str(int(size)) for size in value.shape) + ")"
    if depth > 2:
        return "…"
    if isinstance(value, dict) or hasattr(value, "items"):
        return "{" + ", ".join("%s: %s" % (str(key)[:30], describe(item, depth + 1)) for key, item in list(value.items())[:6]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(describe(item, depth + 1) for item in value[:6]) + ("" if len(value) <= 6 else ", …") + "]"
    return type(value).__name__


def known_size(thing, used):
    """The image size that a constructor names, given or by default."""
    for parameter in list_parameters(thing):
        if re.match(r"^(image|img|input|im)_?(size|resolution|res)$", parameter.name):
            value = used.get(parameter.name, parameter.default)
            value = value[0] if isinstance(value, (tuple, list)) and value else value
            if isinstance(value, int):
                return value
    return None


def known_number(model, thing, used, pattern):
    for parameter in list_parameters(thing):
        value = used.get(parameter.name, parameter.default)
        if re.match(pattern, parameter.name) and isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, Guessed):
            for name, seen in value._seen.items():
                if re.match(pattern, name) and isinstance(seen, int):
                    return seen
    return None


def known_length(model, thing, used):
    return known_number(model, thing, used, r"^(seq_len|block_size|context_length|max_seq_len|max_len)$") or 16


def list_shapes(torch, model, thing, used):
    """Shapes for the first input, the likeliest first; integers stand for tokens."""
    nn = torch.nn
    leaves = [m for m in model.modules() if isinstance(m, (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d, nn.Linear, nn.Embedding, nn.LSTM, nn.GRU, nn.RNN))][:6]
    size = known_size(thing, used)
    sizes = ([size] if size else []) + [s for s in SIZES if s != size]
    length = known_length(model, thing, used)
    found = []
    for leaf in leaves:
        if isinstance(leaf, nn.Conv2d):
            found += [(2, leaf.in_channels, s, s) for s in sizes[:7]]
        elif isinstance(leaf, nn.Conv1d):
            found += [(2, leaf.in_channels, n) for n in (1024, 100, 16000)] + [(2, n, leaf.in_channels) for n in (96, 16)] + [(2, 16000)]
        elif isinstance(leaf, nn.Conv3d):
            found += [(1, leaf.in_channels, 16, s, s) for s in ([size] if size else []) + [112, 224, 64]] + [(1, leaf.in_channels, 32, 32, 32)]
        elif isinstance(leaf, nn.ConvTranspose2d):
            found += [(2, leaf.in_channels, 1, 1), (2, leaf.in_channels, 16, 16)]
        elif isinstance(leaf, nn.Linear):
            n = leaf.in_features
            found += [(2, n), (2, min(length, 16), n)]
            for c in (1, 3):
                side = int(round((n / c) ** 0.5))
                if c * side * side == n:
                    found += [(2, c, side, side)]
            if size:
                found += [(2, 3, size, size)]
        elif isinstance(leaf, nn.Embedding):
            found += [("tokens", leaf.num_embeddings, (2, min(length, 16)))]
        else:
            found += [(2, 16, leaf.input_size), (16, 2, leaf.input_size)]
    channels = known_number(model, thing, used, r"^(in_chans|in_channels|channels|input_nc|n_channels|num_channels|in_ch)$") or 3
    fixed = [(2, channels, s, s) for s in sizes] + [(2, 1, 28, 28), (2, 1, 32, 32), (2, 1, 64, 64), (2, 64), (2, 16, 64), (2, 16000), (2, 1, 16000), (2, 80, 100), (2, 3, 8, 64, 64), (1, 8, 3, 64, 64), (2, 2048, 3), (2, 3, 1024)]
    fixed.append(("tokens", 100, (2, 16)))
    if size:
        found.insert(0, (2, channels, size, size))
    unique = []
    for shape in found + fixed:
        if shape not in unique:
            unique.append(shape)
    return unique


def build(torch, shape):
    if shape[0] == "tokens":
        return torch.randint(0, max(1, min(shape[1], 100)), shape[2])
    return torch.randn(*shape)


def build_tokens(torch, model, batch, length):
    tables = [m.num_embeddings for m in model.modules() if isinstance(m, torch.nn.Embedding)]
    return torch.randint(0, max(1, min(tables + [100])), (batch, length))


def build_other(torch, model, name, first, length):
    """Another required input, by its name; what says nothing gets a copy of the first."""
    batch = first.shape[0]
    if re.match(r"^(t|ts|time|times|timesteps?|step|steps|noise_level|diffusion_step)$", name):
        return torch.zeros(batch, dtype=torch.long)
    if re.match(r"^(sigma|sigmas|noise_labels|gamma|scale)$", name):
        return torch.ones(batch)
    if re.match(r"^(y|labels?|cls|class_labels?|classes|c)$", name):
        return torch.zeros(batch, dtype=torch.long)
    if re.match(r".*(lens|lengths?|sizes)$", name):
        return torch.full((batch,), first.shape[1] if first.dim() > 1 else 1, dtype=torch.long)
    if re.match(r"^(adj|adjacency|a)$", name):
        return torch.eye(batch)
    if TOKENS.match(name) and first.is_floating_point():
        return build_tokens(torch, model, batch, length)
    if name == "edge_index":
        return torch.tensor([[0, 1], [1, 0]])
    if re.match(r".*mask.*|^(h|hx|hidden|state|states|memory|mems|cache|past|hc|prev_state)$", name):
        return None
    return first.clone()


def adapt(shape, message):
    """A better shape where an error names the one that is wanted."""
    found = re.search(r"to have (\d+) channels", message)
    if found and shape[0] != "tokens" and len(shape) >= 3:
        return (shape[0], int(found.group(1))) + tuple(shape[2:])
    found = re.search(r"doesn't match model \(?(\d+)", message)
    if found and shape[0] != "tokens" and len(shape) == 4:
        return tuple(shape[:2]) + (int(found.group(1)),) * 2
    found = re.search(r"\((\d+)x(\d+) and (\d+)x(\d+)\)", message)
    if found and shape[0] != "tokens" and len(shape) in (2, 3):
        return tuple(shape[:-1]) + (int(found.group(3)),)
    return None


def build_example(torch, tensors, count):
    made = []
    for tensor in tensors[:count]:
        size = tuple(tensor["size"])
        made.append(torch.randn(*size) if tensor["high"] is None else torch.randint(0, max(1, int(tensor["high"])), size))
    return made


def run_torch(torch, model, thing, used, tensors):
    model.eval()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device)
    parameters = list(model.parameters())
    facts = {"parameters": sum(p.numel() for p in parameters), "dtype": str(parameters[0].dtype).replace("torch.", "") if parameters else None}
    facts.update(input=None, output=None, seconds=None, why=None)
    wanted = [p for p in list_parameters(model.forward) if p.default is p.empty]
    if not wanted:
        wanted = list_parameters(model.forward)[:1] or [inspect.Parameter("x", inspect.Parameter.POSITIONAL_ONLY)]
    shapes = list_shapes(torch, model, thing, used)
    if TOKENS.match(wanted[0].name):
        shapes.sort(key=lambda shape: shape[0] != "tokens")
    length = known_length(model, thing, used)
    given = [build_example(torch, tensors[start:], len(wanted)) for start in range(len(tensors))]
    tried = 0
    while (given or shapes) and tried < MAX_TRIES:
        tried += 1
        ready = given.pop(0) if given else []
        shape = tuple(ready[0].shape) if ready else shapes.pop(0)
        first = (ready[0] if ready else build(torch, shape)).to(device)
        others = ready[1:] + [build_other(torch, model, p.name, first, length) for p in wanted[1 + max(0, len(ready) - 1) :]]
        others = [item if item is None else item.to(device) for item in others]
        try:
            began = time.time()
            with torch.no_grad():
                output = model(first, *others)
            facts["seconds"] = round(time.time() - began, 4)
            facts["input"] = ", ".join("%s %s" % (p.name, "None" if item is None else describe(item)) for p, item in zip(wanted, [first] + others))
            facts["output"] = describe(output)
            facts["why"] = None
            return facts
        except Exception as error:
            if facts["why"] is None:
                facts["why"] = "no input of %d tried fits; the first, %s, gave " % (MAX_TRIES, describe(first)) + explain(error)
            better = adapt(shape, str(error))
            if better is not None and better not in shapes and better != shape:
                shapes.insert(0, better)
    facts["why"] = (facts["why"] or "no input could be made").replace("of %d tried" % MAX_TRIES, "of %d tried" % tried)[:300]
    return facts


def run_arrays(name, call, count, describe_type):
    """For libraries whose models take arrays and are built by their first call."""
    facts = {"parameters": None, "dtype": None, "input": None, "output": None, "seconds": None, "why": None}
    for shape in [(2, 224, 224, 3), (2, 32, 32, 3), (2, 28, 28, 1), (2, 64), (2, 16, 64), (2, 16)]:
        try:
            began = time.time()
            output, built = call(shape)
            facts.update(seconds=round(time.time() - began, 4), input=describe_type(shape), output=describe(output), parameters=count(built), why=None)
            return facts
        except Exception as error:
            facts["why"] = facts["why"] or "no usual input fits; the first gave " + explain(error)
    return facts


def run_keras(model):
    import numpy

    def call(shape):
        return model(numpy.random.rand(*shape).astype("float32")), model

    return run_arrays("keras", call, lambda built: int(built.count_params()), str)


def run_flax(model):
    import jax
    import jax.numpy as jnp

    def call(shape):
        return model.init_with_output(jax.random.PRNGKey(0), jnp.ones(shape))

    def count(built):
        return int(sum(leaf.size for leaf in jax.tree_util.tree_leaves(built)))

    return run_arrays("flax", call, count, str)


def run_forward(model, thing, used, tensors):
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(model, torch.nn.Module):
        torch.manual_seed(0)
        return run_torch(torch, model, thing, used, tensors)
    if hasattr(model, "init_with_output"):
        return run_flax(model)
    if hasattr(model, "count_params"):
        return run_keras(model)
    raise Problem("%s is a model of no library that the probe knows" % type(model).__name__)
`;
