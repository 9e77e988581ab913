import { defineCheck, type Fault } from '../core/notebook/check.ts';
import { findRemoved } from '../core/notebook/removed-names.ts';

function judge(path: string, line: number): Fault | null {
  const removed = findRemoved(path);
  if (removed === null) return null;
  const { level, since, instead } = removed;
  if (level === 'warning') return { level, line, message: `${path} is going to be gone (${since}).`, fix: instead };
  return { level, line, raises: 'AttributeError', message: `${path} is gone since ${since}.`, fix: instead };
}

export default defineCheck({
  id: 'removed-names',
  title: "Functions and attributes that the image's libraries no longer have",
  rules: {
    attribute: (event) => (event.object.k === 'ext' ? judge(`${event.object.path}.${event.name}`, event.line) : null),
    import: ({ module, names, line }) => {
      for (const name of names) {
        const fault = judge(`${module}.${name}`, line);
        if (fault?.level === 'error') return { ...fault, raises: 'ImportError' };
      }
      return null;
    },
    call: (event) => {
      if (!/^pandas\.(DataFrame|Series)\.(resample|asfreq)$|^pandas\.(date_range|Grouper)$/.test(event.path)) return null;
      const rule = event.args[event.path.endsWith('date_range') ? 3 : 0] ?? event.keywords.get('freq') ?? event.keywords.get('rule');
      const text = rule?.k === 'const' && typeof rule.value === 'string' ? rule.value.replace(/^\d+/, '') : '';
      const next: Record<string, string> = { M: 'ME', Q: 'QE', Y: 'YE', A: 'YE', H: 'h', T: 'min', S: 's', BM: 'BME' };
      return next[text] === undefined
        ? null
        : {
            level: 'warning',
            message: `The frequency ${text} is called ${next[text]} since pandas 2.2, and 3.0 takes no other.`,
            fix: `Write ${next[text]}.`,
          };
    },
  },
  examples: [
    { code: 'import numpy as np\nx = np.zeros(3).astype(np.float)', line: 2, level: 'error' },
    { code: 'import numpy as np\nprint(np.NaN)', line: 2, level: 'error' },
    { code: 'from pandas.util.testing import assert_frame_equal', line: 1, level: 'error' },
    { code: 'from sklearn.datasets import load_boston', line: 1, level: 'error' },
    { code: 'from transformers import AdamW', line: 1, level: 'error' },
    { code: 'import pandas as pd\nd = pd.DataFrame({"a": [1]}).resample("M").last()', line: 2, level: 'warning' },
    { code: 'import numpy as np\narea = np.trapz([1, 2])', line: 2, level: 'warning' },
  ],
  nearMisses: [
    { code: 'import numpy as np\nprint(np.nan, np.float64(1), np.inf, np.bool_(True), np.trapezoid([1, 2]))' },
    { code: 'import numpy as np\ntry:\n    f = np.float\nexcept AttributeError:\n    f = float' },
    {
      code: 'import pandas as pd\nd = pd.DataFrame({"a": [1]}).resample("ME").last()\nimport torch\nprint(torch.float, torch.int, torch.bool)',
    },
    { code: "import numpy as np\nintegrate = np.trapezoid if hasattr(np, 'trapezoid') else np.trapz" },
  ],
});
