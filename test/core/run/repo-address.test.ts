import { describe, expect, it } from 'vitest';
import { cleanTyped, parseRepoAddress } from '../../../src/core/run/repo-address.ts';
import fc from '../../support/properties.ts';

const allowedHosts = ['github.com', 'gitlab.com', 'huggingface.co', 'git.lab.example'];
const lab = { allowedHosts, embedded: false };
const embedded = { allowedHosts, embedded: true };

const gpt = 'https://github.com/karpathy/minGPT';

describe('addresses that are taken', () => {
  it.each<[string, string, string | null, string]>([
    [gpt, gpt, null, ''],
    [`${gpt}/`, gpt, null, ''],
    [`${gpt}.git`, `${gpt}.git`, null, ''],
    [`${gpt}.`, gpt, null, ''],
    [`${gpt},`, gpt, null, ''],
    [`(${gpt})`, gpt, null, ''],
    [`“${gpt}”`, gpt, null, ''],
    [`\`${gpt}\``, gpt, null, ''],
    [`  ${gpt}  `, gpt, null, ''],
    [`<${gpt}>`, gpt, null, ''],
    [`<${gpt}|karpathy/minGPT>`, gpt, null, ''],
    [`<${gpt}|${gpt}>`, gpt, null, ''],
    ['github.com/karpathy/minGPT', gpt, null, ''],
    ['GitHub.com/karpathy/minGPT', gpt, null, ''],
    ['HTTPS://GITHUB.COM/karpathy/minGPT', gpt, null, ''],
    [`${gpt}?tab=readme`, gpt, null, ''],
    [`${gpt}#readme`, gpt, null, ''],
    [`${gpt}?a=1&amp;b=2`, gpt, null, ''],
    [`${gpt}/tree/master`, gpt, 'master', ''],
    [`${gpt}/tree/v1.0/projects/adder`, gpt, 'v1.0', 'projects/adder'],
    [`${gpt}/tree/master/projects/adder/`, gpt, 'master', 'projects/adder'],
    [`${gpt}/blob/master/projects/adder/adder.py`, gpt, 'master', 'projects/adder'],
    [`${gpt}/blob/master/README.md`, gpt, 'master', ''],
    ['https://gitlab.com/group/name/-/tree/main/src', 'https://gitlab.com/group/name', 'main', 'src'],
    ['https://huggingface.co/google/vit/tree/main', 'https://huggingface.co/google/vit', 'main', ''],
    ['https://ada@github.com/karpathy/minGPT', gpt, null, ''],
    ['https://ghp_0123456789@github.com/karpathy/minGPT', gpt, null, ''],
    ['git@github.com:karpathy/minGPT.git', 'ssh://git@github.com/karpathy/minGPT.git', null, ''],
    ['ssh://git@github.com/karpathy/minGPT', 'ssh://git@github.com/karpathy/minGPT', null, ''],
    ['ssh://git@git.lab.example:2222/a/b', 'ssh://git@git.lab.example:2222/a/b', null, ''],
    ['https://git.lab.example:8443/a/b', 'https://git.lab.example:8443/a/b', null, ''],
    ['https://github.com/日本語/モデル', 'https://github.com/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E3%83%A2%E3%83%87%E3%83%AB', null, ''],
    ['https://github.com/a/b/../../c/d', 'https://github.com/c/d', null, ''],
  ])('%s', (typed, url, ref, subfolder) => {
    expect(parseRepoAddress(typed, lab)).toEqual({ ok: true, repo: { url, ref, subfolder } });
  });

  it.each([
    ['/home/ada/repo', '/home/ada/repo'],
    ['~/repo', '~/repo'],
    ['./repo', './repo'],
    ['../repo', '../repo'],
    ['..', '..'],
    ['../..', '../..'],
    ['~/repo.', '~/repo'],
    ['file:///home/ada/my%20repo', '/home/ada/my repo'],
    ['http://127.0.0.1:8080/a.git', 'http://127.0.0.1:8080/a.git'],
    ['http://localhost/a', 'http://localhost/a'],
    ['http://[::1]:9000/a', 'http://[::1]:9000/a'],
  ])('under npm start: %s', (typed, url) => {
    expect(parseRepoAddress(typed, embedded)).toMatchObject({ ok: true, repo: { url } });
    expect(parseRepoAddress(typed, lab)).toMatchObject({ ok: false });
  });
});

describe('addresses that are refused', () => {
  it.each<[string, RegExp]>([
    ['', /no repository/],
    ['   ', /no repository/],
    ['<>', /not an address/],
    ['hello', /not an address of a repository/],
    ['karpathy/minGPT', /not an address of a repository/],
    ['--upload-pack=touch /tmp/x', /option/],
    ['-oProxyCommand=touch', /option/],
    ['—upload-pack', /not an address/],
    ['ext::sh -c touch% /tmp/x', /never run/],
    ['EXT::sh', /never run/],
    ['fd::17/foo', /never run/],
    ['<ext::sh -c x>', /never run/],
    ['"ext::sh -c x"', /never run/],
    ['https://ada:s3cret@github.com/a/b', /password/],
    ['https://:tok@github.com/a/b', /password/],
    ['git://github.com/a/b', /git:\/\/ is not allowed/],
    ['http://github.com/a/b', /http:\/\/ is not allowed/],
    ['ftp://github.com/a/b', /ftp:\/\/ is not allowed/],
    ['javascript://github.com/a/b', /javascript:\/\/ is not allowed/],
    ['https://evil.example/a/b', /evil\.example is not among/],
    ['https://github.com.evil.example/a/b', /not among/],
    ['https://github.com@evil.example/a/b', /evil\.example is not among/],
    ['https://githuḃ.com/a/b', /not among/],
    ['https://GITHUB.COM.:443/a/b', /not among/],
    ['git@evil.example:a/b', /evil\.example is not among/],
    ['ssh://-oProxyCommand=touch@evil/a/b', /not among/],
    ['ssh://-oProxyCommand=x@github.com/a/b', /option/],
    ['https://github.com', /names no repository/],
    ['https://github.com/karpathy', /names no repository/],
    ['https://169.254.169.254/latest/meta-data', /not among/],
    ['https://[::ffff:127.0.0.1]/a/b', /not among/],
    ['https://127.0.0.1/a/b', /not among/],
    ['http://0.0.0.0/a/b', /not allowed/],
    ['https://', /not an address/],
    ['https://github.com:99999/a/b', /not an address/],
    [`${gpt}/tree/-oops/x`, /not a branch/],
    [`${gpt}/tree/a..b/x`, /not a branch/],
    [`${gpt}/tree/main/%2e%2e%2f%2e%2e%2fetc`, /not a folder/],
    [`${gpt}/tree/main/-x`, /not a folder/],
    ['https://github.com/a/b%00c', /./],
    ['https://github.com/a/%E0%A4%A', /not an address/],
    ['/etc', /npm start/],
    ['~root', /not an address of a repository/],
    ['file:///etc', /npm start/],
    ['file:////evil/share', /npm start/],
    ['file:///%E0%A4%A', /./],
    ['\\\\evil\\share', /not an address of a repository/],
  ])('%s', (typed, why) => {
    const parsed = parseRepoAddress(typed, lab);
    expect(parsed.ok ? `taken as ${JSON.stringify(parsed.repo)}` : parsed.why).toMatch(why);
    if (!parsed.ok) expect(parsed.why).not.toContain('s3cret');
  });
});

describe('--ref and --path', () => {
  it.each([['main'], ['feature/x'], ['v1.0.1'], ['37baab7'], ['a'.repeat(200)]])('takes the ref %s', (ref) => {
    expect(parseRepoAddress(gpt, lab, { ref })).toMatchObject({ ok: true, repo: { ref } });
  });
  it.each([
    ['-x'],
    ['--upload-pack=x'],
    ['a..b'],
    ['a b'],
    ['a\nb'],
    ['a:b'],
    [''],
    ['a^{}'],
    ['@{-1}'],
    ['a~1'],
    ['*'],
    ['a'.repeat(201)],
  ])('refuses the ref “%s”', (ref) => {
    expect(parseRepoAddress(gpt, lab, { ref }).ok).toBe(false);
  });
  it.each([
    ['src', 'src'],
    ['src/', 'src'],
    ['a b/c', 'a b/c'],
    ['日本', '日本'],
    ['a..b', 'a..b'],
  ])('takes the folder %s', (subfolder, as) => {
    expect(parseRepoAddress(gpt, lab, { subfolder })).toMatchObject({ ok: true, repo: { subfolder: as } });
  });
  it.each([['..'], ['../x'], ['a/../b'], ['a/..'], ['/etc'], ['-x'], ['a\0b'], ['a\nb']])('refuses the folder %j', (subfolder) => {
    expect(parseRepoAddress(gpt, lab, { subfolder }).ok).toBe(false);
  });
  it('goes before what the page says', () => {
    const parsed = parseRepoAddress(`${gpt}/tree/main/a`, lab, { ref: 'v2', subfolder: 'b' });
    expect(parsed).toEqual({ ok: true, repo: { url: gpt, ref: 'v2', subfolder: 'b' } });
  });
});

it('never throws, and never lets through what git could take for an option or a helper', () => {
  const pieces = fc.constantFrom(
    'https://',
    'ssh://',
    'ext::',
    'git@',
    'github.com',
    '/',
    ':',
    '-',
    '--upload-pack=',
    '..',
    '%2e',
    '%',
    '@',
    '<',
    '>',
    '|',
    'a',
    '日',
    ' ',
    '\n',
    '\0',
    '#',
    '?',
    '[::1]',
    '~',
    '.git',
    '/tree/',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
      ),
      (typed) => {
        const parsed = parseRepoAddress(typed, lab);
        if (!parsed.ok) return;
        expect(parsed.repo.url).toMatch(/^(?:https|ssh):\/\/(?!-)/);
        expect(allowedHosts).toContain(new URL(parsed.repo.url).hostname);
        expect(parsed.repo.url).not.toMatch(/[\s\0]/);
        // Said again, it is the same repository.
        expect(parseRepoAddress(parsed.repo.url, lab)).toMatchObject({ ok: true, repo: { url: parsed.repo.url } });
      },
    ),
    { numRuns: 3_000 },
  );
});

it.each([
  ['<https://x.y/z|z>', 'https://x.y/z'],
  ['‘https://x.y/z’', 'https://x.y/z'],
  ['https://x.y/z!?', 'https://x.y/z'],
  ['https://x.y/?a&amp;b', 'https://x.y/?a&b'],
])('cleans %s', (typed, clean) => {
  expect(cleanTyped(typed)).toBe(clean);
});
