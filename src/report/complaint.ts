// What a format complains about, as text: what, where, and the way out.
import pc from "picocolors";
import type { Complaint } from "../convert.ts";

export function complaintText({ code, message, place, help, remark }: Complaint, path: string, color: boolean): string {
  const c = pc.createColors(color);
  const word = remark === true ? c.yellow(`remark[${code}]`) : c.red(`error[${code}]`);
  const cell = place?.cell === undefined ? "" : `, cell ${place.cell}`;
  const text = place?.text === undefined || place.text === "" ? "" : `: ${shortened(place.text)}`;
  const where = place === undefined ? "" : `, ${place.words ?? `row ${place.line}${cell}`}${text}`;
  const lines = [`${word} ${message}`, `  --> ${path}${where}`];
  if (help !== undefined) lines.push(`  help: ${help}`);
  return `${lines.join("\n")}\n`;
}

const shortened = (text: string): string => {
  const shown = text.replaceAll(/\p{Cc}/gu, "\ufffd");
  return shown.length <= 60 ? shown : `${shown.slice(0, 59)}…`;
};
