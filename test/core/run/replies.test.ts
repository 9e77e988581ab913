import { describe, expect, it } from 'vitest';
import { readReply } from '../../../src/core/run/replies.ts';

const kinds: Readonly<Record<string, readonly string[]>> = {
  approve: [
    'approve', 'Approve', 'APPROVED', 'approved!', 'approve.', 'I approve', 'approve please', 'approve, please', 'approving',
    'lgtm', 'LGTM!', 'looks good', 'looks good to me', 'ship it', 'go', 'go ahead', 'go for it', 'ok', 'OK', 'okay', 'ok go ahead',
    'ok, go ahead', 'ok to go', 'yes', 'Yes!', 'yes please', 'yes, please', 'yes, go ahead', 'yes, do it', 'y', 'yep', 'yeah', 'sure', 'do it',
    'run it', 'proceed', 'confirm', 'confirmed', '👍', '✅', ':+1:', ':white_check_mark:', ':thumbsup:', 'ok 👍', 'yes, thanks',
    '<@UREPROBOT01> approve', '<@UREPROBOT01>: ok', '  approve  ', 'approve\n',
    '承認', '承認します', '承認です', '承認しました', '承認します。', '了解', '了解です', '了解しました', 'はい', 'はい！', 'はい、お願いします', 'いいよ', 'いいです',
    'いいですよ', '良いです', 'オーケー', 'おk', 'okです', 'OKです', '進めて', '進めてください', '進めて下さい', '実行して', '実行してください', 'お願いします', 'どうぞ',
    '大丈夫です', '問題ないです', '問題ありません', '問題なし', '承認お願いします',
  ],
  reject: [
    'reject', 'Rejected', 'I reject this', 'no', 'No.', 'nope', 'n', 'deny', 'denied', 'decline', 'declined', "don't", 'don’t do it', "don't run it",
    'do not run this', 'not ok', 'not approved', '👎', '❌', ':-1:', ':thumbsdown:', ':x:', 'no thanks', '却下', '却下します', '却下です', '拒否', '拒否します',
    'いいえ', 'だめ', 'ダメです', '駄目です', 'やめて', 'やめてください', '承認しません', '不承認',
  ],
  cancel: [
    'cancel', 'Cancel!', 'cancel it', 'cancel this', 'cancel the run', 'cancel the job', 'cancel everything', 'please cancel', 'abort', 'abort the run',
    'stop', 'stop it', 'stop the job', 'please stop', 'kill it', 'kill the job', 'キャンセル', 'キャンセルして', 'キャンセルしてください', '中止', '中止してください',
    '止めて', '止めてください', '停止してください', '取り消し',
  ],
  status: [
    'status', 'status?', 'Status update', 'how is it going', 'how is it going?', "how's it going?", 'how’s it going', 'any news?', 'any updates', 'progress?',
    'update?', 'eta?', 'ETA', 'where are we?', "what's the status?", '状況', '状況は？', '状況を教えて', '状況を教えてください', '進捗は？', '進捗どう？', 'どう？', '今どう？',
  ],
  note: [
    '', '   ', 'approve?', 'approved?', 'ok?', 'yes?', '承認？', '大丈夫？', '大丈夫ですか', 'いいですか', 'I would not approve this', "don't approve yet", 'do not approve',
    'approve the idea in principle', 'approved by Ben in March', 'ok but what about the batch size?', 'ok but use fewer steps', 'ok, but not today',
    'yes and no', 'yes but wait', 'should I approve?', 'can you approve', 'who approves this?', 'please do not approve', 'I approve of the idea, not the plan',
    'not yet', 'wait', 'hold on', 'go away', 'go back to 4 steps', 'looks good except the memory', 'looks good?', 'lgtm?', 'sure?', 'are you sure', 'is it ok',
    '> approve', '&gt; approve', '> approve\nI disagree', '"approve"', '`approve`', 'approve approve', 'approve reject', 'no problem', 'no worries', 'no rush',
    'no idea', 'no way to know', 'nothing', 'now', 'stop by my office', "don't stop", 'do not cancel', "don't cancel it", 'never mind the cancel button', 'cancelled my meeting',
    'stopping by later', 'cancel?', 'stop?', 'kill two birds', 'abort?', '止めないで', '止めないでください', 'キャンセルしないで', '中止しないでください', 'やめないで', '承認しないで',
    '承認しないでください', '承認できません', '承認待ちです', '承認はまだ', 'まだ承認しません', '了解ですが、待ってください', 'はい？', 'いいえではない', 'よろしく', 'よろしくお願いします', '実行しないで', '進めないで',
    'update the learning rate to 1e-3', 'progress bar looks odd', 'status of the cluster is bad', 'use --batch-size 8', 'y u no work', 'n=5', 'apprové', 'аpprove',
    'reject?', 'Rejecting it would be wrong', 'the reviewers rejected this paper', 'a'.repeat(5_000), 'yes\nno', 'approve\nactually wait', 'ok\n\nbut first fix it',
  ],
};

describe.each(Object.entries(kinds))('%s', (kind, texts) => {
  it.each(texts.map((text) => [text]))('“%s”', (text) => {
    expect(readReply(text).kind).toBe(kind);
  });
});

describe('reasons', () => {
  it.each([
    ['reject: too many GPUs', 'reject', 'too many GPUs'],
    ['reject because it is too long', 'reject', 'it is too long'],
    ['Rejected - wrong branch', 'reject', 'wrong branch'],
    ['reject, the site is full', 'reject', 'the site is full'],
    ['reject (wrong site)', 'reject', 'wrong site'],
    ['no, use the other site', 'reject', 'use the other site'],
    ['no because of the budget', 'reject', 'of the budget'],
    ['却下します。理由：メモリが多すぎる', 'note', ''],
    ['却下：メモリが多すぎる', 'reject', 'メモリが多すぎる'],
    ['メモリが多すぎるので却下', 'reject', 'メモリが多すぎる'],
    ['GPUが足りないため、却下します。', 'reject', 'GPUが足りない'],
    ['cancel: wrong repository', 'cancel', 'wrong repository'],
    ['stop because the node is needed', 'cancel', 'the node is needed'],
    ['中止：間違えました', 'cancel', '間違えました'],
  ])('“%s”', (text, kind, reason) => {
    const intent = readReply(text);
    expect(intent.kind).toBe(kind);
    if (intent.kind === 'reject' || intent.kind === 'cancel') expect(intent.reason).toBe(reason);
  });
});

it('keeps the words of a note', () => {
  expect(readReply('  use --lr 0.1  ')).toEqual({ kind: 'note', text: 'use --lr 0.1' });
  expect(readReply('> quoted\nmine')).toEqual({ kind: 'note', text: '> quoted\nmine' });
});

it('answers at once, whatever is written', () => {
  for (const piece of ['please ', 'ok ', 'お願いします', '~', 'no, ', 'なので', ' because ', '<@U1> ']) {
    expect(['note', 'approve', 'reject']).toContain(readReply(`${piece.repeat(8_000)}x`).kind);
  }
});
