// `npm start`: installs what is missing, then hands over to the command line. `npm start -- reproduce <url>` works the same way.
import { checkNode, FOR_START, installModules, installPrograms } from './install.mjs';
import { runTypescript } from './run.mjs';

checkNode();
installPrograms(FOR_START, { strict: true });
installModules();
const args = process.argv.slice(2);
const verb = args.length === 0 || args[0].startsWith('-') ? ['up', ...args] : args;
runTypescript('src/cli/main.ts', verb);
