import { callTool, type Player } from '../player.ts';

/** Proposes the first thing that comes to mind, without a look and whatever came of it before; when it is refused twice, it says so. */
export const hasty: Player = ({ spoken }) => {
  if (spoken >= 2) return { content: [callTool('give-up', { report: 'I do not know the cause; a smaller learning rate did not help.' })] };
  const remedy = { kind: 'set-argument', argument: '--lr', value: '0.01' };
  return { content: [callTool('propose-fix', { remedy, reasoning: 'A smaller learning rate often helps.' })] };
};
