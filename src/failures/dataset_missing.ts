import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'dataset_missing',
  title: 'A data file or folder is not there',
  fault: 'data',
  route: 'data',
  patterns: [
    {
      regex: /(?:FileNotFoundError|IOError|OSError): .*No such file or directory: (?<quote>['"])(?<path>.+?)\k<quote>/,
      not: /\.(?:pt|pth|ckpt|safetensors|bin|h5|onnx|tar|model|weights)(?:'|")|checkpoint|spiece|tokenizer|config\.json|\.so\b|: '(?:nvcc|git|gcc|ninja|ffmpeg|srun|sbatch|ldconfig)'/,
    },
    {
      regex:
        /FileNotFoundError: (?:.*?(?:Couldn't find|Could not find|[Nn]ot found|does(?:n't| not) exist|Unable to (?:find|resolve)|No (?:files|images|data|such file)).*?)(?<path>\/[\w./@-]+|[\w.-]+\/[\w./-]+)?/,
      not: /No such file or directory: |File not found: .*(?:spiece|model|ckpt|bin)|\.(?:pt|pth|ckpt|safetensors|bin)\b|weights|checkpoint/i,
    },
    {
      regex:
        /DatasetNotFoundError|DataFilesNotFoundError|EmptyDatasetError|Unknown split "?'?(?<split>\w+)|Cannot find data file|Found 0 files in|Dataset not found|num_samples should be a positive integer value, but got num_samples=0/,
    },
    {
      regex:
        /(?:cannot|can't|could not|unable to) (?:open|read|find|load|access) (?:the )?(?:data(?:set)?|image|video|input|file)\b.*?(?<path>\/?[\w.-]+\/[\w./-]+)/i,
      not: /Warning|checkpoint|shared object|python\d*: can't open/,
    },
    { regex: /OpenCV.*\(-215:Assertion failed\) !(?:ssize|_src|buf|img)\.empty\(\)/ },
    {
      regex:
        /\b(?:tar|unzip|cp|mv|cat|ls|head|rsync|gzip|gunzip)\S*: (?:cannot (?:stat|open|access|find) ['"‘]?)?(?<path>[^:'"’]+?)['"’]?:? (?:Cannot open: )?No such file or directory/,
    },
    {
      regex:
        /NotADirectoryError: .*: '(?<path>[^']+)'|(?:data|dataset|input) (?:path|dir(?:ectory)?|folder|file|root).{0,80}(?:does not exist|not found|is empty)/i,
      not: /Warning|warn/,
    },
    {
      regex:
        /(?:FileNotFoundError|IOError|OSError|RuntimeError|ValueError|Exception|error|ERROR|AssertionError|KeyError|RasterioIOError|NotFoundError|Error)\b.*?(?<path>[\w.~-]*\/[\w./@*-]+|\b[\w-]+\.(?:csv|tsv|json|jsonl|parquet|txt|npy|npz|h5|hdf5|jpg|png|tif|wav|mp3|mp4|zip|gz|tar|pkl|arrow|xlsx|yaml|xml|nii|mat|db|feather))['\x22]? ?(?::|;|-)? ?(?:is |was |are |were )?(?:not (?:be )?found|No such file or directory|does(?:n't| not) exist|missing|could not be found|not exist)/,
      weight: 'telling',
      not: /Warning|shared object|checkpoint|weights?\b|\.(?:pt|pth|ckpt|safetensors|bin|sif|so|sh|py)\b|tokenizer|config\.json|can't open file|: line \d|image \/|command|git|url|module|container/i,
    },
    {
      regex:
        /NLTK Downloader|Resource \S+ not found\.|BuilderConfig '?(?<split>\S+?)'? not found|Found no valid file for the classes|WinError [23]\]|The system cannot find the (?:path|file)|\bImage [Nn]ot [Ff]ound|images not found|No (?:images?|files?|data|samples?|valid (?:images?|files?)|training data|labels?|videos?|annotations?) (?:were |was )?found (?:in|at|under|for)|[Ff]ound 0 (?:images|files|samples|examples|videos)|[Nn]o files (?:found )?match|Unable to find (?:data|file|image|input)|could not find (?:the )?(?:data|file|image|input|annotation|label)|dataset is empty|empty dataset|Dataset '\S+' doesn't exist|Couldn't find (?:any data file|file|a dataset)|404 .*[Dd]ataset|Error: \S+ (?:directory|folder|file) does not exist|scp: |Not a directory:|must be a (?:file|directory|path)|is not a (?:directory|file)\b/,
      weight: 'telling',
      not: /Warning|checkpoint|weights|container|\.sif/i,
    },
    {
      regex:
        /^\s*(?:cat|ls|cp|mv|tar(?: \(child\))?|head|tail|wc|unzip|gzip|find|rsync|awk|sed|sort|grep|du|chmod|ln|touch|dir|stat)\S*: .*(?:Datei oder Verzeichnis nicht gefunden|そのようなファイルやディレクトリはありません|没有那个文件或目录|Aucun fichier ou dossier de ce (?:type|nom)|No existe el (?:fichero|archivo) o el directorio|Нет такого файла|No such file or directory)/,
    },
    {
      regex: /^[\s|]*(?:\w+\.)*FileNotFoundError\b/,
      weight: 'telling',
      not: /checkpoint|weights|\.(?:pt|pth|ckpt|safetensors|bin|onnx|so)\b|tokenizer|config\.json|FileNotFoundError +Traceback|'(?:nvcc|git|gcc|g\+\+|ninja|ffmpeg|ffprobe|srun|sbatch|ldconfig|nvidia-smi|make|cmake|java|bash)'/i,
    },
    { regex: /FileNotFoundError: .*: '(?:\/[\w/.-]*\.h5|[\w.-]+\.h5)'|name = '[^']*\.(?:h5|hdf5|nc)', errno = 2/ },
    {
      regex:
        /corresponds to no data|NoSuchKey|NoSuchBucket|The specified (?:key|bucket) does not exist|[Nn]o (?:\w+ )?(?:files|images|samples|shards|records|rows|data) (?:were |was )?(?:found |present |available |left )?(?:under|in|at|matching|for)\b|is empty$|neither a `Dataset`|cannot open file '(?<path>[^']+)': No such file/,
      not: /Warning|checkpoint|weights/i,
    },
    {
      regex:
        /(?:Error|Exception)\b.{0,200}\b(?:data|dataset|input|file|folder|directory|path)s?\b.{0,60}\bnot (?:mounted|attached|available|present|exist)/i,
      not: /Warning|checkpoint|weights|model file|GPU|credential/i,
    },
    // What an earlier step should have left: the data is not complete.
    {
      regex:
        /(?:Error|Exception): .{0,120}\b(?:stats|statistics|cache|manifest|annotations?|vocab\w*|labels?|metadata|features?|embeddings?|corpus|dictionary|lexicon|transcripts?|captions?)(?: files?)? (?:was |were |is |are )?(?:not found|missing|does not exist)/i,
      not: /Warning|checkpoint|weights|column|feature names/i,
    },
  ],
  remedy: ({ path }) => (path === undefined ? null : { kind: 'provide-path', path, question: `Where is ${path} on this cluster?` }),
  explain: ({ path, split }) =>
    path === undefined
      ? `The program did not find its data${split === undefined ? '' : ` (split ${split})`}.`
      : `The program looked for ${path}, which is not there.`,
  examples: [
    {
      text: 'Traceback (most recent call last):\n  File "t.py", line 2, in <module>\n    open(p)\nFileNotFoundError: [Errno 2] No such file or directory: \'/data/my set/train.csv\'',
      line: 4,
      facts: { path: '/data/my set/train.csv' },
    },
    {
      text: '[{"stream_name":"stdout","time":1.5,"data":"start\\n"}\n,{"stream_name":"stderr","time":2.5,"data":"FileNotFoundError: [Errno 2] No such file or directory: \'/kaggle/input/x/a.csv\'\\n"}\n]',
      line: 2,
      facts: { path: '/kaggle/input/x/a.csv' },
    },
  ],
  nearMisses: [
    "FileNotFoundError: [Errno 2] No such file or directory: 'runs/checkpoint_10.pt'",
    'src/a.c:1:10: fatal error: zlib.h: No such file or directory',
  ],
});
