// Peers side by side. `npx tsx bench/peers/compare.ts --check`: on small instances, where they must agree. Without: the ten instances,
// a table in Markdown. Options: --seconds N (120), --peers a,b (all), --only TEXT (instances whose name has it), --json FILE (append).
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Instance, instances, smallInstances } from "../instances.ts";
import { available, disbelief, type PeerAnswer, peers, runPeer } from "./peers.ts";

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    seconds: { type: "string", default: "120" },
    peers: { type: "string", default: peers.map((peer) => peer.name).join(",") },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const limit = Number(values.seconds);
const there = available();
if (!there.ok) {
  console.error(there.why);
  process.exit(2);
}
const wanted = values.peers.split(",");
const chosen = peers.filter((peer) => wanted.includes(peer.name));
const rows = (values.check ? smallInstances : instances).filter((instance) => instance.name.includes(values.only));
console.error(
  `${Object.entries(there.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}; limit ${limit} s, 2 threads`,
);

const cell = ({ status, best, bound, seconds, secondsToBest, error }: PeerAnswer): string => {
  if (status === "optimal") return `${best} in ${seconds.toFixed(1)} s`;
  if (status === "feasible") return `${bound}..${best} (best at ${secondsToBest?.toFixed(0)} s)`;
  if (status === "bound") return `at least ${bound}`;
  return error ?? "nothing";
};

let wrong = 0;
const complain = (text: string): void => {
  wrong++;
  console.error(text);
};

async function compare(instance: Instance): Promise<void> {
  const cells: string[] = [];
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (const peer of chosen) {
    const answer = await runPeer(peer, instance.peer, { seconds: limit });
    const doubt = disbelief(instance.problem, instance.objective, answer);
    if (doubt !== null) complain(`${instance.name}: ${peer.name}: ${doubt}`);
    if (values.check && answer.status !== "optimal") console.error(`${instance.name}: ${peer.name} did not finish: ${cell(answer)}`);
    low = Math.max(low, answer.bound ?? 0);
    high = Math.min(high, answer.best ?? high);
    if (low > high) complain(`${instance.name}: a peer says at least ${low}, a peer has ${high}`);
    if (answer.error !== undefined) console.error(`${instance.name}: ${peer.name}: ${answer.error}`);
    if (values.json !== undefined) {
      const { start, ...kept } = answer;
      appendFileSync(values.json, `${JSON.stringify({ instance: instance.name, peer: peer.name, limit, ...kept })}\n`);
    }
    cells.push(cell(answer));
  }
  console.log(`| ${[`${instance.title}${instance.objective === "span" ? ", span" : ""}`, ...cells].join(" | ")} |`);
}

console.log(`| instance | ${chosen.map((peer) => peer.title).join(" | ")} |`);
console.log(`|---|${chosen.map(() => "---").join("|")}|`);
for (const instance of rows) await compare(instance);
if (wrong > 0) process.exit(1);
if (values.check) console.error("the peers agree");
