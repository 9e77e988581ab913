// First file of a thread, which answers one input after the other. The loader of the main thread does not reach into it, so TypeScript
// is registered here.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { default: work } = await import(workerData.file);
parentPort.on('message', (input) => void answer(input));

async function answer(input) {
  try {
    parentPort.postMessage({ value: await work(input) });
  } catch (error) {
    parentPort.postMessage({ error: { message: error?.message ?? String(error), stack: error?.stack, parts: describe(error) } });
  }
}

// An error of ours loses its class on the way; its parts are plain and travel.
function describe(error) {
  if (error?.name !== 'ReprobotError') return undefined;
  const { code, doing, why, remedy, transient, details } = error;
  return { code, doing, why, transient, details, ...(remedy === undefined ? {} : { remedy }) };
}
