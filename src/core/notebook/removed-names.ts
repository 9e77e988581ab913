import type { Level } from './check.ts';

interface Removed {
  readonly level: Level;
  readonly since: string;
  readonly instead: string;
}

/** Full names that are gone, by release, with what to write instead. From the libraries' release notes; not tried on the image itself. */
const GONE: readonly { readonly since: string; readonly level?: Level; readonly names: Readonly<Record<string, string>> }[] = [
  {
    since: 'numpy 1.24',
    names: {
      'numpy.float': 'float',
      'numpy.int': 'int',
      'numpy.object': 'object',
      'numpy.str': 'str',
      'numpy.complex': 'complex',
    },
  },
  {
    since: 'numpy 2.0',
    names: {
      'numpy.NaN': 'numpy.nan',
      'numpy.NAN': 'numpy.nan',
      'numpy.Inf': 'numpy.inf',
      'numpy.Infinity': 'numpy.inf',
      'numpy.infty': 'numpy.inf',
      'numpy.PINF': 'numpy.inf',
      'numpy.NINF': '-numpy.inf',
      'numpy.NZERO': '-0.0',
      'numpy.float_': 'numpy.float64',
      'numpy.complex_': 'numpy.complex128',
      'numpy.unicode_': 'numpy.str_',
      'numpy.string_': 'numpy.bytes_',
      'numpy.product': 'numpy.prod',
      'numpy.cumproduct': 'numpy.cumprod',
      'numpy.sometrue': 'numpy.any',
      'numpy.alltrue': 'numpy.all',
      'numpy.round_': 'numpy.round',
      'numpy.msort': 'numpy.sort(axis=0)',
      'numpy.asfarray': 'numpy.asarray(dtype=float)',
      'numpy.find_common_type': 'numpy.promote_types',
      'numpy.cast': 'numpy.asarray(dtype=…)',
      'numpy.asscalar': '.item()',
      'numpy.mat': 'numpy.asmatrix',
      'numpy.issctype': 'issubclass(x, numpy.generic)',
    },
  },
  {
    since: 'numpy 2.0, soon',
    level: 'warning',
    names: { 'numpy.trapz': 'numpy.trapezoid', 'numpy.in1d': 'numpy.isin', 'numpy.row_stack': 'numpy.vstack' },
  },
  {
    since: 'pandas 2.0',
    names: {
      'pandas.Panel': 'a table with two levels',
      'pandas.Int64Index': 'pandas.Index',
      'pandas.Float64Index': 'pandas.Index',
      'pandas.UInt64Index': 'pandas.Index',
      'pandas.rolling_mean': '.rolling().mean()',
      'pandas.rolling_std': '.rolling().std()',
      'pandas.ewma': '.ewm().mean()',
      'pandas.datetime': 'datetime.datetime',
      'pandas.np': 'numpy',
      'pandas.SparseDataFrame': 'sparse columns',
      'pandas.TimeGrouper': 'pandas.Grouper',
      'pandas.scatter_matrix': 'pandas.plotting.scatter_matrix',
      'pandas.util.testing': 'pandas.testing',
      'pandas.util.testing.assert_frame_equal': 'pandas.testing.assert_frame_equal',
      'pandas.io.data': 'pandas_datareader',
    },
  },
  {
    since: 'scipy 1.14',
    names: {
      'scipy.integrate.simps': 'scipy.integrate.simpson',
      'scipy.integrate.trapz': 'scipy.integrate.trapezoid',
      'scipy.integrate.cumtrapz': 'scipy.integrate.cumulative_trapezoid',
      'scipy.signal.hanning': 'scipy.signal.windows.hann',
      'scipy.signal.gaussian': 'scipy.signal.windows.gaussian',
      'scipy.signal.cwt': 'pywt.cwt',
      'scipy.signal.ricker': 'pywt',
      'scipy.signal.morlet2': 'pywt',
      'scipy.stats.binom_test': 'scipy.stats.binomtest',
      'scipy.misc': 'scipy.datasets',
      'scipy.interp': 'numpy.interp',
    },
  },
  {
    since: 'scikit-learn 1.2',
    names: {
      'sklearn.datasets.load_boston': 'another dataset',
      'sklearn.cross_validation': 'sklearn.model_selection',
      'sklearn.grid_search': 'sklearn.model_selection',
      'sklearn.externals': 'joblib',
      'sklearn.externals.joblib': 'joblib',
      'sklearn.externals.six': 'six',
      'sklearn.preprocessing.Imputer': 'sklearn.impute.SimpleImputer',
      'sklearn.metrics.plot_confusion_matrix': 'sklearn.metrics.ConfusionMatrixDisplay',
      'sklearn.metrics.plot_roc_curve': 'sklearn.metrics.RocCurveDisplay',
      'sklearn.metrics.plot_precision_recall_curve': 'sklearn.metrics.PrecisionRecallDisplay',
      'sklearn.mixture.GMM': 'sklearn.mixture.GaussianMixture',
      'sklearn.hmm': 'hmmlearn.hmm',
      'sklearn.feature_selection.mutual_information_regression': 'sklearn.feature_selection.mutual_info_regression',
      'sklearn.metrics.mutual_info_regression': 'sklearn.feature_selection.mutual_info_regression',
      'sklearn.metrics.mean_absolute_percentage': 'sklearn.metrics.mean_absolute_percentage_error',
    },
  },
  {
    since: 'statsmodels 0.13',
    names: {
      'statsmodels.tsa.arima_model': 'statsmodels.tsa.arima.model',
      'statsmodels.tsa.arima_model.ARIMA': 'statsmodels.tsa.arima.model.ARIMA',
    },
  },
  {
    since: 'hmmlearn 0.3',
    names: { 'hmmlearn.GaussianHMM': 'hmmlearn.hmm.GaussianHMM' },
  },
  { since: 'transformers 5.0', names: { 'transformers.AdamW': 'torch.optim.AdamW' } },
  {
    since: 'torch 2.0',
    names: { 'torch._six': 'the standard library' },
  },
  { since: 'seaborn 0.11', names: { 'seaborn.factorplot': 'seaborn.catplot', 'seaborn.tsplot': 'seaborn.lineplot' } },
  { since: 'lightgbm 4.0', names: { 'lightgbm.print_evaluation': 'lightgbm.log_evaluation' } },
  {
    since: 'optuna 4.0',
    names: { 'optuna.multi_objective': 'optuna.create_study(directions=…)' },
  },
  {
    since: 'Python 3.12',
    names: {
      'imp.reload': 'importlib.reload',
      'distutils.version': 'packaging.version',
      'distutils.version.LooseVersion': 'packaging.version.Version',
      'collections.Iterable': 'collections.abc.Iterable',
      'collections.Mapping': 'collections.abc.Mapping',
      'inspect.getargspec': 'inspect.getfullargspec',
      'time.clock': 'time.perf_counter',
    },
  },
];

const BY_NAME: ReadonlyMap<string, Removed> = new Map(
  GONE.flatMap(({ since, level = 'error', names }) =>
    Object.entries(names).map(([name, instead]) => [name, { level, since, instead: `Use ${instead}.` }] as const),
  ),
);

/** What is to be said of a full name; null when it is still there. */
export function findRemoved(path: string): Removed | null {
  return BY_NAME.get(path) ?? null;
}
