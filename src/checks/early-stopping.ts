import { defineCheck, type AttributeEvent } from '../core/notebook/check.ts';

/** Whether a model of XGBoost was made without anything that stops its training early; null when that cannot be seen. */
function stopsEarly(event: AttributeEvent): boolean | null {
  const thing = event.state.thing(event.object);
  if (thing?.t !== 'instance' || !/^xgboost\.XGB(Regressor|Classifier|Ranker)$/.test(thing.cls)) return null;
  const fitted = thing.args.get('.fit()');
  if (thing.open || fitted === undefined || (fitted.k === 'of' && fitted.type === 'open')) return null;
  if ([...thing.args.keys()].some((name) => name.startsWith('#') || name === 'callbacks')) return null;
  const rounds = thing.args.get('early_stopping_rounds');
  return rounds !== undefined && !(rounds.k === 'const' && rounds.value === null);
}

export default defineCheck({
  id: 'early-stopping',
  title: 'best_iteration of models that nothing stops early',
  rules: {
    attribute: (event) => {
      if (event.name !== 'best_iteration' && event.name !== 'best_score') return null;
      if (stopsEarly(event) !== false) return null;
      return {
        level: 'error',
        raises: 'AttributeError',
        message: `XGBoost has ${event.name} only where the model was given early_stopping_rounds, and this one was not.`,
        fix: 'Give early_stopping_rounds to the constructor and an eval_set to fit(), or use n_estimators instead.',
      };
    },
  },
  examples: [
    {
      code: "import xgboost as xgb\nbest = {'max_depth': 3}\nm = xgb.XGBRegressor(**best)\nm.fit([[1]], [1], eval_set=[([[1]], [1])], verbose=False)\nprint(f'Best: {m.best_iteration}')",
      line: 5,
      level: 'error',
    },
    {
      code: 'import xgboost as xgb\nmodels = []\nfor seed in [1, 2]:\n    m = xgb.XGBClassifier(n_estimators=9, random_state=seed)\n    m.fit([[1]], [1])\n    models.append(m)\n    print(m.best_iteration)',
      line: 7,
      level: 'error',
    },
  ],
  nearMisses: [
    {
      code: 'import xgboost as xgb\nm = xgb.XGBRegressor(early_stopping_rounds=5)\nm.fit([[1]], [1], eval_set=[([[1]], [1])])\nprint(m.best_iteration)',
    },
    { code: "import xgboost as xgb\nm = xgb.XGBRegressor(n_estimators=5)\nm.fit([[1]], [1])\nprint(getattr(m, 'best_iteration', None))" },
    {
      code: 'import optuna\nimport xgboost as xgb\nstudy = optuna.create_study()\nm = xgb.XGBRegressor(**study.best_params)\nm.fit([[1]], [1])\nprint(m.best_iteration)',
    },
    { code: 'import lightgbm as lgb\nm = lgb.LGBMRegressor()\nm.fit([[1]], [1])\nprint(m.best_iteration_)' },
    {
      code: "import xgboost as xgb\nm = xgb.XGBRegressor()\nm.fit([[1]], [1])\ntry:\n    print(m.best_iteration)\nexcept AttributeError:\n    print('none')",
    },
  ],
});
