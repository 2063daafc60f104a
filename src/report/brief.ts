// What a program calls things, and numbers with many digits, are quoted in messages: words without end are cut in the middle, and what a
// terminal would obey rather than show is replaced.

/** Characters that move the cursor, change colours, or turn the direction of writing. Line breaks stay. */
const unseen = /(?!\n)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with each such character replaced by a visible one of the same width. */
export const visible = (text: string): string => text.replace(unseen, "\ufffd");

/** The text with each long word cut. */
export const brief = (text: string): string => visible(text.replace(/[^\s`]{81,}/g, (word) => `${word.slice(0, 40)}...${word.slice(-20)}`));
