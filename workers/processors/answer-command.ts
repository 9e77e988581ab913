import { answerCommand, TypedCommand } from '../../src/slack/slash.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

/** Does what a person typed after the slash, and tells that person what came of it. */
export default defineProcessor({
  name: 'answer-command',
  queue: 'commands',
  data: TypedCommand,
  run: async (context, typed) => {
    await answerCommand(context.slack.context, context.slack.verbs, typed);
    return done();
  },
});
