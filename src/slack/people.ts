import type { WebClient } from '@slack/web-api';

/** Ids that are asked for at most; a project has a few people, and a journal of strangers would use up Slack's patience. */
const MOST = 100;

/** Display names of people, as far as Slack tells them: never a mail address, and nothing for those whom it does not know. */
export async function readNames(client: WebClient, ids: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const id of ids.filter((one) => /^[UW][A-Z0-9]{2,20}$/.test(one)).slice(0, MOST)) {
    const name = await client.users.info({ user: id }).then(
      ({ user }) => [user?.profile?.display_name, user?.real_name, user?.name].find((one) => one !== undefined && one !== ''),
      () => undefined,
    );
    if (name !== undefined) names.set(id, name);
  }
  return names;
}

/** Address of the workspace, such as `https://lab.slack.com/`; null where Slack does not tell. */
export async function readWorkspace(client: WebClient): Promise<string | null> {
  return client.auth.test().then(
    ({ url }) => url ?? null,
    () => null,
  );
}
