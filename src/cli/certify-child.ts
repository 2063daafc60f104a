// The process in which `certify` judges: certificates that it is told of, one at a time. It is killed when it takes too long, and what ends it
// (a heap that is full) ends nothing else.
import type { Certified } from "../report/certified.ts";
import { type CertifyTask, certified } from "./certify-one.ts";

export type CertifyReply =
  | { readonly kind: "certified"; readonly certified: Certified }
  /** What the user asked for cannot be done. */
  | { readonly kind: "usage"; readonly message: string }
  | { readonly kind: "bug"; readonly error: unknown };

async function reply(task: CertifyTask): Promise<CertifyReply> {
  try {
    const one = await certified(task);
    return typeof one === "string" ? { kind: "usage", message: one } : { kind: "certified", certified: one };
  } catch (error) {
    return { kind: "bug", error };
  }
}

process.on("message", async (task: CertifyTask) => process.send?.(await reply(task)));
process.on("SIGINT", () => undefined); // Ctrl-C is for the one who asks: it kills this one
process.on("disconnect", () => process.exit());
