import { defineRules, type Pair, type PairTable } from '../rule.ts';

/** Rows `from: python range`, each up to the next one. */
function table(name: string, rows: readonly (readonly [string, string])[], examples: PairTable['examples']): PairTable {
  const pairs: Pair[] = rows.map(([from, needs], index) => ({ from, to: rows[index + 1]?.[0] ?? null, needs }));
  return { package: name, with: 'python', rows: pairs, source: `https://pypi.org/project/${name}/#history`, examples };
}

/** For which Pythons there are wheels; an older release is not built for a newer interpreter afterwards. */
export default defineRules({
  id: 'python-support',
  title: 'Releases and the Pythons that they have wheels for',
  order: 80,
  pairs: [
    table(
      'numpy',
      [
        ['0', '<3.8'],
        ['1.17.3', '>=3.5,<3.9'],
        ['1.19.3', '>=3.6,<3.10'],
        ['1.21.2', '>=3.7,<3.11'],
        ['1.23.2', '>=3.8,<3.12'],
        ['1.26', '>=3.9,<3.13'],
        ['2.1', '>=3.10'],
      ],
      [
        { asks: '==1.19.5', has: '3.11.7', says: 'numpy==1.19.5 wants Python >=3.6,<3.10; here it is 3.11.7' },
        { asks: '>=1.19', has: '3.11.7', says: null },
        { asks: '', has: '3.8.10', says: null },
      ],
    ),
    table(
      'scipy',
      [
        ['0', '<3.8'],
        ['1.4', '>=3.5,<3.9'],
        ['1.5.4', '>=3.6,<3.10'],
        ['1.7.2', '>=3.7,<3.11'],
        ['1.9.2', '>=3.8,<3.12'],
        ['1.11.2', '>=3.9,<3.13'],
        ['1.14', '>=3.10'],
      ],
      [{ asks: '==1.2.1', has: '3.11.7', says: 'scipy==1.2.1 wants Python <3.8; here it is 3.11.7' }],
    ),
    table(
      'pandas',
      [
        ['0', '<3.8'],
        ['0.25.2', '>=3.5,<3.9'],
        ['1.1.3', '>=3.6,<3.10'],
        ['1.3.3', '>=3.7,<3.11'],
        ['1.5.1', '>=3.8,<3.12'],
        ['2.1.1', '>=3.9'],
      ],
      [{ asks: '<1.2', has: '3.11.7', says: 'pandas<1.2 wants Python >=3.6,<3.10; here it is 3.11.7' }],
    ),
    table(
      'scikit-learn',
      [
        ['0', '<3.8'],
        ['0.22', '>=3.5,<3.9'],
        ['0.24', '>=3.6,<3.10'],
        ['1.0.2', '>=3.7,<3.11'],
        ['1.1.3', '>=3.8,<3.12'],
        ['1.3.1', '>=3.8,<3.13'],
        ['1.5.2', '>=3.9'],
      ],
      [{ asks: '==0.24.2', has: '3.10.2', says: 'scikit-learn==0.24.2 wants Python >=3.6,<3.10; here it is 3.10.2' }],
    ),
    table(
      'scikit-image',
      [
        ['0', '<3.9'],
        ['0.18', '>=3.7,<3.10'],
        ['0.19', '>=3.7,<3.11'],
        ['0.20', '>=3.8,<3.12'],
        ['0.22', '>=3.9,<3.13'],
        ['0.25', '>=3.10'],
      ],
      [{ asks: '==0.17.2', has: '3.11.7', says: 'scikit-image==0.17.2 wants Python <3.9; here it is 3.11.7' }],
    ),
    table(
      'pillow',
      [
        ['0', '<3.8'],
        ['6.2.1', '>=3.5,<3.9'],
        ['8.0', '>=3.6,<3.10'],
        ['8.4', '>=3.6,<3.11'],
        ['9.3', '>=3.7,<3.12'],
        ['10.1', '>=3.8'],
      ],
      [{ asks: '==8.0.1', has: '3.12.1', says: 'pillow==8.0.1 wants Python >=3.6,<3.10; here it is 3.12.1' }],
    ),
    table(
      'matplotlib',
      [
        ['0', '<3.9'],
        ['3.4', '>=3.7,<3.10'],
        ['3.5', '>=3.7,<3.11'],
        ['3.6', '>=3.8,<3.12'],
        ['3.8', '>=3.9'],
      ],
      [{ asks: '==3.3.4', has: '3.11.7', says: 'matplotlib==3.3.4 wants Python <3.9; here it is 3.11.7' }],
    ),
    table(
      'h5py',
      [
        ['0', '<3.9'],
        ['3.1', '>=3.6,<3.10'],
        ['3.5', '>=3.7,<3.11'],
        ['3.8', '>=3.7,<3.12'],
        ['3.10', '>=3.8'],
      ],
      [{ asks: '==2.10.0', has: '3.11.7', says: 'h5py==2.10.0 wants Python <3.9; here it is 3.11.7' }],
    ),
    // A later Python refuses the defaults of its configurations.
    table(
      'timm',
      [
        ['0', '>=3.6'],
        ['0.6.0', '>=3.7,<3.11'],
        ['0.6.12', '>=3.7'],
      ],
      [
        { asks: '==0.6.7', has: '3.11.7', says: 'timm==0.6.7 wants Python >=3.7,<3.11; here it is 3.11.7' },
        { asks: '==0.4.12', has: '3.12.1', says: null },
      ],
    ),
    table(
      'tensorflow',
      [
        ['0', '<3.8'],
        ['2.2', '>=3.5,<3.9'],
        ['2.5', '>=3.6,<3.10'],
        ['2.8', '>=3.7,<3.11'],
        ['2.12', '>=3.8,<3.12'],
        ['2.16', '>=3.9,<3.13'],
        ['2.20', '>=3.9'],
      ],
      [{ asks: '==1.15.0', has: '3.11.7', says: 'tensorflow==1.15.0 wants Python <3.8; here it is 3.11.7' }],
    ),
    table(
      'tensorflow-rocm',
      [['0', '>=3.6,<3.12']],
      [
        { asks: '', has: '3.12.3', says: 'no release of tensorflow-rocm goes with Python 3.12.3' },
        { asks: '', has: '3.11.7', says: null },
      ],
    ),
    table(
      'spacy',
      [
        ['0', '<3.10'],
        ['3.2', '>=3.6,<3.11'],
        ['3.4.2', '>=3.6,<3.12'],
        ['3.7', '>=3.7,<3.13'],
        ['3.8.7', '>=3.9'],
      ],
      [{ asks: '==3.3.1', has: '3.12.3', says: 'spacy==3.3.1 wants Python >=3.6,<3.11; here it is 3.12.3' }],
    ),
    table(
      'opencv-python-headless',
      [
        ['0', '<3.8'],
        ['4.1.2', '>=3.5,<3.9'],
        ['4.5', '>=3.6,<3.10'],
        ['4.5.4', '>=3.6'],
      ],
      [{ asks: '==4.2.0.34', has: '3.11.7', says: 'opencv-python-headless==4.2.0.34 wants Python >=3.5,<3.9; here it is 3.11.7' }],
    ),
    table(
      'tokenizers',
      [
        ['0', '<3.10'],
        ['0.11', '>=3.6,<3.11'],
        ['0.13.3', '>=3.7,<3.12'],
        ['0.15', '>=3.7'],
      ],
      [{ asks: '==0.10.3', has: '3.11.7', says: 'tokenizers==0.10.3 wants Python <3.10; here it is 3.11.7' }],
    ),
    // Each release takes the tokenizers of its time, which is compiled.
    table(
      'transformers',
      [
        ['0', '<3.10'],
        ['4.16', '>=3.6,<3.11'],
        ['4.23', '>=3.7,<3.12'],
        ['4.34', '>=3.8'],
      ],
      [
        { asks: '==4.2.1', has: '3.12.3', says: 'transformers==4.2.1 wants Python <3.10; here it is 3.12.3' },
        { asks: '>=4.2', has: '3.12.3', says: null },
      ],
    ),
    table(
      'numba',
      [
        ['0', '<3.9'],
        ['0.53', '>=3.6,<3.10'],
        ['0.55', '>=3.7,<3.11'],
        ['0.57', '>=3.8,<3.12'],
        ['0.59', '>=3.9,<3.13'],
        ['0.61', '>=3.10'],
      ],
      [{ asks: '==0.53.1', has: '3.12.3', says: 'numba==0.53.1 wants Python >=3.6,<3.10; here it is 3.12.3' }],
    ),
    table(
      'llvmlite',
      [
        ['0', '<3.9'],
        ['0.36', '>=3.6,<3.10'],
        ['0.38', '>=3.7,<3.11'],
        ['0.40', '>=3.8,<3.12'],
        ['0.42', '>=3.9,<3.13'],
        ['0.44', '>=3.10'],
      ],
      [{ asks: '==0.36.0', has: '3.12.3', says: 'llvmlite==0.36.0 wants Python >=3.6,<3.10; here it is 3.12.3' }],
    ),
    table(
      'pyyaml',
      [
        ['0', '<3.10'],
        ['6.0', '>=3.6,<3.12'],
        ['6.0.1', '>=3.6'],
      ],
      [{ asks: '==5.4.1', has: '3.11.7', says: 'pyyaml==5.4.1 wants Python <3.10; here it is 3.11.7' }],
    ),
    table(
      'pyarrow',
      [
        ['0', '<3.9'],
        ['3', '>=3.6,<3.10'],
        ['6.0.1', '>=3.6,<3.11'],
        ['10', '>=3.7,<3.12'],
        ['14', '>=3.8'],
      ],
      [{ asks: '==5.0.0', has: '3.11.7', says: 'pyarrow==5.0.0 wants Python >=3.6,<3.10; here it is 3.11.7' }],
    ),
    table(
      'pywavelets',
      [
        ['0', '<3.10'],
        ['1.2', '>=3.7,<3.11'],
        ['1.4', '>=3.8,<3.12'],
        ['1.5', '>=3.9'],
      ],
      [{ asks: '==1.1.1', has: '3.11.7', says: 'pywavelets==1.1.1 wants Python <3.10; here it is 3.11.7' }],
    ),
    table(
      'jaxlib',
      [
        ['0', '<3.10'],
        ['0.1.75', '>=3.7,<3.11'],
        ['0.4', '>=3.8,<3.12'],
        ['0.4.17', '>=3.9,<3.13'],
        ['0.4.34', '>=3.10'],
      ],
      [{ asks: '==0.1.70', has: '3.11.7', says: 'jaxlib==0.1.70 wants Python <3.10; here it is 3.11.7' }],
    ),
  ],
});
