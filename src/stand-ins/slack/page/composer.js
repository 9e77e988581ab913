import { CompletionList } from './completion.js';
import { fill, h, iconButton } from './dom.js';
import { formatSize } from './files.js';
import { openEmojiPicker } from './reactions.js';
import { sendComposed } from './send.js';
import { emit, findChannel, listMessages, nameChannel, on, state, toKey } from './state.js';

/** @type {Map<string, string>} */
const drafts = new Map();
let serial = 0;

/** The message box of a channel or a thread. */
export class Composer {
  /** @param {string} channel @param {string} threadTs empty for the channel itself */
  constructor(channel, threadTs) {
    this.channel = channel;
    this.threadTs = threadTs;
    this.key = toKey(channel, threadTs);
    /** @type {File[]} */
    this.files = [];
    this.isSending = false;
    serial += 1;
    this.input = h('textarea', { class: 'composer-input', rows: '1', ...this.describe(), value: drafts.get(this.key) ?? '' });
    this.completion = new CompletionList(this.input, `completion-${serial}`);
    this.notice = h('div', { class: 'composer-notice', role: 'alert', hidden: true });
    this.attached = h('div', { class: 'attached', hidden: true });
    this.hint = h('div', { class: 'composer-hint', hidden: true });
    this.broadcast = h('input', { type: 'checkbox' });
    this.picker = h('input', {
      type: 'file',
      multiple: true,
      hidden: true,
      'aria-label': 'Files to attach',
      onchange: () => this.attach([...(this.picker.files ?? [])]),
    });
    this.sendButton = iconButton('send', 'Send', () => void this.send(), { class: 'icon-button send' });
    this.element = this.build();
    this.listen();
    this.stops = threadTs ? [] : [on('prefill', (/** @type {string} */ text) => this.prefill(text))];
    this.onInput();
  }

  close() {
    for (const stop of this.stops) stop();
  }

  describe() {
    const channel = findChannel(this.channel);
    const name = channel ? `${channel.kind === 'im' ? '' : '#'}${nameChannel(channel)}` : '';
    const words = this.threadTs ? 'Reply…' : `Message ${name}`;
    return { placeholder: words, 'aria-label': this.threadTs ? `Reply to the thread in ${name}` : words };
  }

  build() {
    const channel = findChannel(this.channel);
    const also = channel && channel.kind !== 'im' ? `Also send to #${nameChannel(channel)}` : 'Also send as direct message';
    const emoji = iconButton('smile', 'Emoji', () => openEmojiPicker(emoji, (name) => this.insert(`:${name}: `)));
    return h(
      'form',
      { class: 'composer', onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
      this.completion.element,
      this.notice,
      h(
        'div',
        { class: 'composer-box' },
        this.attached,
        this.input,
        h(
          'div',
          { class: 'composer-bar' },
          iconButton('attach', 'Attach files', () => this.picker.click()),
          emoji,
          this.picker,
          this.hint,
          this.sendButton,
        ),
      ),
      this.threadTs ? h('label', { class: 'broadcast' }, this.broadcast, also) : null,
    );
  }

  listen() {
    this.input.addEventListener('input', () => this.onInput());
    this.input.addEventListener('click', () => this.completion.update());
    this.input.addEventListener('blur', () => this.completion.close());
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.input.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.attach(files);
    });
    this.element.addEventListener('dragover', (event) => event.preventDefault());
    this.element.addEventListener('drop', (event) => {
      event.preventDefault();
      this.attach([...(event.dataTransfer?.files ?? [])]);
    });
  }

  onInput() {
    const { value } = this.input;
    drafts.set(this.key, value);
    this.input.style.height = 'auto';
    this.input.style.height = `${Math.min(this.input.scrollHeight, 240)}px`;
    this.sendButton.classList.toggle('ready', value.trim() !== '' || this.files.length > 0);
    this.showNotice('');
    this.showUsage();
    if (document.activeElement === this.input) this.completion.update();
  }

  /** While a command is being typed, the usage that its app declares stays in sight. */
  showUsage() {
    const word = /^(\/\S+)\s/.exec(this.input.value)?.[1];
    const command = this.threadTs ? undefined : state.workspace?.commands.find((one) => one.command === word);
    this.hint.hidden = !command;
    this.hint.textContent = command ? `${command.command} ${command.usage_hint}` : '';
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.isComposing) return;
    if (this.completion.handleKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      void this.send();
    } else if (event.key === 'ArrowUp' && this.input.value === '') this.editLast(event);
  }

  /** @param {KeyboardEvent} event */
  editLast(event) {
    const last = listMessages(this.key)
      .filter((message) => message.user === state.user && !message.ephemeral_for && !message.deleted)
      .at(-1);
    if (!last) return;
    event.preventDefault();
    emit('edit', { ts: last.ts, inThread: this.threadTs !== '' });
  }

  /** @param {File[]} files */
  attach(files) {
    this.files.push(...files);
    this.picker.value = '';
    this.drawAttached();
    this.input.focus();
  }

  drawAttached() {
    this.attached.hidden = this.files.length === 0;
    const chips = this.files.map((file, index) =>
      h(
        'span',
        { class: 'chip' },
        `${file.name} · ${formatSize(file.size)}`,
        iconButton('close', `Remove ${file.name}`, () => {
          this.files.splice(index, 1);
          this.drawAttached();
        }),
      ),
    );
    fill(this.attached, chips);
    this.sendButton.classList.toggle('ready', this.files.length > 0 || this.input.value.trim() !== '');
  }

  /** @param {string} text */
  insert(text) {
    this.input.setRangeText(text, this.input.selectionStart, this.input.selectionEnd, 'end');
    this.input.focus();
    this.onInput();
  }

  /** @param {string} text */
  prefill(text) {
    this.input.value = text;
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.onInput();
    this.completion.close();
  }

  /** @param {string} text */
  showNotice(text) {
    this.notice.hidden = text === '';
    this.notice.textContent = text;
  }

  /** Sends what stands in the box. It stays there when the server refuses, so nothing typed is lost. */
  async send() {
    const text = this.input.value;
    if (this.isSending || (text.trim() === '' && this.files.length === 0)) return;
    this.isSending = true;
    this.completion.close();
    const files = this.files;
    this.input.value = '';
    this.files = [];
    this.drawAttached();
    this.onInput();
    const refused = await sendComposed({ channel: this.channel, threadTs: this.threadTs, text, files, broadcast: this.broadcast.checked });
    this.isSending = false;
    if (refused === null) {
      this.broadcast.checked = false;
      return;
    }
    // The person may have typed on meanwhile; then both stay.
    this.input.value = this.input.value === '' ? text : `${text}\n${this.input.value}`;
    this.files = [...files, ...this.files];
    this.drawAttached();
    this.onInput();
    this.showNotice(refused);
  }
}
