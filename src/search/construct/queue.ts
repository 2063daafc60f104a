// A queue of events by time: a binary heap on typed arrays. Of events at one time, the one with the least code comes first.

export interface Queue {
  readonly size: number;
  push(time: number, code: number): void;
  /** Time and code of the first event; `pop` takes it away. */
  time(): number;
  pop(): number;
}

export function queue(): Queue {
  let times = new Float64Array(1024);
  let codes = new Int32Array(1024);
  let size = 0;
  const before = (time: number, code: number, at: number): boolean => time < times[at] || (time === times[at] && code < codes[at]);
  return {
    get size() {
      return size;
    },
    time: () => times[0],
    push(time, code) {
      if (size === times.length) {
        const [wider, longer] = [new Float64Array(2 * size), new Int32Array(2 * size)];
        wider.set(times);
        longer.set(codes);
        [times, codes] = [wider, longer];
      }
      let at = size++;
      while (at > 0) {
        const up = (at - 1) >> 1;
        if (!before(time, code, up)) break;
        times[at] = times[up];
        codes[at] = codes[up];
        at = up;
      }
      times[at] = time;
      codes[at] = code;
    },
    pop() {
      const first = codes[0];
      size--;
      const [time, code] = [times[size], codes[size]];
      let at = 0;
      for (let down = 1; down < size; down = 2 * at + 1) {
        if (down + 1 < size && before(times[down + 1], codes[down + 1], down)) down++;
        if (before(time, code, down)) break;
        times[at] = times[down];
        codes[at] = codes[down];
        at = down;
      }
      times[at] = time;
      codes[at] = code;
      return first;
    },
  };
}
