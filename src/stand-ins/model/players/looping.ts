import { callTool, type Player } from '../player.ts';

/** Reads the same file for ever, and understands nothing of it. */
export const looping: Player = () => ({ content: [{ type: 'text', text: 'I read the file.' }, callTool('read', { path: 'train.py' })] });
