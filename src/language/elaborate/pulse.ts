// Long loops of elaboration pulse, so that whoever has a clock can end them.

/** Called once a turn; throws `Stopped` when it is time to end. */
export type Pulse = () => void;
export const still: Pulse = () => {};

/** Thrown by a pulse; the claim is then `unknown`, for this reason. */
export class Stopped {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A pulse that looks at the clock now and then: each so many turns. */
export function pulseOf(stop: () => string | null, each = 1024): Pulse {
  let turns = 0;
  return () => {
    const reason = ++turns % each === 0 ? stop() : null;
    if (reason !== null) throw new Stopped(reason);
  };
}
