// One line on standard error that says what is being looked at, once the work has taken more than a second.
const patience = 1000;

export class Progress {
  readonly #began = Date.now();
  #shown = 0;
  #open = false;

  at(what: string): void {
    const now = Date.now();
    if (now - this.#began < patience) return;
    const elapsed = `${Math.floor((now - this.#began) / 1000)} s`;
    if (process.stderr.isTTY) {
      const line = `${elapsed}  ${what}`.slice(0, Math.max(20, process.stderr.columns - 1));
      process.stderr.write(`\r\x1b[K${line}`);
      this.#open = true;
    } else if (now - this.#shown >= 5 * patience) {
      this.#shown = now;
      process.stderr.write(`${elapsed}  ${what}\n`);
    }
  }

  end(): void {
    if (this.#open) process.stderr.write("\r\x1b[K");
    this.#open = false;
  }
}
