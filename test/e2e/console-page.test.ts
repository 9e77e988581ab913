import { expect } from 'vitest';
import { actions, ada, ben, button, general, plain, research, row, section } from './console-lab.ts';
import { test } from './lab-test.ts';

// One pixel, red.
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');

test('opens #research as ada, says what to type, and completes the command that is then delivered', async ({ lab }) => {
  const page = await lab.openPage();
  expect(await page.title()).toBe('Lab – Reprobot console');
  await page.getByText('/hpc reproduce <git-url>').waitFor();
  expect(await page.locator('#switcher').textContent()).toContain('Ada');
  const input = page.getByLabel('Message #research', { exact: true });
  await input.pressSequentially('/h');
  await page.getByRole('option', { name: '/hpc' }).waitFor();
  await input.press('Tab');
  expect(await input.inputValue()).toBe('/hpc ');
  await input.pressSequentially('reproduce https://example.org/x.git');
  await input.press('Enter');
  await expect
    .poll(() => lab.envelopes.find((one) => one.type === 'slash_commands')?.body)
    .toMatchObject({
      command: '/hpc',
      text: 'reproduce https://example.org/x.git',
      user_id: ada,
      channel_id: research,
    });
  expect(await input.inputValue()).toBe('');
});

test('says that a command timed out, and refuses unknown commands and commands in threads', async ({ lab }) => {
  lab.answer = async () => undefined;
  const page = await lab.openPage();
  const input = page.getByLabel('Message #research', { exact: true });
  await input.fill('/hpc status');
  await input.press('Enter');
  await page.locator('.message.ephemeral', { hasText: 'operation_timeout' }).waitFor();
  await page.getByText('Only visible to you').waitFor();
  await input.fill('/nonsense now');
  await input.press('Enter');
  await page.getByText('/nonsense is not a valid command').waitFor();
  expect(await input.inputValue()).toBe('/nonsense now');
  const ts = await lab.say(ben, 'a thread');
  await row(page, ts).hover();
  await row(page, ts).getByLabel('Reply in thread').click();
  const reply = page.getByLabel('Reply to the thread in #research');
  await reply.fill('/hpc status');
  await reply.press('Enter');
  await page.getByText('/hpc is not supported in threads. Sorry!').waitFor();
});

test('shows a post of the bot, edits it in place without losing the place, and counts replies live', async ({ lab }) => {
  for (let index = 0; index < 30; index += 1) await lab.say(ben, `filler ${index}`);
  const ts = await lab.post('starting', [section('*Sample run* `3adf61e` 10 %'), actions(button('Cancel run', 'cancel'))]);
  const page = await lab.openPage();
  await row(page, ts).getByText('10 %').waitFor();
  expect(await row(page, ts).locator('strong').textContent()).toBe('Sample run');
  await row(page, ts).getByRole('button', { name: 'Cancel run' }).focus();
  const before = await row(page, ts).elementHandle();
  await lab.web.chat.update({
    channel: research,
    ts,
    text: 'on',
    blocks: [section('*Sample run* `3adf61e` 60 %'), actions(button('Cancel run', 'cancel'))],
  } as never);
  await row(page, ts).getByText('60 %').waitFor();
  expect(await before?.evaluate((node, same) => node === same, await row(page, ts).elementHandle())).toBe(true);
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Cancel run');
  expect(await row(page, ts).locator('.edited').count()).toBe(0);
  await lab.post('first reply', [], { thread_ts: ts });
  await row(page, ts).getByText('1 reply').waitFor();
  await row(page, ts).locator('.reply-new').waitFor();
  await row(page, ts).locator('.reply-line').click();
  await page.locator('#thread', { hasText: 'first reply' }).waitFor();
  await expect.poll(() => page.locator('.reply-new').count()).toBe(0);
  await lab.web.chat.delete({ channel: research, ts: await lab.post('mistake') });
  await expect.poll(() => page.locator('.message', { hasText: 'mistake' }).count()).toBe(0);
});

test('sends clicks, asks before dangerous ones, and warns beside a button that nobody answered', async ({ lab }) => {
  const confirm = { title: plain('Stop it?'), text: plain('The job ends.'), confirm: plain('Stop job'), deny: plain('Keep') };
  const menu = { type: 'static_select', action_id: 'pick', options: [{ text: plain('Short'), value: 's' }] };
  const ts = await lab.post('Approve?', [
    section('May I?'),
    actions(button('Approve', 'yes', { style: 'primary' }), button('Stop', 'stop', { confirm }), menu),
  ]);
  const page = await lab.openPage();
  await row(page, ts).getByRole('button', { name: 'Approve' }).click();
  expect(await lab.clicked('yes')).toMatchObject({ type: 'block_actions', user: { id: ada }, actions: [{ value: 'v1' }] });
  await row(page, ts).getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Keep' }).click();
  await row(page, ts).getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop job' }).click();
  await lab.clicked('stop');
  await row(page, ts).locator('select').selectOption('s');
  expect(await lab.clicked('pick')).toMatchObject({ actions: [{ selected_option: { value: 's' } }] });
  lab.answer = async () => undefined;
  await row(page, ts).getByRole('button', { name: 'Approve' }).click();
  await row(page, ts)
    .getByRole('img', { name: /did not answer/ })
    .waitFor();
});

test('opens a modal, shows required and answered field errors, submits, and closes', async ({ lab }) => {
  const blocks = [
    { type: 'input', block_id: 'why', label: plain('Reason'), element: { type: 'plain_text_input', action_id: 'text' } },
    {
      type: 'input',
      block_id: 'part',
      optional: true,
      label: plain('Partition'),
      element: { type: 'static_select', action_id: 'name', options: [{ text: plain('gpu'), value: 'gpu' }] },
    },
  ];
  const view = { type: 'modal', callback_id: 'ask', title: plain('Reject plan'), submit: plain('Reject'), close: plain('Back'), blocks };
  const submissions: unknown[] = [];
  lab.answer = async ({ type, body, ack }) => {
    if (type === 'interactive' && body['type'] === 'view_submission') {
      const { values } = (body['view'] as { state: { values: { why: { text: { value: string } } } } }).state;
      submissions.push(values);
      const isShort = values.why.text.value.length < 5;
      return ack(isShort ? { response_action: 'errors', errors: { why: 'Say a little more' } } : undefined);
    }
    await ack();
    if (type === 'interactive' && body['type'] === 'block_actions')
      await lab.web.views.open({ trigger_id: body['trigger_id'], view } as never);
  };
  const ts = await lab.post('Plan', [section('A plan'), actions(button('Reject…', 'reject'))]);
  const page = await lab.openPage();
  await row(page, ts).getByRole('button', { name: 'Reject…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reject plan' });
  await dialog.getByRole('button', { name: 'Reject' }).click();
  await dialog.getByText('Please complete this required field.').waitFor();
  expect(submissions).toEqual([]);
  await dialog.getByLabel('Reason').fill('no');
  await dialog.getByLabel('Partition').selectOption('gpu');
  await dialog.getByRole('button', { name: 'Reject' }).click();
  await dialog.getByText('Say a little more').waitFor();
  await dialog.getByLabel('Reason').fill('wrong partition');
  await dialog.getByRole('button', { name: 'Reject' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(submissions.at(-1)).toMatchObject({
    why: { text: { type: 'plain_text_input', value: 'wrong partition' } },
    part: { name: { selected_option: { value: 'gpu' } } },
  });
});

test('keeps what was typed while another view lies on top, and follows an update', async ({ lab }) => {
  const input = (block: string, label: string): object => ({
    type: 'input',
    block_id: block,
    label: plain(label),
    element: { type: 'plain_text_input', action_id: 'text' },
  });
  const view = (title: string, ...blocks: object[]): object => ({ type: 'modal', title: plain(title), submit: plain('Save'), blocks });
  lab.answer = async ({ body, ack }) => {
    await ack();
    const action = (body['actions'] as { action_id: string }[] | undefined)?.[0]?.action_id;
    const open = body['view'] as { id: string } | undefined;
    const trigger_id = body['trigger_id'];
    const first = view('First', input('name', 'Name'), actions(button('More', 'more'), button('Relabel', 'relabel')));
    if (action === 'open') await lab.web.apiCall('views.open', { trigger_id, view: first });
    if (action === 'more') await lab.web.apiCall('views.push', { trigger_id, view: view('Second', input('other', 'Other')) });
    if (action === 'relabel') await lab.web.apiCall('views.update', { view_id: open?.id, view: view('First', input('name', 'Full name')) });
  };
  const ts = await lab.post('Form', [actions(button('Open', 'open'))]);
  const page = await lab.openPage();
  await row(page, ts).getByRole('button', { name: 'Open' }).click();
  await page.getByLabel('Name').fill('nanoGPT');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog', { name: 'Second' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'First' }).waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('nanoGPT');
  await page.getByRole('button', { name: 'Relabel' }).click();
  await page.getByLabel('Full name').waitFor();
  expect(await page.getByLabel('Full name').inputValue()).toBe('nanoGPT');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
});

test('replies in a thread, also to the channel, edits with the arrow key, and deletes', async ({ lab }) => {
  const ts = await lab.post('root of the thread');
  const page = await lab.openPage();
  await row(page, ts).hover();
  await row(page, ts).getByLabel('Reply in thread').click();
  const reply = page.getByLabel('Reply to the thread in #research');
  await reply.fill('use 500 iterations, @reprobot');
  await page.getByLabel('Also send to #research').check();
  await reply.press('Enter');
  await page.locator('#thread').getByText('use 500 iterations').waitFor();
  await page.locator('#main .thread-origin').waitFor();
  await expect
    .poll(() => lab.envelopes.map((one) => one.body['event']))
    .toContainEqual(expect.objectContaining({ type: 'app_mention', thread_ts: ts }));
  await reply.press('ArrowUp');
  await page.getByLabel('Edit message').fill('use 600 iterations');
  await page.getByLabel('Edit message').press('Enter');
  await page.locator('#thread').getByText('use 600 iterations (edited)').waitFor();
  await page.locator('#thread .message', { hasText: '600' }).hover();
  await page.locator('#thread .message', { hasText: '600' }).getByLabel('More message actions').click();
  await page.getByRole('menuitem', { name: 'Delete message…' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(() => page.locator('#thread').getByText('600').count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.locator('#thread').waitFor({ state: 'hidden' });
});

test('opens the thread that a permalink names, and finds an old message far above', async ({ lab }) => {
  const old = await lab.say(ben, 'the oldest of them');
  const reply = await lab.say(ada, 'the reply meant', { thread_ts: old });
  for (let index = 0; index < 240; index += 1) await lab.say(ben, `later ${index}`);
  const { permalink } = await lab.web.chat.getPermalink({ channel: research, message_ts: reply });
  const page = await lab.openPage(new URL(permalink ?? '').pathname + new URL(permalink ?? '').search);
  await row(page, reply, '#thread').waitFor();
  await expect.poll(() => row(page, reply, '#thread').getAttribute('class')).toContain('target');
  await row(page, old).waitFor();
  const second = await lab.openPage();
  await expect.poll(() => second.locator('#main .message').count()).toBe(100);
  await second.locator('.message-scroll').evaluate((box) => box.scrollTo(0, 0));
  await expect.poll(() => second.locator('#main .message').count()).toBeGreaterThan(150);
  await expect.poll(() => second.locator('.message-scroll').evaluate((box) => box.scrollTop)).toBeGreaterThan(0);
});

test('keeps ephemeral messages and private channels to those they are for', async ({ lab }) => {
  const page = await lab.openPage();
  await page.getByText('very beginning').waitFor();
  await lab.web.chat.postEphemeral({ channel: research, user: ben, text: 'for ben alone' });
  await lab.web.chat.postEphemeral({ channel: research, user: ada, text: 'for ada alone' });
  await page.locator('.message', { hasText: 'for ada alone' }).waitFor();
  expect(await page.locator('.message', { hasText: 'for ben alone' }).count()).toBe(0);
  await page.getByRole('button', { name: 'ops' }).waitFor();
  await page.locator('#switcher').click();
  await page.getByRole('menuitemradio', { name: /Ben/ }).click();
  await page.locator('.message', { hasText: 'for ben alone' }).waitFor();
  expect(await page.locator('.message', { hasText: 'for ada alone' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'ops' }).count()).toBe(0);
});

test('reacts, shows unread marks, and draws the line where the new messages begin', async ({ lab }) => {
  const ts = await lab.post('react to me');
  await lab.web.reactions.add({ channel: research, timestamp: ts, name: 'eyes' });
  const page = await lab.openPage();
  await row(page, ts).locator('[data-reaction="eyes"]').click();
  await expect.poll(() => row(page, ts).locator('[data-reaction="eyes"]').textContent()).toContain('2');
  await row(page, ts).locator('[data-reaction="eyes"]').click();
  await expect.poll(() => row(page, ts).locator('[data-reaction="eyes"]').textContent()).toContain('1');
  await row(page, ts).hover();
  await row(page, ts).locator('.message-tools').getByLabel('Add a reaction').click();
  await page.locator('[data-emoji="rocket"]').click();
  await row(page, ts).locator('[data-reaction="rocket"]').waitFor();
  await lab.say(ben, 'news for you, @ada', {}, general);
  await page.getByRole('button', { name: 'general, 1 unread' }).click();
  await page.locator('.new-line').waitFor();
  await page.locator('.message', { hasText: 'news for you' }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'general', exact: true }).count()).toBe(1);
});

test('shows pictures with their text, previews logs, and takes files that are dropped in', async ({ lab }) => {
  const page = await lab.openPage();
  await lab.web.filesUploadV2({ channel_id: research, file: picture, filename: 'loss.png', title: 'Loss curve' });
  const image = page.locator('img.picture');
  await image.waitFor();
  expect(await image.getAttribute('alt')).toBe('Loss curve');
  await expect.poll(() => image.evaluate((node) => (node as unknown as { naturalWidth: number }).naturalWidth)).toBe(1);
  const log = Array.from({ length: 12 }, (_, index) => `step ${index}`).join('\n');
  await page.locator('#main input[type="file"]').setInputFiles({ name: 'train.log', mimeType: 'text/plain', buffer: Buffer.from(log) });
  await page.getByLabel('Message #research', { exact: true }).fill('the log');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Show all 12 lines' }).click();
  await page.locator('.file-preview', { hasText: 'step 11' }).waitFor();
});

test('is dark where the system is, and can be switched', async ({ lab }) => {
  const page = await lab.openPage('/', { colorScheme: 'dark' });
  const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
  expect(await ground()).toBe('rgb(22, 24, 28)');
  await page.getByLabel('Theme: auto').click();
  await page.getByLabel('Theme: light').waitFor();
  expect(await ground()).toBe('rgb(255, 255, 255)');
  await page.reload();
  expect(await ground()).toBe('rgb(255, 255, 255)');
});

test('says that the connection is lost, comes back by itself, and shows what happened meanwhile', async ({ lab }) => {
  const ts = await lab.post('before the restart');
  const page = await lab.openPage();
  await row(page, ts).waitFor();
  await lab.stopServer();
  await page.locator('.banner', { hasText: 'Connection lost' }).waitFor();
  await lab.startAgain();
  await lab.web.chat.update({ channel: research, ts, text: 'after the restart' });
  await page.locator('.banner').waitFor({ state: 'hidden' });
  await row(page, ts).getByText('after the restart').waitFor();
  await lab.post('and live again');
  await page.locator('.message', { hasText: 'and live again' }).waitFor();
});

test('leaves markup of messages, names and links as text', async ({ lab }) => {
  const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  const page = await lab.openPage();
  const typed = await lab.say(ben, evil);
  const mrkdwn = await lab.post(evil, [
    section(`*${evil.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}* <javascript:window.hacked=1|click> \`\`\`${evil}\`\`\``),
    { type: 'markdown', text: `${evil} [click](javascript:window.hacked=1) **<b onclick=x>bold</b>**` },
    { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: evil }] }] },
  ]);
  expect(await row(page, typed).locator('.text').textContent()).toBe(evil);
  expect(await row(page, mrkdwn).textContent()).toContain('onerror="window.hacked=1"');
  expect(await page.locator('.message img, .message script, .message b, a[href^="javascript"]').count()).toBe(0);
  expect(await page.evaluate('"hacked" in window')).toBe(false);
});

test('draws mrkdwn, rich text and tables, and falls back to the text for blocks it does not know', async ({ lab }) => {
  const list = {
    type: 'rich_text_list',
    style: 'bullet',
    indent: 0,
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] }],
  };
  const ts = await lab.post('fallback', [
    section('_it_ ~gone~ snake_case_name <@UADA0000001> <#CGENERAL001> <https://example.org/?a=1&amp;b=2|site> :rocket:\n&gt; quoted'),
    { type: 'rich_text', elements: [list] },
    {
      type: 'table',
      rows: [[{ type: 'raw_text', text: 'gate' }], [{ type: 'raw_text', text: 'loss' }]],
    },
    section('<!date^1700000000^{date_num}|then>'),
  ]);
  const page = await lab.openPage();
  const message = row(page, ts);
  expect(await message.locator('em').textContent()).toBe('it');
  expect(await message.locator('s').textContent()).toBe('gone');
  expect(await message.textContent()).toContain('snake_case_name');
  expect(await message.locator('.mention').allTextContents()).toEqual(['@ada', '#general']);
  expect(await message.getByRole('link', { name: 'site' }).getAttribute('href')).toBe('https://example.org/?a=1&b=2');
  expect(await message.locator('blockquote').textContent()).toBe('quoted');
  expect(await message.locator('li').textContent()).toBe('one');
  expect(await message.locator('th').textContent()).toBe('gate');
  expect(await message.locator('time[datetime^="2023-11-14"]').textContent()).toMatch(/^2023-11-1\d$/);
  const unknown = await lab.post('what old clients show', [
    { type: 'video', video_url: 'https://example.org/v', thumbnail_url: 'https://example.org/t.png', alt_text: 'v', title: plain('v') },
  ]);
  await row(page, unknown).getByText('what old clients show').waitFor();
});

test('shows the Home tab that the bot publishes, and the traffic with faults to inject', async ({ lab }) => {
  lab.answer = async ({ body, ack }) => {
    await ack();
    if ((body['event'] as { type?: string } | undefined)?.type === 'app_home_opened')
      await lab.web.views.publish({ user_id: ada, view: { type: 'home', blocks: [section('Nothing *waits* for you')] } } as never);
  };
  const page = await lab.openPage();
  await page.locator('[data-nav="home"]').click();
  await page.getByText('Nothing waits for you').waitFor();
  await page.getByRole('button', { name: 'Traffic inspector' }).click();
  await page.locator('.entry', { hasText: 'views.publish' }).click();
  await page.locator('.entry[open] pre', { hasText: 'home' }).first().waitFor();
  await page.getByRole('button', { name: '429 on chat.update' }).click();
  await page.getByText('1 waiting').waitFor();
  await page.getByRole('button', { name: 'Clear faults' }).click();
  await expect.poll(() => page.getByText('1 waiting').count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.locator('#inspector').waitFor({ state: 'hidden' });
});

test('is usable by keyboard alone and on a phone', async ({ lab }) => {
  const ts = await lab.post('with keys');
  const page = await lab.openPage();
  await row(page, ts).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByLabel('Jump to', { exact: true }).last().fill('gener');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'general' }).waitFor();
  await page.keyboard.press('F6');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('research');
  await page.keyboard.press('Enter');
  await row(page, ts).focus();
  await page.keyboard.press('t');
  await page.locator('#thread').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#thread').waitFor({ state: 'hidden' });
  const phone = await lab.openPage('/', { viewport: { width: 390, height: 844 } });
  await phone.getByRole('button', { name: 'Channels' }).click();
  await phone.getByRole('button', { name: 'general' }).click();
  await phone.getByRole('heading', { level: 1, name: 'general' }).waitFor();
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
});
