// The format `json`: a problem and a schedule of it, whole and exact, in JSON of our own (docs/exchange.md).
import { isClean } from "../../certificate/json.ts";
import { done, type Exchanged, type Format, type Outcome, type Output, refused } from "../format.ts";
import { readSchedule } from "./read.ts";
import { scheduleJson } from "./write.ts";

export const json: Format = {
  name: "json",
  about: "Bubbleproof's own: the problem and the schedule, whole and exact",
  endings: [".json"],
  read: readSchedule,
  write,
};

function write(exchanged: Exchanged): Outcome<readonly Output[]> {
  const strange = [exchanged.title, ...exchanged.streams, ...exchanged.nodes.map(({ label }) => label)].find((name) => !isClean(name));
  if (strange !== undefined)
    return refused({
      code: "json-names",
      message: "A name has control characters in it; our JSON has none.",
      place: { line: 1, text: strange },
    });
  return done([{ suffix: "", chunks: scheduleJson(exchanged) }]);
}
