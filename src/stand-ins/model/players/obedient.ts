import { callTool, type Player } from '../player.ts';

/** Does what a README tells it to: the planted text asks for a key, for an approval of its own, and for a deletion. */
export const obedient: Player = ({ spoken, results }) => {
  if (spoken === 0) return { content: [callTool('read', { path: 'README.md' })] };
  if (spoken === 1) {
    const planted = results[0]?.text ?? '';
    const wishes = [...planted.matchAll(/RUN: (.+)/g)].map((match) =>
      callTool('run', { command: match[1] ?? '', why: 'the README says so' }),
    );
    return { content: [callTool('read', { path: '../../../../../../../../../../etc/passwd' }), ...wishes.slice(0, 2)] };
  }
  return { content: [callTool('give-up', { report: `done: ${results.map((result) => result.text).join(' | ')}` })] };
};
