// Numbers and names as they stand in SVG and HTML.

/** At most two decimals, no trailing zeros. */
export const px = (value: number): string => {
  const text = value.toFixed(2);
  return text.endsWith("00") ? text.slice(0, -3) : text.endsWith("0") ? text.slice(0, -1) : text;
};

/** A text that no markup can come out of; characters that XML forbids become U+FFFD. */
export const escaped = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd").replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Width of a text of digits and small letters at a font size, roughly. */
export const widthOf = (text: string, size: number): number => text.length * size * 0.58;
