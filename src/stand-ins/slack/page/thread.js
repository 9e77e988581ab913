import { Composer } from './composer.js';
import { byId, fill, h, iconButton } from './dom.js';
import { MessageList } from './message-list.js';
import { closeThread } from './navigate.js';
import { findChannel, nameChannel, on, state } from './state.js';

/** @type {{key: string, list: MessageList, composer: Composer} | null} */
let shown = null;

/** Keeps the docked pane in step with the open thread. */
export function startThreadPane() {
  on('thread', draw);
  draw();
}

function draw() {
  const pane = byId('thread');
  const key = state.thread ? `${state.user} ${state.channel} ${state.thread}` : '';
  if (shown?.key === key) return;
  const hadFocus = pane.contains(document.activeElement);
  shown?.list.close();
  shown?.composer.close();
  shown = null;
  pane.hidden = key === '';
  document.body.classList.toggle('has-thread', key !== '');
  if (key === '') {
    fill(pane);
    if (hadFocus) byId('main').querySelector('textarea')?.focus();
    return;
  }
  const channel = findChannel(state.channel);
  const list = new MessageList(state.channel, state.thread);
  const composer = new Composer(state.channel, state.thread);
  shown = { key, list, composer };
  fill(
    pane,
    h(
      'header',
      { class: 'pane-head' },
      h(
        'div',
        { class: 'pane-title' },
        h('h2', {}, 'Thread'),
        h('span', { class: 'quiet' }, channel ? `${channel.kind === 'im' ? '' : '#'}${nameChannel(channel)}` : ''),
      ),
      iconButton('close', 'Close thread', closeThread),
    ),
    list.element,
    composer.element,
  );
  // On a phone the focus would bring up the keyboard over half of the thread.
  if (window.matchMedia('(pointer: fine)').matches) composer.input.focus({ preventScroll: true });
}
