// The greatest of many numbers. `Math.max(...list)` runs out of stack where a list is long.

export const greatest = (values: readonly number[], atLeast: number): number => values.reduce((a, b) => Math.max(a, b), atLeast);
