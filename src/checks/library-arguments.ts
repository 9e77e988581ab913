import { CHANGED_CALLS } from '../core/notebook/changed-calls.ts';
import { defineCheck } from '../core/notebook/check.ts';

export default defineCheck({
  id: 'library-arguments',
  title: "Arguments that the image's libraries do not take",
  rules: {
    call: ({ path, keywords }) => {
      for (const { calls, gone, since, soon } of CHANGED_CALLS) {
        if (!calls.test(path)) continue;
        const name = [...keywords.keys()].find((one) => Object.hasOwn(gone, one));
        if (name === undefined) continue;
        const what = path.split('.').slice(-2).join('.');
        if (soon === true)
          return { level: 'warning', message: `${what} is going to lose the argument ${name} (${since}).`, fix: gone[name] ?? '' };
        const when = since === 'ever' ? '' : ` since ${since}`;
        return { level: 'error', raises: 'TypeError', message: `${what} takes no argument ${name}${when}.`, fix: gone[name] ?? '' };
      }
      return null;
    },
  },
  examples: [
    {
      code: 'import xgboost as xgb\nm = xgb.XGBRegressor(n_estimators=9)\nm.fit([[1]], [1], eval_set=[([[1]], [1])], early_stopping_rounds=3, verbose=False)',
      line: 3,
      level: 'error',
    },
    {
      code: "import optuna\nfrom xgboost import XGBClassifier\ndef objective(trial):\n    p = {'max_depth': trial.suggest_int('d', 2, 4)}\n    m = XGBClassifier(**p)\n    m.fit([[1]], [1], early_stopping_rounds=5)\n    return 1.0\nstudy = optuna.create_study()\nstudy.optimize(objective, n_trials=2)",
      line: 6,
      level: 'error',
    },
    {
      code: "import pandas as pd\nd = pd.read_csv('https://example.org/a.csv')\nd = d.set_index('date').asfreq('D', method='ffill', limit=3).reset_index()",
      line: 3,
      level: 'error',
    },
    { code: 'from sklearn.metrics import mean_squared_error\nprint(mean_squared_error([1], [2], squared=False))', line: 2, level: 'error' },
    {
      code: 'import torch\nopt = torch.optim.Adam([torch.zeros(1)])\ns = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, verbose=True)',
      line: 3,
      level: 'error',
    },
    { code: "import pandas as pd\nd = pd.DataFrame({'a': [1, None]})\nd = d.fillna(method='ffill')", line: 3, level: 'warning' },
    { code: 'import lightgbm as lgb\nb = lgb.train({}, None, early_stopping_rounds=5)', line: 2, level: 'error' },
  ],
  nearMisses: [
    {
      code: 'import xgboost as xgb\nm = xgb.XGBRegressor(n_estimators=9, early_stopping_rounds=3)\nm.fit([[1]], [1], eval_set=[([[1]], [1])], verbose=False)',
    },
    {
      code: 'import xgboost as xgb\nm = xgb.XGBRegressor()\ntry:\n    m.fit([[1]], [1], early_stopping_rounds=3)\nexcept TypeError:\n    m.fit([[1]], [1])',
    },
    {
      code: 'import lightgbm as lgb\nm = lgb.LGBMRegressor(verbose=-1)\nm.fit([[1]], [1], callbacks=[lgb.early_stopping(5), lgb.log_evaluation(0)])',
    },
    { code: "import pandas as pd\nd = pd.DataFrame({'a': [1, None]}).ffill(limit=3)" },
    { code: 'import xgboost as xgb\nb = xgb.train({}, xgb.DMatrix([[1]]), num_boost_round=5, early_stopping_rounds=2, evals=[])' },
    {
      code: 'class Model:\n    def fit(self, x, early_stopping_rounds=None):\n        return self\nModel().fit(1, early_stopping_rounds=3)',
    },
  ],
});
