// What the language cannot say. Internal: `pipelineText` turns it into a complaint.
import type { Complaint } from "../format.ts";

export class Unsayable {
  readonly complaint: Complaint;
  constructor(code: string, message: string) {
    this.complaint = { code: `pipe-${code}`, message };
  }
}
export const unsayable = (code: string, message: string): never => {
  throw new Unsayable(code, message);
};
