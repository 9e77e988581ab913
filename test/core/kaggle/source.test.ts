import { describe, expect, it } from 'vitest';
import { prepareSource, readSubmissionToken, type SourceRequest } from '../../../src/core/kaggle/source.ts';
import fc from '../../support/properties.ts';

const python = (text: string): SourceRequest => ({ text, type: 'script', language: 'python', token: 'tok-1' });
const notebook = (value: unknown): SourceRequest => ({ text: JSON.stringify(value), type: 'notebook', language: 'python', token: 'tok-1' });
const metadata = { kernelspec: { name: 'python3' }, language_info: { name: 'python' } };

describe('a source that is pushed', () => {
  it('carries the token of its submission behind the code, so that lines keep their numbers', () => {
    expect(prepareSource(python('#!/usr/bin/env python\nprint(1)'))).toEqual({
      ok: true,
      text: '#!/usr/bin/env python\nprint(1)\n# reprobot-submission: tok-1\n',
    });
    const markdown = prepareSource({ ...python('Hello'), language: 'rmarkdown' });
    expect(markdown).toEqual({ ok: true, text: 'Hello\n<!-- reprobot-submission: tok-1 -->\n' });
  });

  it('has cells of plain strings and no outputs; everything else stays', () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Title\n', 'text'], metadata: { a: 1 } },
      {
        cell_type: 'code',
        source: ['x = 1\n', 'x'],
        outputs: [{ output_type: 'stream', text: 'secret' }],
        execution_count: 7,
        metadata: {},
      },
    ];
    const prepared = prepareSource(notebook({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    expect(prepared.ok ? JSON.parse(prepared.text) : null).toEqual({
      cells: [
        { cell_type: 'markdown', source: '# Title\ntext', metadata: { a: 1 } },
        { cell_type: 'code', source: 'x = 1\nx', outputs: [], execution_count: null, metadata: {} },
      ],
      metadata: { ...metadata, reprobot: { submission: 'tok-1' } },
      nbformat: 4,
      nbformat_minor: 5,
    });
  });

  it.each([
    ['no kernelspec', notebook({ cells: [], metadata: {} }), 'kernelspec'],
    ['a kernelspec without a name', notebook({ cells: [], metadata: { kernelspec: { name: '' } } }), 'cells'],
    ['no JSON', { ...notebook(''), text: '{' }, 'no JSON'],
    ['a megabyte', python('x'.repeat(1_000_000)), 'less than 1000000'],
    ['a megabyte of two-byte letters', python('ä'.repeat(500_000)), 'less than 1000000'],
  ])('is refused for %s', (_what, request, why) => {
    const prepared = prepareSource(request);
    expect(prepared.ok ? '' : prepared.why).toContain(why);
  });

  it('gives its token back, whatever the source is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('python' as const, 'r' as const, 'rmarkdown' as const),
        (text, language) => {
          const prepared = prepareSource({ text, type: 'script', language, token: 'tok_2-x' });
          expect(prepared.ok ? readSubmissionToken(prepared.text) : null).toBe('tok_2-x');
          expect(readSubmissionToken(text)).toBeNull();
        },
      ),
    );
    const prepared = prepareSource(notebook({ cells: [], metadata }));
    expect(prepared.ok ? readSubmissionToken(prepared.text) : null).toBe('tok-1');
  });
});
