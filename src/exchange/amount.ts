// Numbers as pictures write them: exact where they are short, else rounded for the eye.

/** Ticks in units of time, or parts in units of memory. */
export function amount(ticks: number, perUnit: number): string {
  if (ticks % perUnit === 0) return short(ticks / perUnit);
  let [a, b] = [ticks, perUnit];
  while (b !== 0) [a, b] = [b, a % b];
  const [num, den] = [ticks / a, perUnit / a];
  return den <= 12 && Math.abs(num) < 1000 ? `${num}/${den}` : short(ticks / perUnit);
}

/** 1234, 0.125, 2.5e9. */
export function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return `${value}`;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return value.toExponential(3).replace(/\.?0+e\+?/, "e");
  return `${Number(value.toPrecision(6))}`;
}

/** Round values from..to, at most `most` of them: 0, 20, 40, ... */
export function roundSteps(from: number, to: number, most: number): number[] {
  const least = (to - from) / Math.max(1, most);
  if (!(least > 0) || !Number.isFinite(least)) return [from];
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= least * (1 - 1e-9)) ?? 10 * power;
  const steps: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to * (1 + 1e-12); k++) steps.push(Number((k * step).toPrecision(12)));
  return steps;
}
