/** A stand-in for services that only record what happens. It does nothing, openly, so that training can run without them. */

/** Distribution → modules that the stand-in answers for. Only what records, shows or notifies; never anything that computes. */
const LOGGING_SERVICES: Readonly<Record<string, readonly string[]>> = {
  tensorboard: ['tensorboard', 'torch.utils.tensorboard'],
  tensorboardx: ['tensorboardX'],
  wandb: ['wandb'],
  mlflow: ['mlflow'],
  neptune: ['neptune'],
  'neptune-client': ['neptune'],
  'comet-ml': ['comet_ml'],
  clearml: ['clearml'],
  aim: ['aim'],
  visdom: ['visdom'],
  swanlab: ['swanlab'],
  'tensorboard-logger': ['tensorboard_logger'],
  ipython: ['IPython'],
  ipdb: ['ipdb'],
  'google-colab': ['google.colab'],
  gpustat: ['gpustat'],
};

/** Modules of a service that may be replaced by nothing; null for every other distribution. */
export function standInModules(distribution: string): readonly string[] | null {
  return LOGGING_SERVICES[distribution] ?? null;
}

/** The file that puts the stand-in in place; its folder must come first on PYTHONPATH. */
export function renderStandIn(modules: readonly string[]): string {
  return SOURCE.replace('@MODULES@', modules.map((name) => JSON.stringify(name)).join(', '));
}

const SOURCE = `"""Written by Reprobot. Python reads this file when it starts.

The modules named below are not installed here. They only record or display what a program does, so every name in them
is answered by an object that accepts everything and does nothing. Nothing of what the program hands to them is kept.
"""
import importlib.abc
import importlib.machinery
import os
import sys
import types

MODULES = (@MODULES@,)


class Nothing:
    """Accepts every call, attribute and index; false, empty, and usable as a base class, a context or a decorator."""

    def __init__(self, *args, **kwargs):
        folder = kwargs.get("log_dir") or kwargs.get("logdir")
        if folder is None and args and isinstance(args[0], (str, os.PathLike)):
            folder = args[0]
        self.__dict__.update(kwargs)
        if folder is not None:
            self.__dict__["log_dir"] = self.__dict__["logdir"] = str(folder)

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        return Nothing(**{k: v for k, v in kwargs.items() if k == "config"})

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __getitem__(self, key):
        return Nothing()

    def __setitem__(self, key, value):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return False

    def __str__(self):
        return "nothing"

    def __fspath__(self):
        return "."

    def __class_getitem__(cls, item):
        return cls

    def update(self, *args, **kwargs):
        for items in (*args, kwargs):
            if isinstance(items, dict):
                self.__dict__.update(items)


class Config(Nothing):
    """What a program stored in a service's configuration can be read back, as training code relies on it."""

    def __init__(self, items=()):
        self.__dict__.update(dict(items))

    def __getitem__(self, key):
        return self.__dict__[key]

    def get(self, key, default=None):
        return self.__dict__.get(key, default)

    def keys(self):
        return self.__dict__.keys()


class StandInModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name == "init":
            return self._init
        if name[:1].isupper():
            return Nothing
        return Nothing()

    def _init(self, *args, **kwargs):
        config = kwargs.get("config")
        if config is not None and not isinstance(config, dict):
            config = getattr(config, "__dict__", {})
        self.config = Config(config or {})
        self.run = Nothing(config=self.config)
        return self.run


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if any(name == module or name.startswith(module + ".") for module in MODULES):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = StandInModule(spec.name)
        module.__version__ = "999.0"
        module.config = Config()
        return module

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, Finder())
`;
