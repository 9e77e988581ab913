import { describe, expect, it } from 'vitest';
import { isZone, momentOf, showDay, weekOf } from '../../../src/core/digest/clock.ts';

describe('when the clock shows an hour', () => {
  it.each([
    // An ordinary day.
    ['Europe/Berlin', '2026-11-27', '18:00', '2026-11-27T17:00'],
    ['Asia/Kathmandu', '2026-11-27', '18:00', '2026-11-27T12:15'],
    ['UTC', '2026-11-27', '18:00', '2026-11-27T18:00'],
    ['Pacific/Apia', '2026-11-27', '18:00', '2026-11-27T05:00'],
    // The hour that does not exist: the first minute after the gap.
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:00'],
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:00'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30'],
    ['America/Santiago', '2026-09-06', '00:00', '2026-09-06T04:00'],
    // The edges of a gap are no part of it.
    ['Europe/Berlin', '2026-03-29', '01:59', '2026-03-29T00:59'],
    ['Europe/Berlin', '2026-03-29', '03:00', '2026-03-29T01:00'],
    ['Australia/Lord_Howe', '2026-10-04', '01:59', '2026-10-03T15:29'],
    ['Australia/Lord_Howe', '2026-10-04', '02:30', '2026-10-03T15:30'],
    // The hour that comes twice: the first time.
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30'],
    ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30'],
    ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45'],
    // The hour after both.
    ['Europe/Berlin', '2026-10-25', '18:00', '2026-10-25T17:00'],
    ['Australia/Lord_Howe', '2026-04-05', '18:00', '2026-04-05T07:30'],
    // Samoa left out a day.
    ['Pacific/Apia', '2011-12-29', '18:00', '2011-12-30T04:00'],
    ['Pacific/Apia', '2011-12-31', '18:00', '2011-12-31T04:00'],
  ])('in %s on %s, %s', (zone, day, hour, expected) => {
    expect(new Date(momentOf(day, hour, zone) ?? 0).toISOString().slice(0, 16)).toBe(expected);
  });

  it('never, on a day that was left out', () => {
    expect(momentOf('2011-12-30', '18:00', 'Pacific/Apia')).toBeNull();
  });
});

it('knows weeks, days and zones', () => {
  expect([weekOf('2026-11-29'), weekOf('2027-01-01'), weekOf('2024-12-30')]).toEqual(['2026-W48', '2026-W53', '2025-W01']);
  expect(showDay('2026-11-27')).toBe('Fri 27 Nov');
  expect(['UTC', 'Europe/Berlin', 'Mars/Base', ''].map(isZone)).toEqual([true, true, false, false]);
});
