import { byId, fill, h, icon, iconButton } from './dom.js';
import { moveFocus, openMenu } from './menu.js';
import { renderAvatar } from './message-row.js';
import { goHome, goToChannel, switchUser } from './navigate.js';
import { openQuickSwitch } from './quick-switch.js';
import { findBotDm, findUser, nameChannel, on, state } from './state.js';
import { nextTheme, readTheme } from './theme.js';

/** @typedef {import('../page-api.ts').ChannelView} ChannelView */

/** Keeps the left column in step: workspace, channels with unread marks, people, the app, who one acts as. */
export function startSidebar() {
  for (const name of ['workspace', 'place', 'sockets', 'theme']) on(name, draw);
  byId('sidebar').addEventListener('keydown', (event) => moveFocus(event, byId('sidebar')));
}

let drawn = '';

/** Drawn again only when something visible changed: a press on a button must not lose its button. */
function draw() {
  const { workspace } = state;
  if (!workspace) return;
  const visible = JSON.stringify([state.user, state.place, state.channel, workspace, readTheme()]);
  if (visible === drawn) return;
  drawn = visible;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['nav'] : undefined;
  const channels = workspace.channels.filter((channel) => channel.kind !== 'im');
  const directs = workspace.channels.filter((channel) => channel.kind === 'im');
  fill(
    byId('sidebar'),
    h(
      'header',
      { class: 'sidebar-head' },
      h('div', { class: 'workspace' }, h('strong', {}, workspace.team.name), renderLink(workspace.sockets)),
      iconButton('search', 'Jump to… (Ctrl+K)', openQuickSwitch),
      iconButton(themeIcon(), `Theme: ${readTheme()}`, nextTheme),
    ),
    h(
      'div',
      { class: 'sidebar-scroll' },
      renderGroup('Channels', channels.map(renderChannel)),
      renderGroup('Direct messages', directs.map(renderChannel)),
      renderGroup('Apps', [renderHomeItem()]),
    ),
    renderSwitcher(),
  );
  const again = focused ? byId('sidebar').querySelector(`[data-nav="${CSS.escape(focused)}"]`) : null;
  if (again instanceof HTMLElement) again.focus();
}

function themeIcon() {
  const theme = readTheme();
  return theme === 'light' ? 'sun' : theme === 'dark' ? 'moon' : 'auto';
}

/** Whether the bot is connected to this server; an expert looks here first when nothing answers. @param {number} sockets */
function renderLink(sockets) {
  const words = sockets === 0 ? 'bot not connected' : sockets === 1 ? 'bot connected' : `bot connected · ${sockets} sockets`;
  return h('span', { class: sockets ? 'link-state on' : 'link-state', title: 'Sockets that the bot holds open (Socket Mode)' }, words);
}

/** @param {string} title @param {HTMLElement[]} items */
function renderGroup(title, items) {
  return h(
    'section',
    { class: 'nav-group', 'aria-label': title },
    h('h2', {}, title),
    h(
      'ul',
      {},
      items.map((item) => h('li', {}, item)),
    ),
  );
}

/** @param {ChannelView} channel */
function renderChannel(channel) {
  const isHere = state.place === 'channel' && state.channel === channel.id;
  const isUnread = channel.unread > 0 && !isHere;
  const other = channel.kind === 'im' ? channel.members.find((member) => member !== state.user) : undefined;
  const sign = other ? renderAvatar(other, 20) : icon(channel.kind === 'private' ? 'lock' : 'hash', 16);
  const words = `${nameChannel(channel)}${isUnread ? `, ${channel.unread} unread` : ''}`;
  return h(
    'button',
    {
      type: 'button',
      class: `nav-item ${isUnread ? 'unread' : ''}`,
      'data-nav': channel.id,
      'aria-current': isHere ? 'page' : null,
      'aria-label': words,
      onclick: () => void goToChannel(channel.id),
    },
    sign,
    h('span', { class: 'nav-name' }, nameChannel(channel)),
    channel.mentions > 0 && isUnread ? h('span', { class: 'badge' }, channel.mentions) : null,
  );
}

function renderHomeItem() {
  const bot = state.workspace?.bot;
  const dm = findBotDm();
  return h(
    'button',
    {
      type: 'button',
      class: 'nav-item',
      'data-nav': 'home',
      'aria-current': state.place === 'home' ? 'page' : null,
      onclick: () => void goHome(),
      title: dm ? 'The app’s Home tab' : null,
    },
    bot ? renderAvatar(bot.id, 20) : icon('home', 16),
    h('span', { class: 'nav-name' }, `${bot?.real_name ?? 'App'} Home`),
  );
}

function renderSwitcher() {
  const user = findUser(state.user);
  const people = (state.workspace?.users ?? []).filter((one) => !one.is_bot);
  const open = () =>
    openMenu(
      button,
      people.map((one) => ({
        label: one.real_name || one.name,
        hint: one.title,
        checked: one.id === state.user,
        choose: () => void switchUser(one.id),
      })),
      'Act as',
    );
  const button = h(
    'button',
    {
      type: 'button',
      class: 'switcher',
      id: 'switcher',
      'aria-haspopup': 'menu',
      'aria-label': `Acting as ${user?.real_name ?? state.user}. Act as somebody else`,
      onclick: open,
    },
    renderAvatar(state.user, 32),
    h(
      'span',
      { class: 'switcher-words' },
      h('strong', {}, user?.real_name ?? state.user),
      h('span', {}, `Acting as @${user?.name ?? ''}${user?.title ? ` · ${user.title}` : ''}`),
    ),
    icon('down', 16),
  );
  return h('footer', { class: 'sidebar-foot' }, button);
}
