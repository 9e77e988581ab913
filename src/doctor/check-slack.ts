import { readFileSync } from 'node:fs';
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { AccessRules } from '../config.ts';
import { bad, good, warning, type Finding } from './finding.ts';

const AREA = 'Slack';
const Manifest = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });

type Env = Readonly<Record<string, string | undefined>>;

/** Whether the tokens work and hold the scopes of manifest.json, and whether anybody may use the bot. */
export async function checkSlack(env: Env, access: AccessRules, manifestPath: string): Promise<Finding[]> {
  const token = env['SLACK_BOT_TOKEN'];
  if (token === undefined || token === '') {
    return [
      warning(
        AREA,
        'no real Slack is connected; npm start brings a local one',
        'README, “Connect the real Slack”, when you want the real one.',
      ),
    ];
  }
  const api = env['SLACK_API_URL'];
  const options = { retryConfig: { retries: 1 }, ...(api === undefined ? {} : { slackApiUrl: api }) };
  const findings = await checkBotToken(new WebClient(token, options), manifestPath);
  findings.push(await checkTransport(env, options));
  const rules = Object.values(access);
  if (rules.every((rule) => rule.users.length + rule.groups.length + rule.channels.length === 0)) {
    findings.push(bad(AREA, 'the access lists are empty: nobody may use the bot', 'Fill `access:` in reprobot.yaml.'));
  }
  return findings;
}

async function checkBotToken(client: WebClient, manifestPath: string): Promise<Finding[]> {
  try {
    const answer = await client.auth.test();
    const granted = answer.response_metadata?.scopes ?? [];
    const wanted = Manifest.parse(JSON.parse(readFileSync(manifestPath, 'utf8'))).oauth_config.scopes.bot;
    const missing = wanted.filter((scope) => !granted.includes(scope));
    const findings = [good(AREA, `connected to ${answer.team ?? 'a workspace'} as ${answer.user ?? 'the bot'}`)];
    if (missing.length === 0) findings.push(good(AREA, `all ${wanted.length} scopes are granted`));
    else
      findings.push(
        bad(AREA, `missing scopes: ${missing.join(', ')}`, 'Paste manifest.json into the app’s settings again and reinstall it.'),
      );
    return findings;
  } catch (error) {
    return [
      bad(
        AREA,
        `the bot token was refused (${error instanceof Error ? error.message : String(error)})`,
        'Copy SLACK_BOT_TOKEN (xoxb-…) from “OAuth & Permissions” again.',
      ),
    ];
  }
}

async function checkTransport(env: Env, options: ConstructorParameters<typeof WebClient>[1]): Promise<Finding> {
  const appToken = env['SLACK_APP_TOKEN'];
  if (appToken === undefined || appToken === '') {
    const secret = env['SLACK_SIGNING_SECRET'];
    if (secret === undefined || secret === '')
      return bad(AREA, 'neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set', 'Set the first for Socket Mode, or the second for HTTP.');
    return good(AREA, 'deliveries come over signed HTTP');
  }
  try {
    await new WebClient(appToken, options).apps.connections.open();
    return good(AREA, 'Socket Mode opens');
  } catch (error) {
    return bad(
      AREA,
      `Socket Mode does not open (${error instanceof Error ? error.message : String(error)})`,
      'Make an app-level token with connections:write and put it into SLACK_APP_TOKEN.',
    );
  }
}
