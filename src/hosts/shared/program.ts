/**
 * What is sent to a host for one command.
 *
 * The command line is always the same constant, BOOT. The program proper follows as the first line of stdin, so that neither arguments
 * nor environment show up in the host's process list or in its sshd log, no length limit of a single argument applies, and login shells
 * that do not quote like POSIX (tcsh, fish) never see anything that they could misread. What comes after that line is the command's own stdin.
 */
import { ReprobotError } from '../../errors.ts';
import { encodeForPrintf, quoteArgv, quoteEnv, quotePath, quoteWord } from './quote.ts';

export const BOOT = `exec /bin/sh -c 'IFS= read -r p && eval "$(printf %b "$p")"'`;

/** What BOOT_WITH_MARK prints before it reads its program. */
export const BOOT_MARK = 'reprobot-boot';

/** BOOT for transports that cannot tell whether a session was opened until it says something. */
export const BOOT_WITH_MARK = `exec /bin/sh -c 'echo ${BOOT_MARK}; IFS= read -r p && eval "$(printf %b "$p")"'`;

export type Payload =
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  /** Runs in the booting shell itself: no further process, no limit on the arguments' length, stdin free. */
  | { readonly kind: 'script'; readonly source: string; readonly args: readonly string[] };

export interface ProgramParts {
  readonly payload: Payload;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Printed on both streams before the payload starts; separates it from banners of the login. */
  readonly nonce: string;
  /** Print the exit status as the last line of stderr, for transports that do not carry it faithfully. */
  readonly reportStatus: boolean;
}

/** The line that goes first on stdin. */
export function buildProgram(parts: ProgramParts): string {
  const enter =
    parts.cwd === undefined ? '' : `cd -- ${quotePath(parts.cwd)} 2>/dev/null || { printf '\\n%s nocwd\\n' ${parts.nonce}; exit 126; }\n`;
  const program = [
    'unset p\n',
    WATCHDOG,
    enter,
    parts.env === undefined ? '' : quoteEnv(parts.env),
    `printf '\\n%s %s\\n' ${parts.nonce} "$$"\n`,
    `printf '\\n%s\\n' ${parts.nonce} >&2\n`,
    parts.reportStatus ? withStatus(parts) : `${payloadText(parts.payload)}\n`,
  ].join('');
  return `${encodeForPrintf(program)}\n`;
}

/** Ends the process group of `pid`: TERM, then KILL for what is left after two seconds. Exits when nothing is left. */
export const KILL_SCRIPT = `
signal_all() { kill -s "$1" -- "-$2" 2>/dev/null; }
group=$1
signal_all 0 "$group" || group=$(ps -o pgid= -p "$1" 2>/dev/null | tr -d ' ')
[ -n "$group" ] || exit 0
signal_all TERM "$group"
left=20
while [ "$left" -gt 0 ]; do
  signal_all 0 "$group" || exit 0
  sleep 0.1 2>/dev/null || { sleep 1; left=$((left - 9)); }
  left=$((left - 1))
done
signal_all KILL "$group"
`;

// A dropped connection tells the remote processes nothing. This looks every two seconds whether the process that started us (sshd, or
// the bot itself) still lives, and ends the group when it does not. It is nobody's child and holds none of the streams.
const WATCHDOG = `if kill -s 0 "$PPID" 2>/dev/null; then
( ( while kill -s 0 "$$"; do
sleep 2
kill -s 0 "$PPID" || { kill -s 0 "$$" && { trap '' TERM; kill -s TERM -- "-$$"; sleep 2; kill -s KILL -- "-$$"; }; exit; }
done ) </dev/null >/dev/null 2>&1 & )
fi
`;

function withStatus(parts: ProgramParts): string {
  // The trap keeps this shell alive through a TERM to the group, so that the status is still reported; `( … )` resets it for the payload.
  return [
    // Its own stderr goes nowhere, because shells remark there on how a command was killed.
    'trap : TERM HUP INT\n',
    'exec 3>&2 2>/dev/null\n',
    `( exec 2>&3 3>&-\n${payloadText(parts.payload)}\n)\n`,
    's=$?\n',
    `printf '\\n%s end %s\\n' ${parts.nonce} "$s" >&3\n`,
    'exit 0\n',
  ].join('');
}

function payloadText(payload: Payload): string {
  if (payload.kind === 'script') return `set -- ${quoteArgv(payload.args)}\neval ${quoteWord(payload.source)}`;
  const [program] = payload.argv;
  if (program === undefined || program === '' || program.startsWith('-')) {
    throw new ReprobotError({
      code: 'usage.bad-input',
      doing: 'running a command',
      why: `${JSON.stringify(program ?? '')} is not the name of a program`,
    });
  }
  return `exec ${quoteArgv(payload.argv)}`;
}
