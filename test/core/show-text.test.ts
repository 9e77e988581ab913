import { describe, expect, it } from 'vitest';
import { renderRepoMap } from '../../src/core/repo-map/render/render.ts';
import { showText } from '../../src/core/show-text.ts';
import fc from '../support/properties.ts';
import { mapFiles } from './repo-map/helpers.ts';

describe('showText', () => {
  it('shows what would hide or turn other text', () => {
    expect(showText('a\u202Eb\u2066c\u200Fd\u2028e')).toBe('a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩d⟨U+2028⟩e');
    expect(showText('\u001B[31mred\u0000\u009Bx\r')).toBe('⟨U+001B⟩[31mred⟨U+0000⟩⟨U+009B⟩x⟨U+000D⟩');
  });

  it('leaves ordinary text of any language alone, with its lines and tabs', () => {
    const plain = 'two\tlines\nça va — 漢字 مرحبا שלום 😀 a\u00A0b';
    expect(showText(plain)).toBe(plain);
  });

  it('leaves nothing hidden, and is done after one pass', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const shown = showText(text);
        expect(showText(shown)).toBe(shown);
        expect(shown.split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });

  it('is what REPO_MAP.md goes through', () => {
    const map = mapFiles({
      'README.md':
        '# x\n\nA repository that trains \u202Eelbaton a gnihtemos model well enough.\n\n```\npython train.py --a \u202Exyz\u001B[2J\n```\n',
      'train.py': "if __name__ == '__main__':\n    loss.backward()\n",
    });
    const shown = renderRepoMap(map);
    expect(shown).toContain('⟨U+202E⟩');
    expect(shown).not.toMatch(/[\u001B\u202E]/);
  });
});
