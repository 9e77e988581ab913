import { h, icon } from './dom.js';
import { emit, nameChannel } from './state.js';

/** @typedef {import('../page-api.ts').ChannelView} ChannelView */

const EXAMPLE = '/hpc reproduce ';

/**
 * What stands at the beginning of a channel; in an empty one it says what to do first.
 * @param {ChannelView} channel
 * @param {boolean} isEmpty
 */
export function renderIntro(channel, isEmpty) {
  const name = nameChannel(channel);
  const isDm = channel.kind === 'im';
  const title = isDm ? name : h('span', {}, icon(channel.kind === 'private' ? 'lock' : 'hash', 22), name);
  return h(
    'section',
    { class: isEmpty ? 'intro empty' : 'intro' },
    h('h2', {}, title),
    h(
      'p',
      {},
      isDm
        ? `This is your conversation with ${name}. Only the two of you see it.`
        : `This is the very beginning of #${name}. ${channel.topic}`,
    ),
    channel.bot_is_member || isDm
      ? null
      : h('p', { class: 'intro-note' }, 'The bot is not in this channel. Commands are answered, but it cannot start a thread here.'),
    isEmpty ? renderFirstStep() : null,
  );
}

function renderFirstStep() {
  return h(
    'div',
    { class: 'first-step' },
    h('p', {}, h('strong', {}, 'Reproduce a repository.'), ' Type this below, with the address of a git repository:'),
    h('pre', { class: 'example' }, h('code', {}, '/hpc reproduce <git-url>')),
    h('button', { type: 'button', class: 'button primary', onclick: () => emit('prefill', EXAMPLE) }, 'Put it into the message box'),
    h(
      'p',
      { class: 'quiet' },
      'The bot answers in a thread: what it found, what it wants to run, and how the run goes. It asks before anything risky.',
    ),
  );
}
