import { defineCheck } from '../core/notebook/check.ts';
import { isKaggleVariable } from '../core/notebook/conditions.ts';
import { asText } from '../core/notebook/outside.ts';
import { missingSecret } from '../core/notebook/secrets.ts';

export default defineCheck({
  id: 'secrets',
  title: 'Credentials that a kernel pushed by API does not have',
  rules: {
    call: (event) =>
      /^kaggle_secrets\.UserSecretsClient\.get_(secret|gcloud_credential|bigquery_access_token)$/.test(event.path)
        ? { ...missingSecret(asText(event.args[0] ?? event.keywords.get('label')), event.line), raises: 'ConnectionError' }
        : /^google\.colab\.userdata\.get$/.test(event.path)
          ? { ...missingSecret(asText(event.args[0]), event.line), raises: 'ImportError' }
          : null,
    index: (event) => {
      const name = event.object.k === 'ext' && event.object.path === 'os.environ' ? asText(event.index) : null;
      if (name === null || isKaggleVariable(name) !== false || event.state.get(0, `$env:${name}`) !== undefined) return null;
      return { ...missingSecret(name, event.line), raises: 'KeyError' };
    },
  },
  examples: [
    { code: "from kaggle_secrets import UserSecretsClient\nkey = UserSecretsClient().get_secret('TIDE_API_KEY')", line: 2, level: 'error' },
    {
      code: [
        'import os',
        [
          'def fetch():',
          '    try:',
          '        from kaggle_secrets import UserSecretsClient',
          "        key = UserSecretsClient().get_secret('TIDE_API_KEY')",
          '    except Exception:',
          "        key = os.environ.get('TIDE_API_KEY')",
          '        if key is None:',
          "            raise RuntimeError('TIDE_API_KEY not found')",
          '    return key',
          'key = fetch()',
        ].join('\n'),
      ],
      level: 'error',
      cell: 2,
    },
    { code: "import os\nkey = os.environ['TIDE_API_KEY']", line: 2, level: 'error' },
    { code: "import os\nkey = os.getenv('TIDE_API_KEY')\nif not key:\n    raise ValueError('no key')", line: 2, level: 'error' },
  ],
  nearMisses: [
    {
      code: [
        'from kaggle_secrets import UserSecretsClient',
        'import yfinance as yf',
        'def fetch():',
        '    try:',
        "        key = UserSecretsClient().get_secret('TIDE_API_KEY')",
        '        return load(key)',
        '    except Exception as error:',
        "        print(f'no key: {error}')",
        "    return yf.Ticker('^VIX').history(start='2015-01-01')",
        'def load(key):',
        '    return None',
        'data = fetch()',
      ].join('\n'),
    },
    { code: "import os\nkey = os.environ.get('TIDE_API_KEY')\nif key:\n    print('with key')\nelse:\n    print('without')" },
    { code: "import os\nos.environ['TIDE_API_KEY'] = 'made-up'\nkey = os.environ['TIDE_API_KEY']" },
    { code: "import os\nmode = os.environ['KAGGLE_KERNEL_RUN_TYPE']" },
  ],
});
