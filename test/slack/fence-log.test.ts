import { expect, it } from 'vitest';
import { fenceLog } from '../../src/slack/fence-log.ts';
import { measureGrowth } from '../core/growth.ts';

it.each([
  ['a\nb\nc\n', 2, 'b\nc'],
  ['10 %\r50 %\r100 %\r\nover\r\n', 5, '100 %\nover'],
  ['\r\r\r\n', 5, ''],
  ['``` <!channel> ```', 1, "''' &lt;!channel&gt; '''"],
  ['token=hf_abcdefghijklmnopqrstuvwxyz', 1, 'token=[Hugging Face token]'],
])('shows the end of %j', (text, count, shown) => {
  expect(fenceLog(text, count)).toBe(`\`\`\`\n${shown}\n\`\`\``);
});

it.each(['\r', ' ', '`', '\n', 'a=', '\u202e'])('takes time that grows with the log and no faster: %j', (piece) => {
  expect(
    measureGrowth(
      (text) => fenceLog(text, 30),
      (size) => `${piece.repeat(size)}x`,
      4_000,
    ),
  ).toBeLessThan(24);
});
