import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'numpy_abi',
  title: 'NumPy changed beneath the code',
  fault: 'environment',
  route: 'environment',
  patterns: [
    {
      regex:
        /numpy\.(?:dtype|ndarray|ufunc) size changed|compiled using NumPy 1\.x cannot be run in|_ARRAY_API not found|module compiled against (?:ABI|API) version|numpy\.core\.multiarray failed to import/,
      weight: 'decisive',
    },
    {
      regex: /module 'numpy(?:\.\w+)?' has no attribute '(?<attribute>\w+)'|`np\.(?<attribute2>\w+)` was (?:a deprecated alias|removed)/,
      weight: 'decisive',
    },
    {
      regex: /No module named '(?<module>numpy\.(?:lib|core|_core|compat)[\w.]*)'|cannot import name '(?<attribute>\w+)' from 'numpy/,
      weight: 'decisive',
    },
    { regex: /RuntimeError: Numpy is not available/ },
    {
      regex:
        /numpy\.(?:core|_core)\.(?:umath|multiarray) failed to import|Unable to avoid copy while creating an array|was removed (?:from|in) the (?:ndarray class in )?(?:NumPy|numpy) 2|Python integer -?\d+ out of bounds for u?int|'numpy\.ndarray' object has no attribute '(?<attribute>ptp|newbyteorder|itemset|tostring)'|Numba needs NumPy|NumPy (?:version )?[\d.]+ or (?:less|lower|older)|np\.(?<attribute2>\w+)` was removed|numpy\.core has been (?:renamed|removed)|Error importing numpy/,
      weight: 'decisive',
      not: /Warning/,
    },
  ],
  remedy: ({ attribute, attribute2 }) => {
    const alias = /^(?:float|int|bool|object|str|complex|long|unicode)$/.test(attribute ?? attribute2 ?? '');
    return { kind: 'install', packages: [{ name: 'numpy', specifier: alias ? '<1.24' : '<2' }] };
  },
  explain: ({ attribute, attribute2, module }) =>
    `The code was written or compiled for an older NumPy${(attribute ?? attribute2 ?? module) === undefined ? '' : ` (${attribute ?? attribute2 ?? module} is gone)`}.`,
  examples: [
    {
      text: "Traceback (most recent call last):\n  File \"m.py\", line 2, in <module>\n    x = np.float(3)\nAttributeError: module 'numpy' has no attribute 'float'.",
      line: 4,
      facts: { attribute: 'float' },
    },
    {
      text: 'ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 80 from C header, got 72 from PyObject',
      line: 1,
    },
  ],
  nearMisses: [
    "ModuleNotFoundError: No module named 'numpy'",
    'DeprecationWarning: `np.float` is a deprecated alias for the builtin `float`.\nstep 1 loss 1.0\nstep 2 loss 0.9',
  ],
});
