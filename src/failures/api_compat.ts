import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'api_compat',
  title: 'A library changed what the code uses',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /Weights only load failed|Legacy autograd function|is deprecated and (?:will not|cannot) be used|was deprecated in .* and removed/,
      weight: 'decisive',
      not: /Warning/,
    },
    {
      regex: /Descriptors cannot (?:not )?be created directly|does not recognize this architecture|Dataset scripts are no longer supported/,
      weight: 'decisive',
    },
    {
      regex: /cannot import name '?(?<name>\w+)'? from (?:partially initialized module )?'(?<module>[\w.]+)'/,
      not: /from '(?:numpy|pandas)|partially initialized|\((?!unknown)(?!.{0,300}(?:-packages|[\\/]lib(?:64)?[\\/]python)).{1,300}\)\s*$/,
    },
    {
      regex: /got an unexpected keyword argument '(?<argument>\w+)'|got (?:some )?unexpected keyword arguments/,
      not: /(?:NDFrame|DataFrame|Series|read_csv|read_excel|pivot_table)\w*(?:\.\w+)?\(\)/,
    },
    { regex: /(?:__init__|__new__)\(\) missing \d+ required (?:positional|keyword-only) argument/, weight: 'telling' },
    { regex: /module '(?<module>(?!numpy|pandas)[\w.]+)' has no attribute '(?<attribute>\w+)'/, not: /partially initialized/ },
    { regex: /type object '(?<module>\w+)' has no attribute '(?<attribute>\w+)'/ },
    {
      regex:
        /'(?<module>(?!DataFrame|Series|NoneType|str|list|dict|tuple|int|float|bool|set|function|method|module|builtin|numpy|Index|StringMethods)\w+)' object has no attribute '(?<attribute>\w+)'/,
      raisedIn: 'library',
    },
    {
      regex:
        /'(?<module>\w*(?:Config|Tokenizer\w*|Writer|Trainer|Scheduler|Processor|Cache|Args|Arguments|FreeTypeFont|ImageDraw))' object has no attribute '(?<attribute>\w+)'/,
    },
    {
      regex: /(?:has been|was|were) removed (?:in|from|since)|is no longer (?:supported|available)|is not supported anymore/i,
      not: /Warning|numpy|np\.|file|director/i,
    },
    {
      regex:
        /Unrecognized configuration class|Unrecognized model in|got multiple values for (?:keyword )?argument '(?<argument>\w+)'|takes \d+ positional arguments? but \d+ (?:was|were) given/,
      raisedIn: 'library',
    },
    {
      regex:
        /load\(\) missing 1 required positional argument: 'Loader'|APIRemovedInV\d|no longer supported in \w+[<>=]=|Only instances of `?keras\.Layer|has been (?:removed|renamed|moved) (?:in|to|from)|was removed in (?:version |v)?\d|`\w+` (?:is|has been) (?:deprecated and )?removed|is (?:removed|not available) (?:in|since) (?:version |v)?\d|Please use .* instead\. This will be removed|The method \S+ was removed|unsupported pickle protocol|code\(\) argument \d+ must be|bad marshal data/,
      weight: 'telling',
      not: /Warning|numpy|np\.|file|director|reposit|pandas/i,
    },
    {
      regex:
        /'(?:str|bytes)' object has no attribute '(?:decode|encode)'|'dict' object has no attribute '(?:has_key|iteritems|itervalues|iterkeys)'|'(?:generator|map|zip|filter|_io\.TextIOWrapper|enumerate)' object has no attribute 'next'|name '(?<name>xrange|unicode|raw_input|basestring|unichr|execfile|long|reduce)' is not defined|'(?:dict_keys|dict_values|map|filter|zip)' object is not subscriptable|a bytes-like object is required, not 'str'/,
    },
    {
      regex:
        /'(?<module>\w*(?:Vectorizer|EagerTensor|KerasTensor|Sequential|Functional|DiGraph|Graph|Axes(?:Subplot)?|Figure|Checkpoint|Tokenizer\w*|OneHotEncoder|Classifier|Regressor|Pipeline|Booster|ArgumentParser|GradScaler|Accelerator|DataModule|Env|Client|InferenceClient|Document|CoreSchema|BaseModel))' object has no attribute '(?<attribute>\w+)'/,
    },
    { regex: /cannot import name (?<name>\w+)$/ },
    { regex: /is not a valid package style/, weight: 'telling' },
    // Environments of Gym give one value more since 0.26.
    { regex: /(?:too many|not enough) values to unpack \(expected [245]\b/, near: /\benvs?\.(?:step|reset)\(/ },
    {
      regex:
        /(?:resize|clip_grad_norm|zeros_like|topk|norm|einsum|__call__|forward|backward|imresize|rfft|irfft|stft|LooseVersion)\(\) (?:takes|got|missing) /,
      weight: 'telling',
      raisedIn: 'library',
    },
    {
      regex:
        /TypeError: '(?:type|ABCMeta|_GenericAlias|types\.GenericAlias)' object is not subscriptable|unsupported operand type\(s\) for \|: 'type'|DeprecatedEnv|is deprecated in the new|[\w.)`'] has been removed\b|was removed from|UnsupportedOperation.*deprecated|got unexpected keyword|no longer (?:accepts|takes|exists|has|provides)|has moved to/,
      not: /Warning|numpy|np\.|file|director|data|row|column/,
    },
    {
      regex:
        /'(?<module>Adam\w*|SGD|RMSprop|LRScheduler|_LRScheduler|ReduceLROnPlateau|DataLoader|Adagrad)' object has no attribute '(?<attribute>\w+)'/,
    },
    // A library that refuses an attribute in its own words has changed what the attribute needs.
    { regex: /^(?:\w+\.){0,8}AttributeError: (?!'|module|type object|partially)/, raisedIn: 'library', not: /numpy|np\.|pandas/ },
    { regex: /\w\(\) missing \d+ required (?:positional|keyword-only) arguments?/, raisedIn: 'library' },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'The code was written for another version of this library. Shall I pin the version of that time, or change the call?',
  }),
  explain: ({ name, module, attribute, argument }) => {
    const what = name ?? attribute ?? argument;
    const where = module === undefined ? '' : ` in ${module}`;
    return `The code uses what the installed version of a library does not have${what === undefined ? '' : ` (${what}${where})`}.`;
  },
  examples: [
    {
      text: "ImportError: cannot import name 'AdamQ' from 'optimlib' (/env/lib/python3.11/site-packages/optimlib/__init__.py)",
      line: 1,
      facts: { name: 'AdamQ', module: 'optimlib' },
    },
    {
      text: 'Traceback (most recent call last):\n  File "t.py", line 2, in <module>\n    Trainer(gpus=1)\nTypeError: Trainer.__init__() got an unexpected keyword argument \'gpus\'',
      line: 4,
      facts: { argument: 'gpus' },
    },
    { text: "AttributeError: module 'PIL.Image' has no attribute 'ANTIALIAS'", line: 1 },
  ],
  nearMisses: [
    "Traceback (most recent call last):\n  File \"t.py\", line 2, in f\n    x.shape\nAttributeError: 'NoneType' object has no attribute 'shape'",
    'FutureWarning: this argument was removed in version 2\nstep 1 loss 1.0\nstep 2 loss 0.9',
  ],
});
