import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactDeep, redactText } from '../../src/core/redact.ts';

// Put together at run time, so that no scanner takes this file for a leak.
const fake = (prefix: string, length: number): string => prefix + 'aB3dE5gH7jK9mN1pQ3sT5vX7zA2cF4hJ6kL8n'.repeat(3).slice(0, length);

describe('redactText', () => {
  const secrets: [string, string][] = [
    ['Slack token', fake('xoxb-', 30)],
    ['API key', fake('sk-ant-', 40)],
    ['GitHub token', fake('ghp_', 36)],
    ['Hugging Face token', fake('hf_', 34)],
    ['AWS key', `AKIA${'ABCDEFGH12345678'}`],
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

describe('redactDeep', () => {
  it('reaches every string and changes nothing else', () => {
    const value = { a: [fake('hf_', 34), 3, null], b: { c: 'fine', d: true } };
    expect(redactDeep(value)).toEqual({ a: ['[Hugging Face token]', 3, null], b: { c: 'fine', d: true } });
  });
});
