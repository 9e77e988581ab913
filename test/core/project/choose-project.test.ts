import { describe, expect, it } from 'vitest';
import { chooseProject, listChannels } from '../../../src/core/project/choose-project.ts';

const named = [{ name: 'gold', channels: ['CGOLD000001', 'CGOLDDATA01'] }];

describe('the project of a channel', () => {
  it('is the named one, else the channel itself', () => {
    expect(chooseProject('CGOLDDATA01', named)).toBe('gold');
    expect(chooseProject('COTHER00001', named)).toBe('COTHER00001');
  });

  it('leads back to the channels', () => {
    expect(listChannels('gold', named)).toEqual(['CGOLD000001', 'CGOLDDATA01']);
    expect(listChannels('COTHER00001', named)).toEqual(['COTHER00001']);
  });
});
