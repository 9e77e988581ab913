import { getState } from './api.js';
import { startInspector } from './inspector.js';
import { startKeyboard } from './keyboard.js';
import { startMainPane } from './main-pane.js';
import { startModals } from './modal.js';
import { followAddress, goHome, goToDefault, parseAddress } from './navigate.js';
import { showProblem } from './notices.js';
import { startSidebar } from './sidebar.js';
import { on, state } from './state.js';
import { loadAsUser, readChannel, startSync } from './sync.js';
import { startThreadPane } from './thread.js';

/** Which user this tab acts as: ?user=…, else the tab's last one, else ada, else anybody. @param {import('../page-api.ts').UserView[]} users */
function chooseUser(users) {
  const people = users.filter((user) => !user.is_bot);
  const asked = new URLSearchParams(location.search).get('user');
  const wanted = [asked, sessionStorage.getItem('console-user'), 'ada'];
  const found = wanted.map((name) => people.find((user) => user.id === name || user.name === name)).find((user) => user !== undefined);
  return found?.id ?? people[0]?.id ?? '';
}

/** Links into the console stay in this tab instead of loading the page again. @param {MouseEvent} event */
function interceptLink(event) {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.button !== 0)
    return;
  if (parseAddress(link.href) && followAddress(link.href)) event.preventDefault();
}

function showTitle() {
  const unread = (state.workspace?.channels ?? []).reduce((sum, channel) => sum + channel.unread, 0);
  const name = `${state.workspace?.team.name ?? 'Lab'} – Reprobot console`;
  document.title = unread > 0 && document.visibilityState === 'hidden' ? `(${unread}) ${name}` : name;
}

/** The address decides what is shown: a channel, a message, a thread, the Home tab; else #research. */
async function goWhereAddressed() {
  if (new URLSearchParams(location.search).has('home')) await goHome();
  else if (!followAddress(location.href)) await goToDefault();
}

async function start() {
  startSidebar();
  startMainPane();
  startThreadPane();
  startModals();
  startInspector();
  startKeyboard();
  on('workspace', showTitle);
  document.addEventListener('click', interceptLink);
  document.addEventListener('visibilitychange', () => {
    showTitle();
    if (document.visibilityState === 'visible' && state.channel && state.place === 'channel') void readChannel(state.channel);
  });
  window.addEventListener('popstate', () => void goWhereAddressed());
  const first = await getState();
  await loadAsUser(chooseUser([...first.users]));
  startSync();
  await goWhereAddressed();
}

start().catch((error) => showProblem('Starting the console', error));
