// An order as text, as short as its repetitions allow: `F^2 (F B)^3`, and at its end `(B F)*`, where names that have run out are dropped.

/** Longest stretch that is looked at as the one that repeats, and at the end as the one that goes on. */
const [longestRepeated, longestStar] = [2000, 64];

/** What repeats is written once. Cost: the words times the longest stretch at worst. */
export function folded(words: readonly string[]): string {
  const parts: string[] = [];
  for (let at = 0; at < words.length; ) {
    let [length, times] = [1, 1];
    for (let long = 1; at + 2 * long <= words.length && long <= longestRepeated; long++) {
      if (words[at] !== words[at + long]) continue;
      let same = 0;
      while (at + long + same < words.length && words[at + same] === words[at + long + same]) same++;
      const saved = Math.floor(same / long);
      if (saved * long > (times - 1) * length) [length, times] = [long, saved + 1];
    }
    const word = length === 1 ? words[at] : `(${folded(words.slice(at, at + length))})`;
    parts.push(times === 1 ? word : `${word}^${times}`);
    at += length * times;
  }
  return parts.join(" ");
}

/**
 * The same for an order that ends with the last of each word. Its end is written with a star where that is shorter: a stretch that is taken
 * again and again, in which words that have run out are left out, until nothing is left.
 */
export function foldedToEnd(words: readonly string[]): string {
  const plain = folded(words);
  let best = plain;
  for (let long = 1; long <= Math.min(longestStar, words.length); long++) {
    const from = starFrom(words, long);
    if (from === null) continue;
    const unit = words.slice(from, from + long);
    const star = `${long === 1 ? unit[0] : `(${folded(unit)})`}*`;
    const text = from === 0 ? star : `${folded(words.slice(0, from))} ${star}`;
    if (text.length < best.length) best = text;
  }
  return best;
}

/** The least place from which on a stretch of this length goes on to the end; null if that saves nothing. */
function starFrom(words: readonly string[], long: number): number | null {
  // Only words of the stretch may be left from there on, so it begins no earlier than the last `long` different ones.
  const last = new Map<string, number>();
  words.forEach((word, at) => {
    last.set(word, at);
  });
  let first = words.length;
  for (const seen = new Set<string>(); first > 0; first--) {
    seen.add(words[first - 1]);
    if (seen.size > long) break;
  }
  for (let from = first, tries = 0; from + 2 * long <= words.length && tries < 4 * long + 64; from++, tries++)
    if (goesOn(words, from, long, last)) return from;
  return null;
}

function goesOn(words: readonly string[], from: number, long: number, last: ReadonlyMap<string, number>): boolean {
  for (let at = from; at < words.length; ) {
    const before = at;
    for (let i = from; i < from + long; i++) {
      const word = words[i];
      if (at < words.length && words[at] === word) at++;
      else if ((last.get(word) ?? -1) >= at) return false; // it would be taken here
    }
    if (at === before) return false;
  }
  return true;
}
