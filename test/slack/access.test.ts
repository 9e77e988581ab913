import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import { createAccess, describeRefusal, ROLES, type Role } from '../../src/slack/access.ts';
import { startTestConsole, type TestConsole } from '../support/console.ts';

let slack: TestConsole;
const group = 'SAPPROVERS1';
let members: readonly string[];

beforeAll(async () => {
  slack = await startTestConsole();
  const answer = await slack.client.usergroups.users.list({ usergroup: group });
  members = answer.users ?? [];
});
afterAll(async () => {
  await slack.stop();
});
afterEach(async () => {
  await slack.clearFaults();
});

const open = (rules: object, now = () => 0) => createAccess(AccessRules.parse(rules), slack.client, now);

describe('a role', () => {
  it.each(ROLES.flatMap((role) => (['users', 'channels'] as const).map((by) => [role, by] as const)))('%s by %s', async (role, by) => {
    const access = open({ [role]: { [by]: [by === 'users' ? 'U1' : 'C1'] } });
    expect(await access.roleOf('U1', 'C1')).toBe(role);
    expect(await access.roleOf('U2', 'C2')).toBeNull();
    for (const needed of ROLES) {
      expect(await access.allows('U1', 'C1', needed)).toBe(ROLES.indexOf(needed) <= ROLES.indexOf(role));
      expect(await access.allows('U2', 'C2', needed)).toBe(false);
    }
  });

  it.each(ROLES)('%s by user group', async (role) => {
    expect(members.length).toBeGreaterThan(0);
    const access = open({ [role]: { groups: [group] } });
    expect(await access.roleOf(members[0] ?? '', 'C1')).toBe(role);
    expect(await access.roleOf('UMALLORY004', 'C1')).toBeNull();
  });

  it('is the highest of those that apply', async () => {
    const access = open({ viewer: { channels: ['C1'] }, runner: { users: ['U1'] }, approver: { groups: [group] } });
    expect(await access.roleOf('U1', 'C1')).toBe('runner');
    expect(await access.roleOf('U2', 'C1')).toBe('viewer');
    expect(await access.roleOf(members[0] ?? '', 'C1')).toBe('approver');
  });

  it('is nobody’s when no list is written', async () => {
    expect(await open({}).roleOf('U1', 'C1')).toBeNull();
  });
});

describe('a user group', () => {
  it.each([
    ['Slack says no', { kind: 'error', method: 'usergroups.users.list', error: 'missing_scope' }],
    ['Slack is away', { kind: 'http-error', method: 'usergroups.users.list', status: 503 }],
    ['Slack is busy', { kind: 'rate-limit', method: 'usergroups.users.list', retry_after: 30 }],
  ] as const)('grants nothing when %s, and works again afterwards', async (_what, fault) => {
    const access = open({ approver: { groups: [group] } });
    await slack.addFault({ ...fault, times: 1 });
    expect(await access.roleOf(members[0] ?? '', 'C1')).toBeNull();
    expect(await access.roleOf(members[0] ?? '', 'C1')).toBe('approver');
  });

  it('is asked once in five minutes', async () => {
    let now = 0;
    const access = open({ approver: { groups: [group] } }, () => now);
    const before = await slack.countCalls('usergroups.users.list');
    for (let index = 0; index < 5; index += 1) await access.roleOf(members[0] ?? '', 'C1');
    expect(await slack.countCalls('usergroups.users.list')).toBe(before + 1);
    now = 5 * 60_000 + 1;
    await access.roleOf(members[0] ?? '', 'C1');
    expect(await slack.countCalls('usergroups.users.list')).toBe(before + 2);
  });

  it('does not exist: grants nothing', async () => {
    expect(await open({ admin: { groups: ['SNOSUCH'] } }).roleOf('U1', 'C1')).toBeNull();
  });
});

it.each<Role>(['viewer', 'runner', 'approver', 'admin'])('names the list that is missing: %s', (role) => {
  expect(describeRefusal(role)).toContain(`\`${role}\` list`);
});
