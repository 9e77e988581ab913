import { describe, expect, it } from 'vitest';
import { dayOf, momentOf, shiftDay } from '../../../src/core/digest/clock.ts';
import { planEditions, planOnDemand, type Edition } from '../../../src/core/digest/plan-editions.ts';
import { DigestSettings, foldDigestSettings } from '../../../src/core/digest/settings.ts';
import type { ProjectEvent } from '../../../src/core/project/events.ts';

type Set = Extract<ProjectEvent, { type: 'digest.set' }>;
const MINUTE = 60_000;

const at = (time: string): number => Date.parse(`${time}Z`);
const show = (time: number): string => new Date(time).toISOString().slice(0, 16);

/** A project whose clock a test moves on, minute by minute or in leaps. */
class Calendar {
  readonly events: ProjectEvent[] = [];
  readonly told: (Edition & { at: number })[] = [];
  readonly #defaults: DigestSettings;

  constructor(parts: Partial<DigestSettings> = {}) {
    this.#defaults = DigestSettings.parse({ weekly: false, ...parts });
  }

  set(time: number, parts: Partial<Set>): void {
    this.events.push({ v: 1, at: time, id: `s${this.events.length}`, type: 'digest.set', by: 'UADA', ...parts });
  }

  /** What a tick does where nothing is left undone. */
  tick(time: number): void {
    const { due } = planEditions(foldDigestSettings(this.#defaults, this.events), this.events, time);
    if (due === null) return;
    this.told.push({ ...due, at: time });
    this.events.push({ v: 1, at: time, id: due.edition, type: 'digest.due', channel: 'C', ...due });
    this.events.push({ v: 1, at: time, id: due.edition, type: 'digest.posted', edition: due.edition, ts: '1.1' });
  }

  run(from: number, to: number, step = 5 * MINUTE): this {
    for (let time = from; time <= to; time += step) this.tick(time);
    return this;
  }

  next(time: number): number | null {
    return planEditions(foldDigestSettings(this.#defaults, this.events), this.events, time).next;
  }
}

describe('over two changes of the clock', () => {
  const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC', 'Pacific/Apia'];
  const HOURS = ['18:00', '02:15', '02:30', '01:30', '01:45', '00:00', '23:59'];
  const cases = ZONES.flatMap((zone) => HOURS.map((hour) => [zone, hour] as const));

  it.each(cases)('in %s at %s: one a day, at its hour, with neither gap nor overlap', (zone, hour) => {
    for (const [begin, end] of [
      ['2026-03-06T00:00', '2026-03-10T00:00'],
      ['2026-03-27T00:00', '2026-04-07T00:00'],
      ['2026-10-02T00:00', '2026-10-06T00:00'],
      ['2026-10-23T00:00', '2026-11-03T00:00'],
    ] as const) {
      const { told } = new Calendar({ zone, hour }).run(at(begin), at(end), 60 * MINUTE);
      expect(told.length).toBeGreaterThan(3);
      for (const [index, one] of told.slice(1).entries()) {
        const before = told[index];
        expect(one.edition).toBe(shiftDay(before?.edition ?? '', 1));
        expect(one.from).toBe(before?.to);
        const moment = momentOf(one.edition, hour, zone) ?? 0;
        expect(one.at - moment).toBeGreaterThan(0);
        expect(one.at - moment).toBeLessThan(61 * MINUTE);
        expect(one.to).toBeGreaterThanOrEqual(moment);
      }
    }
  });

  it('leaves out the day that Samoa left out, and loses none of its time', () => {
    const { told } = new Calendar({ zone: 'Pacific/Apia' }).run(at('2011-12-28T05:00'), at('2012-01-01T05:00'));
    expect(told.map(({ edition }) => edition)).toEqual(
      ['2011-12-27', '2011-12-28', '2011-12-29', '2011-12-31', '2012-01-01'].slice(0, told.length),
    );
    expect(told.some(({ edition }) => edition === '2011-12-30')).toBe(false);
    for (const [index, one] of told.slice(1).entries()) expect(one.from).toBe(told[index]?.to);
  });
});

describe('what was missed', () => {
  it('is told once, by one digest for the whole span', () => {
    const calendar = new Calendar().run(at('2026-11-23T12:00'), at('2026-11-23T20:00'));
    calendar.tick(at('2026-11-27T09:10'));
    calendar.tick(at('2026-11-27T09:15'));
    calendar.run(at('2026-11-27T17:00'), at('2026-11-27T19:00'));
    expect(calendar.told.map(({ edition, from, to }) => [edition, show(from), show(to)])).toEqual([
      ['2026-11-22', '2026-11-21T18:00', '2026-11-23T11:59'],
      ['2026-11-23', '2026-11-23T11:59', '2026-11-23T18:04'],
      ['2026-11-26', '2026-11-23T18:04', '2026-11-27T09:09'],
      ['2026-11-27', '2026-11-27T09:09', '2026-11-27T18:04'],
    ]);
  });

  it('is told by the weekly edition where a Sunday was among it', () => {
    const calendar = new Calendar({ weekly: true }).run(at('2026-11-20T17:00'), at('2026-11-20T20:00'));
    calendar.run(at('2026-11-24T09:00'), at('2026-11-24T19:00'));
    expect(calendar.told.map(({ edition }) => edition)).toEqual(['2026-11-19', '2026-11-20', '2026-W47', '2026-11-24']);
  });
});

describe('the weekly edition', () => {
  it('stands for the digest of Sunday and tells the week', () => {
    const { told } = new Calendar({ weekly: true }).run(at('2026-11-16T17:50'), at('2026-11-30T18:30'), 10 * MINUTE);
    const weeks = told.filter(({ edition }) => edition.includes('W'));
    expect(weeks.map(({ edition, from, to }) => [edition, show(from), show(to)])).toEqual([
      // The project's first: what the Sunday before would have told.
      ['2026-W46', '2026-11-08T18:00', '2026-11-16T17:49'],
      ['2026-W47', '2026-11-16T17:49', '2026-11-22T18:09'],
      ['2026-W48', '2026-11-22T18:09', '2026-11-29T18:09'],
    ]);
    expect(told.some(({ edition }) => edition === '2026-11-22' || edition === '2026-11-29')).toBe(false);
    expect(told.at(-1)).toMatchObject({ edition: '2026-11-30', from: weeks[2]?.to });
  });

  it('comes once, also where the hour is moved on that Sunday', () => {
    const calendar = new Calendar({ weekly: true }).run(at('2026-11-22T17:00'), at('2026-11-22T19:00'));
    calendar.set(at('2026-11-22T19:02'), { hour: '20:00' });
    calendar.run(at('2026-11-22T19:05'), at('2026-11-23T19:00'));
    expect(calendar.told.map(({ edition }) => edition)).toEqual(['2026-11-21', '2026-W47']);
  });
});

describe('a change of the settings', () => {
  it('counts from the next hour on: nothing comes at once, nothing is lost, no day has two', () => {
    const calendar = new Calendar().run(at('2026-11-24T17:00'), at('2026-11-24T20:00'));
    calendar.set(at('2026-11-25T17:30'), { hour: '17:00' });
    expect(show(calendar.next(at('2026-11-25T17:30')) ?? 0)).toBe('2026-11-26T17:00');
    calendar.run(at('2026-11-25T17:31'), at('2026-11-26T16:50'));
    expect(calendar.told).toHaveLength(2);
    calendar.run(at('2026-11-26T16:55'), at('2026-11-26T17:30'));
    expect(calendar.told.at(-1)).toMatchObject({ edition: '2026-11-26', from: calendar.told[1]?.to });
    calendar.set(at('2026-11-26T17:40'), { hour: '20:00', zone: 'Asia/Kathmandu' });
    calendar.run(at('2026-11-26T17:45'), at('2026-11-27T13:00'));
    expect(calendar.told).toHaveLength(3);
    calendar.run(at('2026-11-27T13:00'), at('2026-11-27T15:00'));
    expect(calendar.told.map(({ edition }) => edition).slice(2)).toEqual(['2026-11-26', '2026-11-27']);
    expect(dayOf(calendar.told[3]?.at ?? 0, 'Asia/Kathmandu')).toBe('2026-11-27');
  });

  it('off says nothing; on begins with the day before and not with the months between', () => {
    const calendar = new Calendar().run(at('2026-09-01T17:00'), at('2026-09-01T20:00'));
    calendar.set(at('2026-09-02T10:00'), { on: false });
    calendar.run(at('2026-09-02T11:00'), at('2026-09-05T00:00'), 60 * MINUTE);
    expect(calendar.next(at('2026-09-03T00:00'))).toBeNull();
    calendar.set(at('2026-11-25T10:00'), { on: true });
    calendar.run(at('2026-11-25T10:01'), at('2026-11-25T18:10'));
    expect(calendar.told.slice(2).map(({ edition, from }) => [edition, show(from)])).toEqual([['2026-11-25', '2026-11-24T18:00']]);
  });

  it('on demand tells what the last one did not, and takes nothing from the next', () => {
    const calendar = new Calendar().run(at('2026-11-24T17:00'), at('2026-11-24T20:00'));
    const plan = foldDigestSettings(DigestSettings.parse({}), calendar.events);
    const now = planOnDemand(plan, calendar.events, 'd1', at('2026-11-25T12:00'));
    expect([now.edition, now.from, show(now.to)]).toEqual(['now-d1', calendar.told[1]?.to, '2026-11-25T12:00']);
    calendar.events.push({ v: 1, at: now.to, id: now.edition, type: 'digest.due', channel: 'C', ...now });
    calendar.run(at('2026-11-25T17:00'), at('2026-11-25T19:00'));
    expect(calendar.told.at(-1)).toMatchObject({ edition: '2026-11-25', from: now.from });
  });
});
