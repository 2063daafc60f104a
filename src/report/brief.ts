// What a program calls things, and numbers with many digits, are quoted in messages: words without end are cut in the middle.

/** The text with each long word cut. */
export const brief = (text: string): string => text.replace(/[^\s`]{81,}/g, (word) => `${word.slice(0, 40)}...${word.slice(-20)}`);
