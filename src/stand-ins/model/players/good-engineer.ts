import { callTool, type Player } from '../player.ts';

/** Looks before it proposes; one cause, one change. */
export const goodEngineer: Player = ({ spoken, turns, results }) => {
  const task = JSON.stringify(turns[0]);
  if (spoken === 0) {
    return {
      content: [
        { type: 'thinking', thinking: 'First what the rules say.' },
        callTool('look-up', { question: 'division by zero in a learning rate' }),
        callTool('classify', {}),
      ],
    };
  }
  if (spoken === 1)
    return { content: [{ type: 'text', text: 'The frame is in the code of the repository.' }, callTool('read', { path: findFile(task) })] };
  if (results.some((result) => result.failed))
    return { content: [callTool('give-up', { report: `I could not: ${results[0]?.text ?? ''}` })] };
  const fix = chooseFix(task);
  return { content: [callTool('diff' in fix ? 'edit' : 'propose-fix', fix)] };
};

function findFile(task: string): string {
  return task.includes('ZeroDivisionError') ? 'schedule.py' : task.includes('KeyError') ? 'table.py' : 'train.py';
}

function chooseFix(task: string): Record<string, unknown> {
  if (task.includes('list index out of range')) {
    return {
      diff: '--- a/train.py\n+++ b/train.py\n@@ -16,5 +16,5 @@\n     for step in range(1, args.steps + 1):\n         loss = (weight - 3.0) ** 2 + 0.5\n         weight -= rate * scale * 2 * (weight - 3.0)\n-        print(f"step {step}/{args.steps} {names[1]} {loss:.4f}", flush=True)\n+        print(f"step {step}/{args.steps} {names[0]} {loss:.4f}", flush=True)\n         time.sleep(0.02)\n',
      reasoning: 'train.py:19 takes the second of one name.\nThe first is the loss that is printed.',
    };
  }
  if (task.includes("KeyError: 'adamx'") || task.includes('KeyError')) {
    return {
      remedy: { kind: 'set-argument', argument: '--optimizer', value: 'adam' },
      reasoning: 'The default adamx is not in table.py:1.\nThe help names adam.',
    };
  }
  return {
    diff: '--- a/schedule.py\n+++ b/schedule.py\n@@ -1,2 +1,2 @@\n def warm_up(rate, first=10, last=10):\n-    return rate / (last - first)\n+    return rate / max(1, last - first)\n',
    reasoning: 'schedule.py:2 divides by the length of a warm-up of no steps.\nOne step leaves the rate as it is.',
  };
}
