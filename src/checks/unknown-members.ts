import { defineCheck } from '../core/notebook/check.ts';

export default defineCheck({
  id: 'unknown-members',
  title: 'Attributes that no method of the class ever sets',
  rules: {
    member: ({ name, owner }) => ({
      level: 'error',
      raises: 'AttributeError',
      message: `${owner} has no ${name}: nothing in the notebook sets it.`,
      fix: 'Set it in __init__, or use the name that is set there.',
    }),
  },
  examples: [
    {
      code: 'class Net:\n    def __init__(self):\n        self.size = 3\n    def grow(self):\n        return self.sise + 1\nNet().grow()',
      line: 5,
      level: 'error',
    },
    {
      code: 'import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.head = nn.Linear(2, 1)\n    def forward(self, x):\n        return self.fc(x)\nn = Net()\ny = n(1)',
      line: 7,
      level: 'error',
    },
    { code: 'class Model:\n    def fit(self, x):\n        return self\nm = Model()\nm.predict(1)', line: 5, level: 'error' },
  ],
  nearMisses: [
    {
      code: 'class Net:\n    rate = 0.1\n    def build(self):\n        self.size = 3\n    def grow(self):\n        return self.size * self.rate\nn = Net()\nn.grow()\nn.extra = 1\nprint(n.extra, n.__class__)',
    },
    { code: 'class Box(dict):\n    pass\nb = Box()\nb.update({"a": 1})\nprint(b.keys())' },
    { code: 'class Bag:\n    def __init__(self, **kw):\n        self.__dict__.update(kw)\nprint(Bag(a=1).a)' },
    { code: 'from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int = 1\nprint(C().a, C(a=2).a)' },
    {
      code: 'from sklearn.base import BaseEstimator\nclass M(BaseEstimator):\n    def fit(self, x):\n        return self\nprint(M().get_params())',
    },
    { code: 'class A:\n    def __init__(self):\n        for n in ["x", "y"]:\n            setattr(self, n, 1)\nprint(A().x)' },
  ],
});
