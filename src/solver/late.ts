// The two things that end a wait: a moment that passes, a signal that is given.

/** The longest delay that a timer takes. */
const longest = 2 ** 31 - 1;

/** Calls `act` once, with the reason in words, when the deadline (as `Date.now()` counts) passes or the signal comes; never after the function that it returns was called. */
export function whenLate(deadline: number, signal: AbortSignal | undefined, act: (reason: string) => void): () => void {
  const interrupt = (): void => end("interrupted");
  const cancel = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", interrupt);
  };
  const end = (reason: string): void => {
    cancel();
    act(reason);
  };
  const interrupted = signal?.aborted === true;
  const delay = interrupted ? 0 : Math.min(longest, Math.max(0, deadline - Date.now()));
  const timer = setTimeout(() => end(interrupted ? "interrupted" : "out of time"), delay);
  signal?.addEventListener("abort", interrupt);
  return cancel;
}
