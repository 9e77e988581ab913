/** What a person means by a reply in a run's thread. Pure; a reply that is not plainly an order is a note. */

export type ReplyIntent =
  | { readonly kind: 'approve'; readonly overBudget?: true }
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'status' }
  /** A skill of the agent, by its name; empty: which there are. */
  | { readonly kind: 'skill'; readonly name: string; readonly words: string }
  /** `asked`: it was called a note, so that whoever wrote it wants to see that it became one. */
  | { readonly kind: 'note'; readonly text: string; readonly asked?: true };

// An order must be the whole message, apart from politeness: “approve the idea in principle” must never start a job.
const POLITE = String.raw`(?:[\s、,]*(?:please|thanks|thank you|thx|pls|お願いします|おねがいします|よろしく(?:お願いします)?|です|ます))*[\s.!！。、~〜👍✅🙏]*`;
const APPROVE =
  String.raw`(?:i\s+)?approved?|approving|lgtm|looks good(?: to me)?|ship it|go(?: ahead| on| for it)?|ok(?:ay)?(?: to go|,? go(?: ahead)?)?|yes(?:,? (?:please|go ahead|do it|approved?))?|y|yep|yeah|sure|do it|run it|proceed|confirm(?:ed)?|👍|✅|:\+1:|:white_check_mark:|:thumbsup:` +
  `|承認(?:します|する|しました|で|です)?|了解(?:しました|です)?|はい|いいよ|いいです(?:よ)?|良いです|オーケー|おk|ok(?:です)?|進めて(?:ください|下さい)?|実行して(?:ください|下さい)?|お願いします|どうぞ|大丈夫(?:です)?|問題(?:ない|ありません|なし)(?:です)?`;
const REJECT =
  String.raw`reject(?:ed|ing)?|i reject(?: (?:this|it))?|no|nope|n|deny|denied|decline[d]?|don'?t(?: do (?:it|this|that)| run (?:it|this|that))?|do not run(?: (?:it|this|that))?|not (?:ok(?:ay)?|approved)|👎|❌|:-1:|:thumbsdown:|:x:` +
  `|却下(?:します|する|で|です)?|拒否(?:します|する)?|いいえ|だめ(?:です)?|ダメ(?:です)?|駄目(?:です)?|やめて(?:ください|下さい)?|承認しません|不承認`;
const CANCEL = String.raw`unwatch(?: (?:it|this))?|stop (?:watching|following)(?: (?:it|this|that|the jobs?|them))?|cancel(?:led)?(?: (?:it|this|that|the (?:run|job)|everything))?|abort(?: (?:it|this|the (?:run|job)))?|stop(?: (?:it|this|the (?:run|job)))?|kill(?: (?:it|this|the job))|キャンセル(?:して|します|する|で)?(?:ください|下さい)?|中止(?:して|します|する|で)?(?:ください|下さい)?|取り消し(?:て)?(?:ください|下さい)?|止めて(?:ください|下さい)?|停止(?:して|する)?(?:ください|下さい)?`;
const STATUS = String.raw`status(?: (?:please|update))?|how(?:'?s| is) it going|how(?:'?s| is) (?:it|this|that) (?:doing|looking)|any (?:news|updates?|progress)|progress|update|eta|where are we|what'?s (?:the )?(?:status|happening)|状況(?:は|を(?:教えて(?:ください)?)?)?|ステータス(?:は)?|進捗(?:は|どう(?:です|なってる)?(?:か)?)?|どう(?:です|なって(?:る|います))?か?|いま(?:は)?どう|今どう`;
const BECAUSE = String.raw`(?:\s*[,:;、：—–-]\s*|\s+(?:because|cause|since|as|due to)\s+|\s*[（(]\s*|\s+)`;

const SKILL = /^skill\s+([a-z0-9-]{1,64})(?:[\s,:](.*))?$/isu;
const SKILLS = /^skills?\s*[?？]?$/iu;

const ORDERS = {
  overBudget: new RegExp(`^(?:i\\s+)?approved?(?: (?:this|it))? (?:over|beyond)(?: the)? budget${POLITE}$`, 'iu'),
  approve: new RegExp(`^(?:${APPROVE})${POLITE}$`, 'iu'),
  status: new RegExp(`^(?:${STATUS})[\\s?？]*${POLITE}[?？]*$`, 'iu'),
  cancel: new RegExp(`^(?:please\\s+)?(?:${CANCEL})${POLITE}$`, 'iu'),
  cancelBecause: new RegExp(
    `^(?:please\\s+)?(?:cancel|abort|stop|キャンセル|中止|停止)(?: (?:it|this|the (?:run|job)))?(?:\\s*[,:;、：]\\s*|\\s+because\\s+)(.+)$`,
    'isu',
  ),
  reject: new RegExp(`^(?:${REJECT})${POLITE}$`, 'iu'),
  rejectBecause: new RegExp(
    `^(?:reject(?:ed)?|i reject(?: (?:this|it))?|deny|denied|declined?|却下(?:します|する|です)?|拒否(?:します)?|不承認)${BECAUSE}(.+)$`,
    'isu',
  ),
  noBecause: new RegExp(`^(?:no|nope|いいえ|だめ|ダメ|駄目)(?:\\s*[,:;、：—–-]\\s*|\\s+because\\s+)(.+)$`, 'isu'),
  reasonFirst:
    /^(.{1,500}?)(?:なので|だから|のため|ので|ため)[、,]?\s*(?:却下|拒否|不承認)(?:します|する|です|で)?(?:お願いします)?[。.!！]*$/su,
};

/** Reads a reply. Mentions of the bot in front are dropped; quotes of other messages make it a note. */
export function readReply(text: string): ReplyIntent {
  const plain = text
    .replace(/^(?:\s*<@[A-Z0-9]+>[,:]?\s*)+/u, '')
    .replaceAll('’', "'")
    .trim();
  if (plain === '' || plain.startsWith('>') || plain.startsWith('&gt;')) return { kind: 'note', text: text.trim() };
  if (ORDERS.overBudget.test(plain)) return { kind: 'approve', overBudget: true };
  if (ORDERS.approve.test(plain)) return { kind: 'approve' };
  if (ORDERS.status.test(plain)) return { kind: 'status' };
  if (ORDERS.cancel.test(plain)) return { kind: 'cancel', reason: '' };
  if (SKILLS.test(plain)) return { kind: 'skill', name: '', words: '' };
  const skill = SKILL.exec(plain);
  if (skill !== null) return { kind: 'skill', name: (skill[1] ?? '').toLowerCase(), words: skill[2]?.trim() ?? '' };
  const cancel = ORDERS.cancelBecause.exec(plain);
  if (cancel !== null) return { kind: 'cancel', reason: cancel[1]?.trim() ?? '' };
  if (ORDERS.reject.test(plain)) return { kind: 'reject', reason: '' };
  const reason = ORDERS.rejectBecause.exec(plain) ?? ORDERS.noBecause.exec(plain) ?? ORDERS.reasonFirst.exec(plain);
  if (reason !== null) return { kind: 'reject', reason: cleanReason(reason[1] ?? '') };
  const note = readNote(plain);
  return note === null ? { kind: 'note', text: plain } : { kind: 'note', text: note, asked: true };
}

/** What follows `note:`, or null where a message does not begin so. */
export function readNote(text: string): string | null {
  const said = /^\s*(?:note|メモ)\s*[:：]\s*(\S[^]*)$/iu.exec(text)?.[1]?.trim() ?? '';
  return said === '' ? null : said;
}

function cleanReason(reason: string): string {
  return reason
    .trim()
    .replace(/^(?:(?:because|cause|since|as)\b|理由(?:は|[:：]))\s*/iu, '')
    .replace(/[）)]\s*$/u, '')
    .trim();
}
