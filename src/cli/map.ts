import { parseArgs } from 'node:util';
import { describeRepoMap } from '../core/repo-map/json-schema.ts';
import { mapRepository } from '../core/repo-map/map.ts';
import { renderRepoMap } from '../core/repo-map/render/render.ts';
import { defineVerb } from './define-verb.ts';
import { openRepository } from './open-repository.ts';

const USAGE = 'map <FOLDER|URL> [--json] [--path SUB] [--ref REF] | map --schema';

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, schema: { type: 'boolean' }, path: { type: 'string' }, ref: { type: 'string' } },
  });
}

export default defineVerb({
  name: 'map',
  summary: 'reads a repository: what is run, with which flags, on what hardware, with which data; runs nothing of it',
  usage: USAGE,
  run: async (args, io) => {
    let parsed: ReturnType<typeof parse>;
    try {
      parsed = parse(args);
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    const { values, positionals } = parsed;
    if (values.schema === true) {
      io.stdout.write(`${JSON.stringify(describeRepoMap(), null, 2)}\n`);
      return 0;
    }
    const [typed] = positionals;
    if (typed === undefined || positionals.length > 1) {
      io.stderr.write(`map takes one folder or address.\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
    try {
      const map = mapRepository(await openRepository({ typed, ref: values.ref, subfolder: values.path, cwd: io.cwd }));
      io.stdout.write(values.json === true ? `${JSON.stringify(map, null, 2)}\n` : renderRepoMap(map));
      return map.entries.length === 0 ? 1 : 0;
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      return 2;
    }
  },
});
