/**
 * Arguments that the libraries of the image do not take, with the version that took them away (`ever`: none had them) and what to write instead.
 * From the libraries' documentation and release notes; those of xgboost and asfreq were also seen in runs of early 2026, the others were not tried.
 */

export interface ChangedCall {
  /** Full names of the call. */
  readonly calls: RegExp;
  /** Argument, and what to do instead. */
  readonly gone: Readonly<Record<string, string>>;
  readonly since: string;
  /** Deprecated and still taken: warned of. */
  readonly soon?: boolean;
}

const XGB = 'xgboost\\.XGB(Regressor|Classifier|Ranker|RFRegressor|RFClassifier|Model)';
const LGBM = 'lightgbm\\.LGBM(Regressor|Classifier|Ranker|Model)';
const BOTH = '(DataFrame|Series)';

export const CHANGED_CALLS: readonly ChangedCall[] = [
  {
    calls: new RegExp(`^${XGB}\\.fit$`),
    gone: {
      early_stopping_rounds: 'Give early_stopping_rounds to the constructor.',
      eval_metric: 'Give eval_metric to the constructor.',
      callbacks: 'Give callbacks to the constructor.',
    },
    since: 'xgboost 2.1',
  },
  {
    calls: new RegExp(`^${XGB}\\.predict$`),
    gone: { ntree_limit: 'Use iteration_range=(0, n).' },
    since: 'xgboost 2.1',
  },
  { calls: /^xgboost\.Booster\.predict$/, gone: { ntree_limit: 'Use iteration_range=(0, n).' }, since: 'xgboost 2.0' },
  { calls: /^xgboost\.train$/, gone: { feval: 'Use custom_metric.' }, since: 'xgboost 3.0', soon: true },
  {
    calls: new RegExp(`^${LGBM}\\.fit$`),
    gone: {
      early_stopping_rounds: 'Use callbacks=[lightgbm.early_stopping(n)].',
      verbose: 'Use callbacks=[lightgbm.log_evaluation(n)], and verbose=-1 in the constructor.',
      verbose_eval: 'Use callbacks=[lightgbm.log_evaluation(n)].',
    },
    since: 'lightgbm 4.0',
  },
  {
    calls: /^lightgbm\.(train|cv)$/,
    gone: {
      early_stopping_rounds: 'Use callbacks=[lightgbm.early_stopping(n)].',
      verbose_eval: 'Use callbacks=[lightgbm.log_evaluation(n)].',
      evals_result: 'Use callbacks=[lightgbm.record_evaluation(result)].',
      fobj: "Put the objective in params['objective'].",
    },
    since: 'lightgbm 4.0',
  },
  {
    calls: /^sklearn\.metrics\.mean_squared_error$/,
    gone: { squared: 'Use sklearn.metrics.root_mean_squared_error.' },
    since: 'scikit-learn 1.6',
  },
  { calls: /^sklearn\.metrics\.mean_squared_log_error$/, gone: { squared: 'Use root_mean_squared_log_error.' }, since: 'scikit-learn 1.6' },
  { calls: /^sklearn\.preprocessing\.OneHotEncoder$/, gone: { sparse: 'Use sparse_output.' }, since: 'scikit-learn 1.4' },
  {
    calls: /^sklearn\.(ensemble\.(Bagging|AdaBoost)\w+|multioutput\.\w+|model_selection\.RFECV)$/,
    gone: { base_estimator: 'Use estimator.' },
    since: 'scikit-learn 1.4',
  },
  {
    calls: /^sklearn\.(linear_model\.(LinearRegression|Ridge|Lasso|ElasticNet|LassoCV|RidgeCV|ElasticNetCV|BayesianRidge))$/,
    gone: { normalize: 'Scale with StandardScaler in a pipeline.' },
    since: 'scikit-learn 1.2',
  },
  {
    calls: /^sklearn\.cluster\.(KMeans|MiniBatchKMeans)$/,
    gone: { n_jobs: 'Leave n_jobs out.', precompute_distances: 'Leave it out.' },
    since: 'scikit-learn 1.0',
  },
  {
    calls: /^sklearn\.ensemble\.GradientBoosting\w+$/,
    gone: { min_impurity_split: 'Use min_impurity_decrease.', presort: 'Leave it out.' },
    since: 'scikit-learn 1.0',
  },
  { calls: /^sklearn\.calibration\.CalibratedClassifierCV$/, gone: { base_estimator: 'Use estimator.' }, since: 'scikit-learn 1.4' },
  {
    calls: /^transformers\.(\w+\.)?TrainingArguments$/,
    gone: { evaluation_strategy: 'Use eval_strategy.', per_gpu_train_batch_size: 'Use per_device_train_batch_size.' },
    since: 'transformers 5.0',
  },
  { calls: /^transformers\.(\w+\.)?Trainer$/, gone: { tokenizer: 'Use processing_class.' }, since: 'transformers 5.0' },
  { calls: /^torch\.lr_scheduler\.\w+$/, gone: { verbose: 'Print get_last_lr() yourself.' }, since: 'torch 2.7' },
  {
    calls: /^torch\.nn\.(LSTM|GRU|RNN)$/,
    gone: { units: 'Use hidden_size.', return_sequences: 'Take the output you need.', activation: 'Leave it out.' },
    since: 'ever',
  },
  {
    calls: /^keras\.layers\.(LSTM|GRU|SimpleRNN|Dense)$/,
    gone: { hidden_size: 'Use units.', batch_first: 'Leave it out.' },
    since: 'keras 3',
  },
  { calls: /^keras\.optimizers\.\w+$/, gone: { lr: 'Use learning_rate.' }, since: 'keras 3' },
  {
    calls: /^keras\.(models\.)?(Model|Sequential)\.fit$/,
    gone: { workers: 'Leave it out.', use_multiprocessing: 'Leave it out.', max_queue_size: 'Leave it out.' },
    since: 'keras 3',
  },
  {
    calls: /^keras\.(models\.)?(Model|Sequential)\.compile$/,
    gone: { lr: 'Give it to the optimizer.', experimental_run_tf_function: 'Leave it out.' },
    since: 'keras 3',
  },
  {
    calls: /^pytorch_lightning\.Trainer$/,
    gone: {
      gpus: "Use accelerator='gpu', devices=n.",
      progress_bar_refresh_rate: 'Use the TQDMProgressBar callback.',
      checkpoint_callback: 'Use enable_checkpointing.',
      weights_summary: 'Use enable_model_summary.',
      auto_lr_find: 'Use the Tuner.',
      tpu_cores: "Use accelerator='tpu'.",
    },
    since: 'lightning 2.0',
  },
  {
    calls: /^optuna\.create_study$/,
    gone: { n_trials: 'Give n_trials to optimize().', seed: 'Give the seed to the sampler.', metric: 'Use direction.' },
    since: 'ever',
  },
  {
    calls: /^optuna\.Study\.optimize$/,
    gone: {
      direction: 'Give direction to create_study().',
      seed: 'Give the seed to the sampler.',
      verbose: 'Use optuna.logging.set_verbosity().',
      n_warmup_steps: 'Give it to the pruner.',
    },
    since: 'ever',
  },
  {
    calls: /^optuna\.Trial\.suggest_(float|int)$/,
    gone: { log_scale: 'Use log.', distribution: 'Leave it out.', q: 'Use step.' },
    since: 'ever',
  },
  {
    calls: /^yfinance\.download$/,
    gone: {
      adjust: 'Use auto_adjust.',
      end_date: 'Use end.',
      start_date: 'Use start.',
    },
    since: 'yfinance 0.2.54',
  },
  {
    calls: /^yfinance\.Ticker\.history$/,
    gone: { threads: 'Leave it out.', progress: 'Leave it out.', multi_level_index: 'Leave it out.', tickers: 'Leave it out.' },
    since: 'ever',
  },
  {
    calls: /^hmmlearn\.hmm\.(GaussianHMM|GMMHMM|CategoricalHMM)$/,
    gone: {
      n_states: 'Use n_components.',
      n_init: 'Fit several models and keep the best.',
      max_iter: 'Use n_iter.',
      cov_type: 'Use covariance_type.',
    },
    since: 'ever',
  },
  {
    calls: /^sklearn\.mixture\.(Bayesian)?GaussianMixture$/,
    gone: { n_iter: 'Use max_iter.', n_states: 'Use n_components.', cov_type: 'Use covariance_type.' },
    since: 'ever',
  },
  {
    calls: /^statsmodels\.(\w+\.)*ARIMA$/,
    gone: { disp: 'Give it to fit(), if at all.', solver: 'Give it to fit().' },
    since: 'statsmodels 0.13',
  },
  {
    calls: /^statsmodels\.(\w+\.)*ARIMA\.fit$/,
    gone: { disp: "Use method_kwargs={'disp': 0}.", transparams: 'Leave it out.', trend: 'Give it to ARIMA().' },
    since: 'statsmodels 0.13',
  },
  { calls: /^statsmodels\.(\w+\.)*seasonal_decompose$/, gone: { freq: 'Use period.' }, since: 'statsmodels 0.13' },
  { calls: /^statsmodels\.(\w+\.)*grangercausalitytests$/, gone: { verbosity: 'Leave it out.' }, since: 'ever' },
  { calls: /\.asfreq$/, gone: { limit: 'Use asfreq() and then ffill(limit=n).' }, since: 'ever' },
  {
    calls: new RegExp(`^pandas\\.${BOTH}\\.(ffill|bfill)$`),
    gone: { method: 'The name says the method: leave it out.', value: 'Use fillna(value).' },
    since: 'ever',
  },
  { calls: new RegExp(`^pandas\\.${BOTH}\\.fillna$`), gone: { method: 'Use ffill() or bfill().' }, since: 'pandas 3.0', soon: true },
  { calls: new RegExp(`^pandas\\.${BOTH}\\.pct_change$`), gone: { window: 'Use periods.', lag: 'Use periods.' }, since: 'ever' },
  { calls: new RegExp(`^pandas\\.${BOTH}\\.diff$`), gone: { lag: 'Use periods.', period: 'Use periods.' }, since: 'ever' },
  { calls: new RegExp(`^pandas\\.${BOTH}\\.shift$`), gone: { lag: 'Use periods.', period: 'Use periods.' }, since: 'ever' },
  {
    calls: new RegExp(`^pandas\\.${BOTH}\\.rolling$`),
    gone: { periods: 'Use window.', freq: 'Resample first.', how: 'Call the function on it.', min_period: 'Use min_periods.' },
    since: 'ever',
  },
  {
    calls: new RegExp(`^pandas\\.${BOTH}\\.resample$`),
    gone: {
      how: 'Call the function on the result.',
      fill_method: 'Call ffill() on the result.',
      loffset: 'Shift the index afterwards.',
      base: 'Use origin or offset.',
    },
    since: 'pandas 2.0',
  },
  { calls: new RegExp(`^pandas\\.${BOTH}\\.reset_index$`), gone: { columns: 'Use rename(columns=…) afterwards.' }, since: 'ever' },
  { calls: new RegExp(`^pandas\\.${BOTH}\\.dropna$`), gone: { columns: 'Use subset.' }, since: 'ever' },
  {
    calls: new RegExp(`^pandas\\.${BOTH}\\.drop_duplicates$`),
    gone: { columns: 'Use subset.', take_last: "Use keep='last'." },
    since: 'ever',
  },
  { calls: /^pandas\.DataFrame\.(sort_values|groupby)$/, gone: { columns: 'Use by.' }, since: 'ever' },
  { calls: new RegExp(`^pandas\\.${BOTH}\\.to_csv$`), gone: { line_terminator: 'Use lineterminator.' }, since: 'pandas 2.0' },
  {
    calls: /^pandas\.read_csv$/,
    gone: {
      squeeze: "Use .squeeze('columns').",
      error_bad_lines: "Use on_bad_lines='skip'.",
      warn_bad_lines: "Use on_bad_lines='warn'.",
      prefix: 'Rename the columns.',
      mangle_dupe_cols: 'Leave it out.',
      parse_date: 'Use parse_dates.',
    },
    since: 'pandas 2.0',
  },
  { calls: /^pandas\.(date_range|bdate_range)$/, gone: { closed: 'Use inclusive.', frequency: 'Use freq.' }, since: 'pandas 2.0' },
  { calls: /^pandas\.to_datetime$/, gone: { box: 'Leave it out.' }, since: 'pandas 1.0' },
  { calls: /^pandas\.concat$/, gone: { join_axes: 'Reindex the result.', on: 'Use merge.', how: 'Use join.' }, since: 'ever' },
  { calls: /^pandas\.(merge|DataFrame\.merge)$/, gone: { join: 'Use how.', axis: 'Use concat.' }, since: 'ever' },
  {
    calls: /^pandas\.DataFrame\.(mean|std|median)$/,
    gone: { level: 'Use groupby(level=…).', numeric: 'Use numeric_only.' },
    since: 'pandas 2.0',
  },
  { calls: /^pandas\.DataFrame\.to_dict$/, gone: { orientation: 'Use orient.' }, since: 'ever' },
  { calls: /^numpy\.(mean|std|sum|median)$/, gone: { skipna: 'Use the function with nan in front: np.nanmean.' }, since: 'ever' },
  {
    calls: /^arch\.(\w+\.)*arch_model$/,
    gone: { distribution: 'Use dist.', vol_model: 'Use vol.', disp: 'Give it to fit().', update_freq: 'Give it to fit().' },
    since: 'ever',
  },
  { calls: /^shap\.TreeExplainer\.shap_values$/, gone: { nsamples: 'Leave it out.' }, since: 'ever' },
  {
    calls: /^catboost\.CatBoost(Regressor|Classifier)\.fit$/,
    gone: { eval_metric: 'Give it to the constructor.', callback: 'Use callbacks.' },
    since: 'ever',
  },
  { calls: /^json\.dumps?$/, gone: { encoding: 'Leave it out.', ident: 'Use indent.' }, since: 'Python 3' },
];
