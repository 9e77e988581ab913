import { describe, expect, it } from 'vitest';
import { redactDeep, redactText } from '../../src/core/redact.ts';
import fc from '../support/properties.ts';
import { measureGrowth } from './growth.ts';

// Put together at run time, so that no scanner takes this file for a leak.
const fake = (prefix: string, length: number): string => prefix + 'aB3dE5gH7jK9mN1pQ3sT5vX7zA2cF4hJ6kL8n'.repeat(3).slice(0, length);

describe('redactText', () => {
  const secrets: [string, string][] = [
    ['Slack token', fake('xoxb-', 30)],
    ['API key', fake('sk-ant-', 40)],
    ['GitHub token', fake('ghp_', 36)],
    ['Hugging Face token', fake('hf_', 34)],
    ['Kaggle token', fake('KGAT_', 32)],
    ['AWS key', ['AKIA', 'ABCDEFGH12345678'].join('')],
    ['JSON web token', `${fake('eyJ', 20)}.${fake('eyJ', 20)}.${fake('', 12)}`],
  ];
  it.each(secrets)('takes out a %s', (what, secret) => {
    const clean = redactText(`before ${secret} after`);
    expect(clean).toBe(`before [${what}] after`);
  });

  it('takes out passwords in addresses and values with telling names, and keeps the rest of the line', () => {
    expect(redactText('cloning https://ben:hunter2hunter2@host.example/repo.git')).toBe(
      'cloning https://ben:[password in an address]@host.example/repo.git',
    );
    expect(redactText('WANDB_API_KEY=0123456789abcdef0123 python train.py')).toBe('WANDB_API_KEY=[secret] python train.py');
    expect(redactText('{"password": "correct-horse"}')).toBe('{"password": "[secret]"}');
    expect(redactText('Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345')).toBe('Authorization: Bearer [bearer token]');
  });

  const hex = (length: number): string => 'a1b2c3d4e5f60718'.repeat(3).slice(0, length);
  it.each([
    ['KAGGLE_KEY=', hex(32), ' python a.py'],
    ['{"username":"ben","key":"', hex(32), '"}'],
    ['{\n  "username": "ben",\n  "key": "', hex(32), '"\n}'],
    ['wandb.login(key="', hex(40), '")'],
    ["wandb.login(relogin=True, key='", hex(40), "')"],
    ['export HF_TOKEN=', fake('', 30), ''],
    ['HUGGING_FACE_HUB_TOKEN: ', fake('', 30), ''],
    ['NEPTUNE_API_TOKEN="', fake('', 60), '"'],
    ['//npm.example/:_authToken=', fake('npm_', 36), ''],
    ['password = ', fake('pypi-', 80), ''],
    ['key ', fake('sk_live_', 24), ' x'],
    ['key ', fake('rk_live_', 24), ' x'],
    ['REPLICATE ', fake('r8_', 37), ' x'],
    ['got ', fake('ya29.', 60), ' x'],
    ['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=', `${fake('', 80)}==`, ';EndpointSuffix=core'],
    ['curl https://hooks.slack.com/services/', 'T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', ' -d x'],
    ['MYSQL_PWD=', 'hunter22', ' mysql'],
    ['PGPASSWORD=', 'hunter2', ' psql'],
    ['passphrase: ', 'correct-horse-battery', ''],
    ['{"password": "', 'correct horse battery staple', '"}'],
    ['python a.py --wandb-key ', fake('', 40), ' --steps 3'],
    ['python a.py --hf_token "', fake('', 34), '" --steps 3'],
    ['python a.py --password ', 'hunter22', ' --steps 3'],
    ['git clone https://', fake('', 36), '@github.com/a/b'],
    ['git clone https://x-access-token:', fake('', 36), '@github.com/a/b'],
  ])('takes the secret out of %s…', (before, secret, after) => {
    const clean = redactText(before + secret + after);
    expect(clean).not.toContain(secret);
    expect(clean).toMatch(/\[[^\]]+\]/);
    expect(clean.endsWith(after)).toBe(true);
    expect(redactText(clean)).toBe(clean);
    expect(clean.split('\n')).toHaveLength((before + secret + after).split('\n').length);
  });

  it('keeps the lines of a log where they were', () => {
    const log = 'a\n-----BEGIN RSA PRIVATE KEY-----\nxx\nyy\n-----END RSA PRIVATE KEY-----\nlast';
    expect(redactText(log).split('\n')).toHaveLength(log.split('\n').length);
    expect(redactText(log)).not.toContain('xx');
    expect(redactText(log).split('\n').at(-1)).toBe('last');
  });

  it.each([
    'step 10/200 loss 2.31',
    'api_key=None',
    'wandb: ERROR api_key not configured (no-tty). call wandb.login(key=[your_api_key])',
    'tokens per second: 1234567890123456789012345',
    'loading tokenizer from /data/token/cache',
    'KeyError: password',
    'git clone https://github.com/karpathy/minGPT',
    'num_tokens=1234567890123, tokens/s: 12345',
    'max_tokens: 2048',
    'max_new_token=123456789012345a',
    'pad_token="<pad>"',
    "eos_token='<|endoftext|>', eos_token=</s>",
    'bos_token: begin_of_text_128000',
    'tokenizer=/data/models/llama2-7b/tokenizer.model',
    '--tokenizer_path=meta-llama/Llama-2-7b-hf',
    '{"key": "value", "name": "x"}',
    `{"key": "${'a1b2c3d4e5f60718'.repeat(2)}", "size": 3}`,
    'git clone https://git@github.com/a/b and https://some-long-user-name-here@host/x',
    'python a.py --api-key $KEY --password <yours> --use-token --seed 1234567',
    'python a.py --pad-token a1b2c3d4e5f6 --tokenizer gpt2-medium-345M',
    'token=rb-r37ywpt6-a1',
    'password=None, token=None, HF_TOKEN=$HF_TOKEN',
    'token = os.environ["HF_TOKEN_OF_2024"]',
    'sk_learn and npm_config and hf_hub_download and r8_t',
    'image_token=special_image_1234567',
    'commit=a1b2c3d4e5f60718a1b2c3d4e5f60718a1b2c3d4',
  ])('leaves %s alone', (line) => {
    expect(redactText(line)).toBe(line);
  });

  it('never throws, never adds or drops a line, and is done after one pass', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const clean = redactText(text);
        expect(clean.split('\n')).toHaveLength(text.split('\n').length);
        expect(redactText(clean)).toBe(clean);
      }),
    );
  });
});

describe('the time that redactText takes', () => {
  const shapes: [string, (size: number) => string][] = [
    ['one long word', (size) => 'a'.repeat(size)],
    ['one long secret-like word', (size) => 'password'.repeat(size / 8)],
    ['dashes', (size) => 'a-'.repeat(size / 2)],
    ['beginnings of keys', (size) => '-----BEGIN PRIVATE KEY-----'.repeat(size / 27)],
    ['beginnings of web tokens', (size) => 'eyJabcdefghijk.'.repeat(size / 15)],
    ['addresses', (size) => 'a://b:'.repeat(size / 6)],
    ['options', (size) => '--token '.repeat(size / 8)],
    ['signs', (size) => 'token='.repeat(size / 6)],
    ['blanks', (size) => `token${' '.repeat(size)}`],
    ['quotes', (size) => `key="`.repeat(size / 5)],
    ['logins', (size) => 'wandb.login('.repeat(size / 12)],
  ];
  it.each(shapes)('grows with %s and no faster', (_what, make) => {
    expect(measureGrowth(redactText, make, 40_000)).toBeLessThan(24);
  });
});

describe('redactDeep', () => {
  it('reaches every string and changes nothing else', () => {
    const value = { a: [fake('hf_', 34), 3, null], b: { c: 'fine', d: true } };
    expect(redactDeep(value)).toEqual({ a: ['[Hugging Face token]', 3, null], b: { c: 'fine', d: true } });
  });

  it('knows a secret among words by the option before it', () => {
    const words = ['python', 'a.py', '--api-key', fake('', 30), '--steps', '100', '--hf-token', '--dry-run'];
    expect(redactDeep(words)).toEqual(['python', 'a.py', '--api-key', '[secret]', '--steps', '100', '--hf-token', '--dry-run']);
  });
});
