import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'pandas_compat',
  title: 'pandas changed what the code uses',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /'(?:DataFrame|Series|DataFrameGroupBy|Index|DatetimeIndex|StringMethods)' object has no attribute '(?<attribute>append|ix|iteritems|mad|lookup|as_matrix|get_value|set_value|swaplevel|weekofyear|week|is_monotonic|applymap|to_dense|from_csv|select|get_dtype_counts|ftypes|blocks|to_sparse|tshift|slice_shift|clip_upper|clip_lower|sortlevel|sort|order|convert_objects|swapaxes|to_panel|pad|backfill|first|last|bool|asobject|get_duplicates|is_mixed|holds_integer|set_axis_inplace)'/,
      weight: 'decisive',
    },
    {
      regex:
        /(?:NDFrame|DataFrame|Series|GroupBy|read_csv|read_excel|to_csv|to_excel|pivot_table|concat|sort_values|fillna|drop)\w*(?:\.\w+)?\(\) got an unexpected keyword argument '(?<argument>\w+)'/,
      weight: 'decisive',
    },
    {
      regex:
        /(?:DataFrame|Series|NDFrame)\.\w+\(\) takes (?:from )?\d+ (?:to \d+ )?positional argument|module 'pandas(?:\.[\w.]+)?' has no attribute '(?<attribute>\w+)'|cannot import name '(?<attribute2>\w+)' from 'pandas/,
      weight: 'decisive',
    },
    {
      regex:
        /No module named '(?<module>pandas\.(?:core|util|io)[\w.]*)'|Invalid frequency: (?<argument>\w+)|could not convert string to float: '\w+'/,
      near: /pandas|DataFrame|core[\\/]frame\.py|\.corr\(/,
    },
    {
      regex: /numeric_only|Unalignable boolean Series|Cannot (?:interpolate|mask) with|agg function failed \[how->/,
      near: /pandas/,
      weight: 'telling',
      not: /Warning/,
    },
    {
      regex:
        /Invalid frequency: (?<argument>[A-Z]\w{0,3})\b|No module named '?(?<module>pandas\.[\w.]+)'?|(?:to_csv|to_excel|to_json|read_\w+|groupby|resample|date_range|rolling|DataFrame|Series|Timestamp|ExcelWriter)\w*(?:\.\w+)?\(\) got an unexpected keyword argument '(?<argument2>\w+)'|Passing list-likes to \.loc|agg function failed \[how->/,
      weight: 'decisive',
    },
  ],
  remedy: () => ({ kind: 'install', packages: [{ name: 'pandas', specifier: '<2' }] }),
  explain: ({ attribute, attribute2, argument, module }) =>
    `The code uses what pandas has removed or changed${(attribute ?? attribute2 ?? argument ?? module) === undefined ? '' : ` (${attribute ?? attribute2 ?? argument ?? module})`}.`,
  examples: [
    { text: "AttributeError: 'DataFrame' object has no attribute 'append'", line: 1, facts: { attribute: 'append' } },
    { text: "ImportError: cannot import name 'Panel' from 'pandas' (/env/lib/python3.11/site-packages/pandas/__init__.py)", line: 1 },
  ],
  nearMisses: [
    'FutureWarning: DataFrame.applymap has been deprecated. Use DataFrame.map instead.\nstep 1 loss 1.0\nstep 2 loss 0.9',
    "ModuleNotFoundError: No module named 'pandas'",
  ],
});
