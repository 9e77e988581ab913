import { z } from 'zod';
import { defineCheck } from '../core/notebook/check.ts';

const Names = z.array(z.string()).or(z.object({ outputs: z.array(z.string()) }).transform((value) => value.outputs));
const WRITES =
  /\.to_(csv|parquet|json|pickle|feather|excel)\(|\.write\(|json\.dump\(|\.save\w*\(|joblib\.dump\(|savefig\(|write_text\(|np\.savez?\w*\(|%%writefile|pickle\.dump\(/;

function readNames(text: string | null | undefined): readonly string[] | null {
  try {
    return text === null || text === undefined ? null : (Names.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}

export default defineCheck({
  id: 'expected-outputs',
  title: 'Outputs that are expected and never written',
  folder: (folder) => {
    if (folder.source.trim() === '') return [];
    const file = folder.files.find((one) => one.path === 'expected-outputs.json');
    const names = readNames(file?.text);
    if (file !== undefined && names === null)
      return [{ level: 'warning', message: 'expected-outputs.json is no list of file names.', fix: 'Write ["result.json", …].' }];
    const missing = (names ?? []).filter((name) => !folder.source.includes(name.slice(name.lastIndexOf('/') + 1)));
    if (missing.length > 0)
      return [
        {
          level: 'error',
          message: `Nothing in the notebook names ${missing.join(', ')}, which is expected of it.`,
          fix: 'Write it to /kaggle/working.',
        },
      ];
    if (WRITES.test(folder.source) || folder.source.split('\n').length < 20) return [];
    return [
      {
        level: 'warning',
        message: 'The notebook writes no file: nothing of its result can be fetched but the log.',
        fix: 'Write the result to /kaggle/working.',
      },
    ];
  },
  examples: [
    { code: "import json\njson.dump({}, open('other.json', 'w'))", files: { 'expected-outputs.json': '["result.json"]' }, level: 'error' },
    { code: Array.from({ length: 24 }, (_, index) => `x${String(index)} = ${String(index)}`).join('\n'), level: 'warning' },
  ],
  nearMisses: [
    { code: "import json\njson.dump({}, open('result.json', 'w'))", files: { 'expected-outputs.json': '["result.json"]' } },
    { code: 'x = 1' },
  ],
});
