/** How a process of the product ends: on a signal, or when the launcher that started it is gone, even by a kill. */

const LIMIT_MS = 8_000;

/**
 * Ends this process after `onExit` has closed what is open: on SIGTERM, SIGINT, and when the launcher disappears.
 * A close that takes longer than 8 s is cut off. Call it once, from the entry point.
 */
export function exitWithParent(onExit: () => Promise<void> | void): void {
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), LIMIT_MS).unref();
    try {
      await onExit();
      process.exit(code);
    } catch {
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(0));
  if (process.connected === false) void end(0); // It disappeared before we got here.
  if (process.channel) {
    process.on('disconnect', () => void end(0));
    process.channel.unref();
  }
}
