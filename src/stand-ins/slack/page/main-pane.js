import { Composer } from './composer.js';
import { byId, fill, h, icon, iconButton, keepFocus } from './dom.js';
import { renderHome } from './home.js';
import { toggleInspector } from './inspector.js';
import { MessageList } from './message-list.js';
import { goHome, goToChannel } from './navigate.js';
import { findBotDm, findChannel, nameChannel, on, state } from './state.js';

/** @type {{key: string, list: MessageList | null, composer: Composer | null} | null} */
let shown = null;
const banner = h('div', { class: 'banner', role: 'status', hidden: true }, 'Connection lost. Trying again…');

/** Keeps the middle of the window in step with where the person is. */
export function startMainPane() {
  on('place', draw);
  on('home', () => state.place === 'home' && drawHome());
  on('workspace', drawHead);
  on('connection', showConnection);
  on('missing', (/** @type {string} */ channel) => drawMissing(channel));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let late;

/** A connection that comes back within a second is not worth a word. */
function showConnection() {
  clearTimeout(late);
  if (state.connected) banner.hidden = true;
  else late = setTimeout(() => (banner.hidden = state.connected), 900);
}

function clear() {
  shown?.list?.close();
  shown?.composer?.close();
  shown = null;
}

function draw() {
  document.body.classList.remove('shows-sidebar');
  const key = `${state.user} ${state.place} ${state.place === 'home' ? '' : state.channel}`;
  if (shown?.key === key) return;
  clear();
  if (state.place === 'home') {
    shown = { key, list: null, composer: null };
    fill(byId('main'), renderHead(), banner, h('div', { id: 'home', class: 'home-scroll' }));
    drawHome();
    return;
  }
  const list = new MessageList(state.channel, '');
  const composer = new Composer(state.channel, '');
  shown = { key, list, composer };
  fill(byId('main'), renderHead(), banner, list.element, composer.element);
  list.scrollToEnd();
  if (!state.thread && window.matchMedia('(pointer: fine)').matches) composer.input.focus();
}

function drawHome() {
  const place = document.getElementById('home');
  if (place) keepFocus(() => renderHome(place));
}

/** Drawn again only when it says something else, so that the focus and a press on its buttons survive. */
function drawHead() {
  const head = byId('main').querySelector('.main-head');
  const next = renderHead();
  if (head && !head.isEqualNode(next)) head.replaceWith(next);
}

/** @param {string} channel */
function drawMissing(channel) {
  clear();
  state.channel = '';
  const text = `There is no channel ${channel} that you may see. Act as another user, or choose a channel on the left.`;
  fill(byId('main'), renderHead(), banner, h('div', { class: 'intro empty' }, h('h2', {}, 'Nothing here'), h('p', {}, text)));
}

function renderHead() {
  const channel = findChannel(state.channel);
  const isHome = state.place === 'home';
  const isBotPlace = isHome || (channel !== undefined && channel.id === findBotDm()?.id);
  const title = isBotPlace ? (state.workspace?.bot.real_name ?? 'App') : channel ? nameChannel(channel) : '';
  const sign = isBotPlace || !channel || channel.kind === 'im' ? null : icon(channel.kind === 'private' ? 'lock' : 'hash', 18);
  return h(
    'header',
    { class: 'pane-head main-head' },
    iconButton('menu', 'Channels', () => document.body.classList.toggle('shows-sidebar'), { class: 'icon-button only-narrow' }),
    h('div', { class: 'pane-title' }, h('h1', {}, sign, title), renderTopic(channel, isBotPlace)),
    isBotPlace ? renderTabs(isHome) : null,
    h('span', { class: 'spring' }),
    iconButton('pulse', 'Traffic inspector', toggleInspector, { 'aria-haspopup': 'true' }),
  );
}

/** @param {import('../page-api.ts').ChannelView | undefined} channel @param {boolean} isBotPlace */
function renderTopic(channel, isBotPlace) {
  if (!channel || isBotPlace) return null;
  const count = channel.members.length;
  const outside = channel.bot_is_member ? '' : ' · the bot is not here';
  return h(
    'span',
    { class: 'topic' },
    `${channel.topic}${channel.topic ? ' · ' : ''}${count} ${count === 1 ? 'member' : 'members'}${outside}`,
  );
}

/** @param {boolean} isHome */
function renderTabs(isHome) {
  const dm = findBotDm();
  return h(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'App' },
    h('button', { type: 'button', role: 'tab', 'aria-selected': String(isHome), onclick: () => void goHome() }, 'Home'),
    h(
      'button',
      { type: 'button', role: 'tab', 'aria-selected': String(!isHome), onclick: () => dm && void goToChannel(dm.id) },
      'Messages',
    ),
  );
}
