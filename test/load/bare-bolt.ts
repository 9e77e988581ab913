/** The baseline of bench:ack: Bolt with one command handler that acknowledges and does nothing else. */
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';

const receiver = new HTTPReceiver({
  signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '',
  port: Number(process.env['PORT']),
  logLevel: LogLevel.ERROR,
});
const app = new App({
  token: process.env['SLACK_BOT_TOKEN'] ?? '',
  receiver,
  logLevel: LogLevel.ERROR,
  convoStore: false,
  clientOptions: { slackApiUrl: process.env['SLACK_API_URL'] ?? '' },
});
app.command('/hpc', async ({ ack }) => {
  await ack();
});
await app.start();
process.stdout.write('{"ready":true}\n');
process.once('disconnect', () => process.exit(0));
