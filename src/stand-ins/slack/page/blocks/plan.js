import { h, icon } from '../dom.js';
import { renderLink } from '../mrkdwn.js';
import { renderRichText } from './rich-text.js';
import { asList, asObject, asText, readText, renderPlain } from './text.js';

/** @typedef {import('./text.js').Json} Json */

const WORDS = { pending: 'not started', in_progress: 'in progress', complete: 'done', error: 'failed' };

/** A `plan` block: a title and its tasks with their states. @param {Json} block */
export function renderPlan(block) {
  const tasks = asList(block['tasks']);
  const done = tasks.filter((task) => task['status'] === 'complete').length;
  return h(
    'div',
    { class: 'plan' },
    h(
      'div',
      { class: 'plan-title' },
      renderPlain(readText(block['title'])),
      tasks.length ? h('span', { class: 'plan-count' }, `${done} of ${tasks.length}`) : null,
    ),
    h(
      'ul',
      { class: 'plan-tasks' },
      tasks.map((task) => h('li', {}, renderTask(task))),
    ),
  );
}

/** A `task_card` block. @param {Json} task */
export function renderTask(task) {
  const status = asText(task['status']) || 'pending';
  const words = WORDS[/** @type {keyof typeof WORDS} */ (status)] ?? status;
  const sources = asList(task['sources']).map((source) =>
    renderLink(asText(source['url']), asText(source['text']) || asText(source['url'])),
  );
  return h(
    'div',
    { class: `task ${status}` },
    h('span', { class: 'task-sign', role: 'img', 'aria-label': words, title: words }, renderSign(status)),
    h(
      'div',
      { class: 'task-main' },
      h('div', { class: 'task-title' }, renderPlain(readText(task['title']))),
      task['details'] ? h('div', { class: 'task-details' }, renderRichText(asObject(task['details']))) : null,
      task['output'] ? h('div', { class: 'task-details' }, renderRichText(asObject(task['output']))) : null,
      sources.length
        ? h(
            'div',
            { class: 'task-sources' },
            sources.flatMap((link, index) => (index ? [' · ', link] : [link])),
          )
        : null,
    ),
  );
}

/** @param {string} status */
function renderSign(status) {
  if (status === 'complete') return icon('check', 14);
  if (status === 'error') return icon('close', 14);
  return null;
}
