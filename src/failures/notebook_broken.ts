import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'notebook_broken',
  title: 'The notebook does not hold together',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /No kernel name found in notebook|Notebook does not appear to be JSON|NotJSONError|NoSuchKernel|nbformat\S*(?:ValidationError|NotebookValidationError)|NotebookValidationError|Notebook is not valid|Unsupported notebook version|No such kernel named/,
      weight: 'decisive',
    },
    { regex: /Additional properties are not allowed.*(?:cell|notebook)|ValidationError:.*(?:nbformat|cell_type)/ },
    {
      regex:
        /NotebookValidationError|Failed validating .* in (?:code_cell|notebook|\w+_cell)|No kernel name found|nbformat\.\w+\.\w+Error|kernelspec\.NoSuchKernel|Additional properties are not allowed/,
      weight: 'decisive',
    },
  ],
  remedy: () => ({ kind: 'ask', question: 'The notebook file itself is broken. May I rewrite its metadata and push it again?' }),
  explain: () => 'The notebook or its metadata is not valid, so that no cell could run.',
  examples: [{ text: 'ValueError: No kernel name found in notebook and no override provided.', line: 1 }],
  nearMisses: ['[NbConvertApp] Converting notebook a.ipynb to html\n[NbConvertApp] Writing 10 bytes to a.html'],
});
