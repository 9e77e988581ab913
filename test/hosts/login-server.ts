/** An ssh server inside the test whose login can ask for anything; commands run for real. sshd without PAM cannot ask for one-time codes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';

interface Round {
  readonly instructions: string;
  readonly prompts: readonly string[];
  readonly answers: readonly string[];
}

export interface LoginRules {
  readonly hostKeyFile: string;
  /** Public key that must be shown first (or alone). */
  readonly publicKeyFile?: string;
  readonly password?: string;
  readonly rounds?: readonly Round[];
}

export interface LoginServer {
  readonly port: number;
  readonly logins: readonly string[];
  close(): Promise<void>;
}

/** Starts the server; a client needs everything that the rules name. */
export async function startLoginServer(rules: LoginRules): Promise<LoginServer> {
  const logins: string[] = [];
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(rules.hostKeyFile)] }, (client) => {
    open.add(client);
    client.on('error', () => {});
    client.on('close', () => open.delete(client));
    serveLogin(client, rules, logins);
    client.on('ready', () => {
      client.on('session', (accept) => {
        accept().on('exec', (acceptExec, _, info) => runCommand(acceptExec(), info.command));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    logins,
    close: async () => {
      for (const client of open) client.end();
      server.close();
      await once(server, 'close').catch(() => {});
    },
  };
}

function serveLogin(client: Connection, rules: LoginRules, logins: string[]): void {
  let hasKey = rules.publicKeyFile === undefined;
  client.on('authentication', (context) => {
    logins.push(context.method);
    const methods = hasKey
      ? [...(rules.rounds ? ['keyboard-interactive'] : []), ...(rules.password === undefined ? [] : ['password'])]
      : ['publickey'];
    if (!methods.includes(context.method)) context.reject(methods as never);
    else if (context.method === 'publickey') {
      if (!isKnownKey(context, rules)) context.reject(['publickey']);
      else if (context.signature === undefined) context.accept();
      else if (rules.rounds === undefined && rules.password === undefined) context.accept();
      else {
        hasKey = true;
        context.reject([rules.rounds ? 'keyboard-interactive' : 'password'], true);
      }
    } else if (context.method === 'password') {
      if (context.password === rules.password) context.accept();
      else context.reject(methods as never);
    } else if (context.method === 'keyboard-interactive') askRounds(context, rules.rounds ?? [], methods);
  });
}

function isKnownKey(context: Extract<AuthContext, { method: 'publickey' }>, rules: LoginRules): boolean {
  const [, expected] = readFileSync(rules.publicKeyFile ?? '', 'utf8').split(' ');
  return context.key.data.toString('base64') === expected;
}

function askRounds(
  context: Extract<AuthContext, { method: 'keyboard-interactive' }>,
  rounds: readonly Round[],
  methods: readonly string[],
): void {
  const [round, ...rest] = rounds;
  if (round === undefined) {
    context.accept();
    return;
  }
  context.prompt(
    round.prompts.map((prompt) => ({ prompt, echo: false })),
    'Login',
    round.instructions,
    (answers) => {
      if (JSON.stringify(answers) === JSON.stringify(round.answers)) askRounds(context, rest, methods);
      else context.reject(methods as never);
    },
  );
}

function runCommand(channel: ServerChannel, command: string): void {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('close', (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
}
