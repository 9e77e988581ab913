/** Ends this process in good order: whoever started it sends a signal, closes the channel between them, or dies. `name` is for errors. */
export function endWith(name: string, close: () => Promise<unknown>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`ending ${name}: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', end);
  // A pipe on stdin that closes is a parent that died; /dev/null and a terminal say nothing about anybody.
  if (!process.stdin.isTTY && process.env['STANDIN_STDIN'] === 'watch') process.stdin.resume().on('end', end);
}
