// Bytes that nobody would write, made from bytes that somebody did: cut, doubled, changed, mixed with others, a number for another.
import type { random } from "../../test/oracle/oracle.ts";

type Dice = ReturnType<typeof random>;
/** Bytes, and others of their sort to be mixed with. */
type Damage = (bytes: Buffer, others: readonly Uint8Array[], dice: Dice) => Buffer;

/** One to four damages, one after the other. */
export function damaged(bytes: Uint8Array, others: readonly Uint8Array[], dice: Dice): Buffer {
  let made = Buffer.from(bytes);
  for (let n = 1 + dice.below(4); n > 0; n--) made = Buffer.from(dice.pick(damages)(made, others, dice));
  return made;
}

/** What a reader of JSON may stumble over. */
const words = ['"', "\\", "{", "}", "[", "]", ",", ":", "-", "0", "9007199254740993", "1e9", "null", "true", '"kind"', "\n", "\u0000"];
const repeated = [...words, "[[[[[[[[", '{"a":'];
const numbers = ["0", "1", "2", "7", "4294967296", "9007199254740991"];

const damages: readonly Damage[] = [
  function without(bytes, _, dice) {
    const [from, to] = somewhere(bytes, dice);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function twice(bytes, _, dice) {
    const [from, to] = somewhere(bytes, dice);
    const at = dice.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at)]);
  },
  function otherByte(bytes, _, dice) {
    if (bytes.length > 0) bytes[dice.below(bytes.length)] = dice.below(256);
    return bytes;
  },
  function word(bytes, _, dice) {
    return inserted(bytes, dice.pick(words), dice);
  },
  function manyTimesAWord(bytes, _, dice) {
    return inserted(bytes, dice.pick(repeated).repeat(1 + dice.below(400)), dice);
  },
  function endOfAnother(bytes, others, dice) {
    const [other, at] = [dice.pick(others), dice.below(bytes.length + 1)];
    return Buffer.concat([bytes.subarray(0, at), other.subarray(Math.min(at, other.length))]);
  },
  function otherNumber(bytes, _, dice) {
    // The bytes stay canonical, so it comes further.
    const text = bytes.toString("latin1");
    const found = [...text.matchAll(/\d+/g)];
    if (found.length === 0) return bytes;
    const one = dice.pick(found);
    const value = dice.pick([...numbers, dice.pick(found)[0]]);
    return Buffer.from(text.slice(0, one.index) + value + text.slice(one.index + one[0].length), "latin1");
  },
];

/** At most 200 bytes of them. */
function somewhere(bytes: Buffer, { below }: Dice): [from: number, to: number] {
  const from = below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + below(200))];
}
function inserted(bytes: Buffer, text: string, { below }: Dice): Buffer {
  const at = below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);
}
