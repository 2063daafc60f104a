// Why passes in some order, or at some times, are no schedule: in a sentence, with the names that the passes have.
import type { Conflict, Examined } from "../../schedule/index.ts";

type Name = (pass: number) => string;

/** A sentence about what the kernel did not take. */
export function faultWords(examined: Examined, name: Name): string {
  if (examined.kind !== "defect") return "This is not a schedule.";
  const { defect } = examined;
  switch (defect.kind) {
    case "deadlock":
      return `Passes wait for each other in a circle: ${defect.cycle.map(({ pass, needs }) => `${name(pass)} waits for ${name(needs)}`).join("; ")}.`;
    case "conflict":
      return conflictWords(defect.conflict, name);
  }
}

function conflictWords(conflict: Conflict, name: Name): string {
  switch (conflict.kind) {
    case "missing":
      return `${name(conflict.pass)} never runs.`;
    case "twice":
      return `${name(conflict.pass)} runs twice.`;
    case "elsewhere":
      return `${name(conflict.pass)} does not belong on device ${conflict.device}, or not on this stream of it.`;
    case "unplaced":
      return `${name(conflict.pass)} has no start.`;
    case "overlap":
      return `${name(conflict.first)} and ${name(conflict.second)} both run on device ${conflict.device} at tick ${conflict.time}.`;
    case "early":
      return `${name(conflict.pass)} starts at tick ${conflict.time}; what it needs of ${name(conflict.needs)} is there at ${conflict.ready}.`;
    case "hold":
      return `What is held from ${name(conflict.from)} to ${name(conflict.to)} ends before it begins.`;
    case "memory":
      return `Device ${conflict.device} holds ${conflict.held} parts at tick ${conflict.time}; it may hold ${conflict.cap}.`;
  }
}
