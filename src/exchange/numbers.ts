// Numbers that come from the command line or from other formats, exactly: `18.522`, `1/3`, `7`.

import { fraction } from "../fraction/index.ts";
import type { Rational } from "../kernel/index.ts";

/** The fraction that a text says, or null. No signs, no exponents. */
export function parseRational(text: string): Rational | null {
  const found = /^(\d{1,30})(?:\.(\d{1,30})|\/(\d{1,30}))?$/.exec(text);
  if (found === null) return null;
  const [, whole, decimals, under] = found;
  if (decimals !== undefined) return fraction.rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
  if (under === undefined) return fraction.rational(BigInt(whole));
  return BigInt(under) === 0n ? null : fraction.rational(BigInt(whole), BigInt(under));
}
