import { expect, it } from 'vitest';
import { DigestSettings, foldDigestSettings, readHour, settingsOf } from '../../../src/core/digest/settings.ts';
import type { ProjectEvent } from '../../../src/core/project/events.ts';

it.each([
  ['18:00', '18:00'],
  ['7:05', '07:05'],
  ['18', '18:00'],
  ['6pm', '18:00'],
  ['12am', '00:00'],
  ['12pm', '12:00'],
  ['6.30PM', '18:30'],
  ['0:00', '00:00'],
  ['24:00', null],
  ['13pm', null],
  ['0am', null],
  ['18:60', null],
  ['evening', null],
  ['', null],
])('reads %j as %j', (typed, hour) => {
  expect(readHour(typed)).toBe(hour);
});

it('takes a project’s own word before the lab’s, and what people said before both', () => {
  const lab = {
    digest: DigestSettings.parse({ hour: '17:00', zone: 'Europe/Berlin' }),
    projects: [{ name: 'gold', digest: { hour: '09:00' } }, { name: 'silver' }],
  };
  expect(settingsOf('gold', lab)).toEqual({ on: true, hour: '09:00', zone: 'Europe/Berlin', weekly: true, quiet: 'silence' });
  expect(settingsOf('CELSE', lab).hour).toBe('17:00');
  const set: ProjectEvent = { v: 1, at: 7, id: 'a', type: 'digest.set', by: 'UADA', quiet: 'line' };
  expect(foldDigestSettings(settingsOf('gold', lab), [set])).toMatchObject({ hour: '09:00', quiet: 'line', since: null, onSince: null });
  const off: ProjectEvent = { ...set, at: 8, id: 'b', on: false };
  const on: ProjectEvent = { ...set, at: 9, id: 'c', on: true, hour: '10:00' };
  expect(foldDigestSettings(settingsOf('gold', lab), [set, off, on])).toMatchObject({ on: true, hour: '10:00', since: 9, onSince: 9 });
});

it('refuses an hour or a zone that no clock has', () => {
  expect(DigestSettings.safeParse({ hour: '25:00' }).error?.issues[0]?.message).toContain('must be HH:MM');
  expect(DigestSettings.safeParse({ zone: 'Mars/Base' }).error?.issues[0]?.message).toContain('no time zone');
});
