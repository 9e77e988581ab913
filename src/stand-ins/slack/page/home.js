import { renderBlocks } from './blocks/render.js';
import { asText } from './blocks/text.js';
import { fill, h } from './dom.js';
import { state } from './state.js';

/**
 * Draws the view that the bot published for this user.
 * @param {HTMLElement} place
 */
export function renderHome(place) {
  const view = state.home;
  if (!view) {
    fill(
      place,
      h(
        'div',
        { class: 'intro empty' },
        h('h2', {}, 'Home'),
        h('p', {}, 'The bot has not published anything here yet. It was told that you opened this tab; what it shows appears by itself.'),
      ),
    );
    return;
  }
  const { scrollTop } = place;
  const surface = { view_id: asText(view['id']), fallback: '', files: [] };
  fill(place, h('div', { class: 'home' }, renderBlocks(view['blocks'], surface)));
  place.scrollTop = scrollTop;
}
