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

/** A pulse that looks at the clock now and then. */
export function pulseOf(stop: () => string | null): Pulse {
  let turns = 0;
  return () => {
    const reason = ++turns % 1024 === 0 ? stop() : null;
    if (reason !== null) throw new Stopped(reason);
  };
}
