/** Module name → distribution, where the two differ. A longer module name wins over its first part. */
const TABLE = `cv2=opencv-python PIL=pillow sklearn=scikit-learn skimage=scikit-image yaml=pyyaml ruamel=ruamel-yaml bs4=beautifulsoup4
git=gitpython dateutil=python-dateutil dotenv=python-dotenv attr=attrs Crypto=pycryptodome OpenSSL=pyopenssl jwt=pyjwt serial=pyserial usb=pyusb
zmq=pyzmq magic=python-magic Levenshtein=levenshtein docx=python-docx pptx=python-pptx fitz=pymupdf MySQLdb=mysqlclient psycopg2=psycopg2-binary
google.protobuf=protobuf google.cloud.storage=google-cloud-storage google.colab=google-colab googleapiclient=google-api-python-client
tensorboardX=tensorboardx torch.utils.tensorboard=tensorboard tensorflow_datasets=tensorflow-datasets tensorflow_addons=tensorflow-addons
tensorflow_probability=tensorflow-probability tensorflow_hub=tensorflow-hub tensorflow_text=tensorflow-text pytorch_lightning=pytorch-lightning
lightning_fabric=lightning-fabric torch_geometric=torch-geometric torch_scatter=torch-scatter torch_sparse=torch-sparse torch_cluster=torch-cluster
torch_spline_conv=torch-spline-conv torch_ema=torch-ema torch_fidelity=torch-fidelity torch_optimizer=torch-optimizer mmseg=mmsegmentation
open_clip=open-clip-torch k_diffusion=k-diffusion pytorch_fid=pytorch-fid cleanfid=clean-fid pytorch_msssim=pytorch-msssim
pytorch_metric_learning=pytorch-metric-learning pytorch_wavelets=pytorch-wavelets efficientnet_pytorch=efficientnet-pytorch
segmentation_models_pytorch=segmentation-models-pytorch facenet_pytorch=facenet-pytorch pretrainedmodels=pretrainedmodels hydra=hydra-core
antlr4=antlr4-python3-runtime rouge_score=rouge-score rouge=rouge bert_score=bert-score sentence_transformers=sentence-transformers
huggingface_hub=huggingface-hub imageio_ffmpeg=imageio-ffmpeg ffmpeg=ffmpeg-python SimpleITK=simpleitk umap=umap-learn igraph=python-igraph
community=python-louvain Bio=biopython ot=pot skopt=scikit-optimize faiss=faiss-cpu mujoco_py=mujoco-py dm_control=dm-control dm_env=dm-env
OpenGL=pyopengl mpl_toolkits=matplotlib pylab=matplotlib pkg_resources=setuptools IPython=ipython ipywidgets=ipywidgets absl=absl-py
ml_collections=ml-collections ml_dtypes=ml-dtypes flash_attn=flash-attn mamba_ssm=mamba-ssm causal_conv1d=causal-conv1d
transformer_engine=transformer-engine bitsandbytes=bitsandbytes lm_eval=lm-eval simple_parsing=simple-parsing jsonargparse=jsonargparse
configargparse=configargparse pl_bolts=lightning-bolts fvcore=fvcore iopath=iopath nuscenes=nuscenes-devkit lyft_dataset_sdk=lyft-dataset-sdk
webdataset=webdataset wds=webdataset gym_minigrid=gym-minigrid stable_baselines3=stable-baselines3 sb3_contrib=sb3-contrib ale_py=ale-py
minigrid=minigrid procgen=procgen pettingzoo=pettingzoo magent=magent vizdoom=vizdoom d4rl=d4rl atari_py=atari-py pandas_datareader=pandas-datareader
yfinance=yfinance hmmlearn=hmmlearn memory_profiler=memory-profiler line_profiler=line-profiler prettytable=prettytable pynvml=nvidia-ml-py
markdown=markdown flask_cors=flask-cors jose=python-jose multipart=python-multipart slugify=python-slugify pywt=pywavelets pycocoevalcap=pycocoevalcap
nltk=nltk en_core_web_sm=en-core-web-sm prefetch_generator=prefetch-generator dataloader=dataloader turbojpeg=pyturbojpeg pyximport=cython Cython=cython
osgeo=gdal shapefile=pyshp mpi4py=mpi4py cairosvg=cairosvg kaggle=kaggle socks=pysocks win32api=pywin32 win32con=pywin32 wx=wxpython
Xlib=python-xlib pyarrow=pyarrow sacremoses=sacremoses subword_nmt=subword-nmt sentencepiece=sentencepiece fasttext=fasttext
language_tool_python=language-tool-python neptune=neptune clearml=clearml comet_ml=comet-ml mlflow=mlflow aim=aim visdom=visdom wandb=wandb`;

const CONDA = `pytorch=torch pytorch-gpu=torch pytorch-cpu=torch py-opencv=opencv-python opencv=opencv-python tensorflow-gpu=tensorflow msgpack-python=msgpack
pytables=tables matplotlib-base=matplotlib pillow-simd=pillow python-igraph=igraph tensorboardx=tensorboardx faiss-gpu=faiss-gpu`;

/** Names in a conda file that are no Python distribution. */
const CONDA_SYSTEM =
  /^(python|pip|_.*|lib.*|cudatoolkit.*|cuda.*|cudnn|pytorch-cuda|pytorch-mutex|mkl.*|blas|openssl|ca-certificates|gcc.*|gxx.*|ffmpeg|ninja-base|readline|sqlite|tk|xz|zlib|ncurses|bzip2|intel-openmp|freetype|jpeg|zstd|lz4-c|krb5|icu|nccl|git|wheel|setuptools)$/;

/** Modules whose name says nothing certain about where they come from: never installed because of an import alone. */
const UNCERTAIN = new Set(
  'apex clip detectron2 segment_anything taming ldm utils models data config lib src dataset datasets_ model train test common tools core modules layers'.split(
    ' ',
  ),
);

const BY_MODULE = readTable(TABLE);
const BY_CONDA = readTable(CONDA);

/** PEP 503 spelling of a distribution name. */
export function normaliseName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** True for a normalised name that an index could know. What is no name never reaches a command line or a requirements file. */
export function isDistributionName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$/.test(name);
}

/** A version specifier as it may be written into a requirements file: empty when it holds anything else than versions and comparisons. */
export function cleanSpecifier(specifier: string): string {
  return /^((===|[<>=!~]=|[<>])[\w.*+!]+(,(?=[<>=!~])|$))*$/.test(specifier) ? specifier : '';
}

/** The distribution that provides a module. */
export function distributionOf(module: string): string {
  const parts = module.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const found = BY_MODULE.get(parts.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return normaliseName(parts[0] ?? module);
}

/** The module by which the code imports a distribution, where the table knows it. */
export function moduleOf(distribution: string): string {
  for (const [module, name] of BY_MODULE) if (name === distribution && module !== 'torch.utils.tensorboard') return module;
  return distribution.replaceAll('-', '_');
}

/** The PyPI name of a conda package; null for what is no Python distribution. */
export function fromConda(name: string): string | null {
  const normal = normaliseName(name);
  if (CONDA_SYSTEM.test(normal)) return null;
  return BY_CONDA.get(normal) ?? normal;
}

/** True when an import of this module is not enough to know what to install. */
export function isUncertainModule(topLevel: string): boolean {
  return UNCERTAIN.has(topLevel);
}

function readTable(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\s+/).map((pair) => {
      const [from = '', to = ''] = pair.split('=');
      return [from, to];
    }),
  );
}
