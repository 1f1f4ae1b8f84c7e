/** Waiting that comes to an end. */

/** What a promise brings within `ms` milliseconds, otherwise undefined; a failure within that time is thrown. */
export function waitPatiently<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  // When it fails after all, somebody else has answered already.
  promise.catch(() => undefined);
  return Promise.race([
    promise,
    new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), ms);
    }),
  ]);
}
