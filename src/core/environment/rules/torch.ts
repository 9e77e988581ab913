import { defineRules, type Pair, type TorchLine } from '../rule.ts';

const line = (torch: string, released: string, python: string, cuda: string, rocm = '', armCuda = ''): TorchLine => {
  const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  return { torch, released, python, cuda: words(cuda), rocm: words(rocm), armCuda: words(armCuda) };
};

const LINES: readonly TorchLine[] = [
  line('1.0', '2018-12-07', '>=3.5,<3.8', 'cu80 cu90 cu100'),
  line('1.1', '2019-04-30', '>=3.5,<3.8', 'cu90 cu100'),
  line('1.2', '2019-08-08', '>=3.5,<3.8', 'cu92 cu100'),
  line('1.3', '2019-10-10', '>=3.5,<3.8', 'cu92 cu100 cu101'),
  line('1.4', '2020-01-15', '>=3.5,<3.9', 'cu92 cu101'),
  line('1.5', '2020-04-21', '>=3.5,<3.9', 'cu92 cu101 cu102'),
  line('1.6', '2020-07-28', '>=3.6,<3.9', 'cu92 cu101 cu102'),
  line('1.7', '2020-10-27', '>=3.6,<3.10', 'cu101 cu102 cu110', '3.8'),
  line('1.8', '2021-03-04', '>=3.6,<3.10', 'cu101 cu102 cu111', '4.0.1'),
  line('1.9', '2021-06-15', '>=3.6,<3.10', 'cu102 cu111', '4.2'),
  line('1.10', '2021-10-21', '>=3.6,<3.10', 'cu102 cu111 cu113', '4.2'),
  line('1.11', '2022-03-10', '>=3.7,<3.11', 'cu102 cu113 cu115', '4.5.2'),
  line('1.12', '2022-06-28', '>=3.7,<3.11', 'cu102 cu113 cu116', '5.1.1'),
  line('1.13', '2022-10-28', '>=3.7,<3.11', 'cu116 cu117', '5.2'),
  line('2.0', '2023-03-15', '>=3.8,<3.12', 'cu117 cu118', '5.4.2'),
  line('2.1', '2023-10-04', '>=3.8,<3.12', 'cu118 cu121', '5.6'),
  line('2.2', '2024-01-30', '>=3.8,<3.13', 'cu118 cu121', '5.7'),
  line('2.3', '2024-04-24', '>=3.8,<3.13', 'cu118 cu121', '6.0'),
  line('2.4', '2024-07-24', '>=3.8,<3.13', 'cu118 cu121 cu124', '6.1'),
  line('2.5', '2024-10-17', '>=3.9,<3.14', 'cu118 cu121 cu124', '6.1 6.2'),
  line('2.6', '2025-01-29', '>=3.9,<3.14', 'cu118 cu124 cu126', '6.1 6.2.4'),
  line('2.7', '2025-04-23', '>=3.9,<3.14', 'cu118 cu126 cu128', '6.3', 'cu128'),
  line('2.8', '2025-08-06', '>=3.9,<3.14', 'cu126 cu128 cu129', '6.3 6.4', 'cu128 cu129'),
  line('2.9', '2025-10-15', '>=3.10,<3.15', 'cu126 cu128 cu130', '6.3 6.4', 'cu126 cu128 cu130'),
  line('2.10', '2026-01-21', '>=3.10,<3.15', 'cu126 cu128 cu130', '7.0 7.1', 'cu126 cu128 cu130'),
];

/** Rows `version: torch`, each for one generation of torch. */
function rows(pairs: readonly (readonly [string, string])[], last: string | null): Pair[] {
  return pairs.map(([from, torch], index) => {
    const [major = '0', minor = '0'] = torch.split('.');
    return { from, to: pairs[index + 1]?.[0] ?? last, needs: `>=${torch},<${major}.${Number(minor) + 1}` };
  });
}

const PAIRED: readonly (readonly [string, string, string])[] = [
  ['1.4', '0.5', '0.4'],
  ['1.5', '0.6', '0.5'],
  ['1.6', '0.7', '0.6'],
  ['1.7', '0.8', '0.7'],
  ['1.8', '0.9', '0.8'],
  ['1.9', '0.10', '0.9'],
  ['1.10', '0.11', '0.10'],
  ['1.11', '0.12', '0.11'],
  ['1.12', '0.13', '0.12'],
  ['1.13', '0.14', '0.13'],
  ['2.0', '0.15', '2.0'],
  ['2.1', '0.16', '2.1'],
  ['2.2', '0.17', '2.2'],
  ['2.3', '0.18', '2.3'],
  ['2.4', '0.19', '2.4'],
  ['2.5', '0.20', '2.5'],
  ['2.6', '0.21', '2.6'],
  ['2.7', '0.22', '2.7'],
  ['2.8', '0.23', '2.8'],
  ['2.9', '0.24', '2.9'],
  ['2.10', '0.25', '2.10'],
];
const VERSIONS = 'https://github.com/pytorch/pytorch/wiki/PyTorch-Versions';

export default defineRules({
  id: 'torch',
  title: 'Generations of torch and what goes with each',
  order: 81,
  torchLines: { source: 'https://pytorch.org/get-started/previous-versions/', lines: LINES },
  pairs: [
    {
      package: 'torchvision',
      with: 'torch',
      rows: [
        { from: '0', to: '0.5', needs: '<1.4' },
        ...rows(
          PAIRED.map(([torch, vision]) => [vision, torch] as const),
          '0.26',
        ),
      ],
      source: 'https://github.com/pytorch/vision#installation',
      examples: [
        { asks: '==0.8.2', has: '2.10.0', says: 'torchvision==0.8.2 wants torch >=1.7,<1.8; here it is 2.10.0' },
        { asks: '>=0.8', has: '2.4.1', says: null },
        { asks: '==0.2.1', has: '2.4.1', says: 'torchvision==0.2.1 wants torch <1.4; here it is 2.4.1' },
      ],
    },
    {
      package: 'torchaudio',
      with: 'torch',
      rows: [
        { from: '0', to: '0.4', needs: '<1.4' },
        ...rows(
          PAIRED.map(([torch, , audio]) => [audio, torch] as const),
          '2.11',
        ),
      ],
      source: 'https://docs.pytorch.org/audio/main/installation.html',
      examples: [{ asks: '==0.9.0', has: '2.4.0', says: 'torchaudio==0.9.0 wants torch >=1.9,<1.10; here it is 2.4.0' }],
    },
    {
      package: 'torchtext',
      with: 'torch',
      rows: [
        { from: '0', to: '0.7', needs: '<1.8' },
        ...rows(
          [
            ['0.7', '1.6'],
            ['0.8', '1.7'],
            ['0.9', '1.8'],
            ['0.10', '1.9'],
            ['0.11', '1.10'],
            ['0.12', '1.11'],
            ['0.13', '1.12'],
            ['0.14', '1.13'],
            ['0.15', '2.0'],
            ['0.16', '2.1'],
            ['0.17', '2.2'],
            ['0.18', '2.3'],
          ],
          '0.19',
        ),
      ],
      source: VERSIONS,
      examples: [
        { asks: '==0.6.0', has: '2.4.0', says: 'torchtext==0.6.0 wants torch <1.8; here it is 2.4.0' },
        { asks: '', has: '2.4.0', says: 'no release of torchtext goes with torch 2.4.0' },
        { asks: '', has: '2.1.2', says: null },
      ],
    },
    {
      package: 'timm',
      with: 'torch',
      rows: [
        { from: '0', to: '0.4.5', needs: '<1.8' },
        { from: '0.4.5', to: null, needs: '' },
      ],
      source: 'https://github.com/huggingface/pytorch-image-models/issues/420',
      examples: [
        { asks: '==0.3.2', has: '2.4.0', says: 'timm==0.3.2 wants torch <1.8; here it is 2.4.0' },
        { asks: '==0.3.2', has: '1.7.1', says: null },
        { asks: '==0.4.12', has: '2.4.0', says: null },
      ],
    },
    {
      package: 'numpy',
      with: 'torch',
      rows: [
        { from: '0', to: '2', needs: '<99' },
        { from: '2', to: null, needs: '>=2.3' },
      ],
      source: 'https://github.com/pytorch/pytorch/issues/107302',
      examples: [
        { asks: '>=2', has: '1.13.1', says: 'numpy>=2 wants torch >=2.3; here it is 1.13.1' },
        { asks: '', has: '1.13.1', says: null },
      ],
    },
    {
      package: 'pytorch-lightning',
      with: 'torch',
      rows: [
        { from: '0', to: '1.6', needs: '<2' },
        { from: '1.6', to: '2.1', needs: '>=1.8' },
        { from: '2.1', to: '2.3', needs: '>=1.12' },
        { from: '2.3', to: null, needs: '>=2.0' },
      ],
      source: 'https://lightning.ai/docs/pytorch/stable/versioning.html',
      examples: [{ asks: '==1.4.9', has: '2.10.0', says: 'pytorch-lightning==1.4.9 wants torch <2; here it is 2.10.0' }],
    },
    {
      package: 'mmcv-full',
      with: 'torch',
      rows: [{ from: '0', to: '1.8', needs: '<2.1' }],
      source: 'https://mmcv.readthedocs.io/en/v1.7.0/get_started/installation.html',
      examples: [{ asks: '==1.6.0', has: '2.4.0', says: 'mmcv-full==1.6.0 wants torch <2.1; here it is 2.4.0' }],
    },
  ],
});
