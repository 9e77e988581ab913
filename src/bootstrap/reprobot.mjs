#!/usr/bin/env node
import { checkNode, installModules } from './install.mjs';
import { runTypescript } from './run.mjs';

checkNode();
installModules();
runTypescript('src/cli/main.ts', process.argv.slice(2));
