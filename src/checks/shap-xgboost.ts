import { defineCheck, type CallEvent } from '../core/notebook/check.ts';
import type { Value } from '../core/notebook/values.ts';

function isBooster(event: CallEvent, value: Value | undefined): boolean {
  const thing = value === undefined ? null : event.state.thing(value);
  return thing?.t === 'instance' && /^xgboost\.(XGB\w+|Booster)$/.test(thing.cls);
}

/** A newer shap reads the models of XGBoost 3. */
function isUpgraded(event: CallEvent): boolean {
  return [...event.folder.shellLines, event.folder.source].some((text) => /install[^\n]{0,120}\bshap\b/.test(text));
}

export default defineCheck({
  id: 'shap-xgboost',
  title: 'SHAP on models of XGBoost 3',
  rules: {
    call: (event) => {
      if (!/^shap\.((explainers\.)?(_tree\.)?TreeExplainer|Explainer)$/.test(event.path)) return null;
      if (!isBooster(event, event.args[0] ?? event.keywords.get('model')) || isUpgraded(event)) return null;
      return {
        level: 'error',
        raises: 'ValueError',
        message:
          'XGBoost 3.1 keeps base_score as a list in text, and shap before 0.50, as images of early 2026 have it, cannot read such a model (shap issue 4184).',
        fix: 'Use booster.predict(data, pred_contribs=True), which gives the same values without shap, or install shap>=0.50 first, or put it in a try.',
      };
    },
  },
  examples: [
    {
      code: 'import shap\nimport xgboost as xgb\nm = xgb.XGBRegressor()\nm.fit([[1]], [1])\ne = shap.TreeExplainer(m)',
      line: 5,
      level: 'error',
    },
    {
      code: 'import shap\nimport xgboost as xgb\nb = xgb.train({}, xgb.DMatrix([[1]]))\ne = shap.TreeExplainer(b)',
      line: 4,
      level: 'error',
    },
  ],
  nearMisses: [
    { code: 'import shap\nimport lightgbm as lgb\nm = lgb.LGBMRegressor()\nm.fit([[1]], [1])\ne = shap.TreeExplainer(m)' },
    {
      code: 'import shap\nimport xgboost as xgb\nm = xgb.XGBRegressor()\ntry:\n    e = shap.TreeExplainer(m)\nexcept Exception as error:\n    print(error)',
    },
    { code: ['!pip install -q -U "shap>=0.50"', 'import shap\nimport xgboost as xgb\ne = shap.TreeExplainer(xgb.XGBRegressor())'] },
    { code: 'import xgboost as xgb\nb = xgb.train({}, xgb.DMatrix([[1]]))\nprint(b.predict(xgb.DMatrix([[1]]), pred_contribs=True))' },
  ],
});
