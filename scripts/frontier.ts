// The memory frontier: for each placement, size and cap the least makespan, with its proof. `npm run frontier` solves what
// `proofs/optimal/frontier.json` does not have proved (`--fresh`: everything) and writes files, tables and picture;
// `-- --check` solves everything again and compares. `--limit S` is the time for each point.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { publishedBlocks } from "./frontier/blocks.ts";
import { drawFrontier } from "./frontier/picture.ts";
import {
  fileOf,
  frontierJson,
  instances,
  instancesOf,
  type Point,
  placements,
  readFrontier,
  same,
  sizes,
  solvePoint,
} from "./frontier/points.ts";
import { orderOf, ordersIn, programOf } from "./frontier/program.ts";
import { tablesOf, withTables } from "./frontier/tables.ts";

const { values } = parseArgs({
  options: { check: { type: "boolean" }, fresh: { type: "boolean" }, limit: { type: "string", default: "120" } },
});
const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(at(path), "utf8");
const optimal = (file: string): string => `proofs/optimal/${file}`;
const write = (path: string, text: string): void => {
  if (!existsSync(at(path)) || read(path) !== text) writeFileSync(at(path), text);
};
const say = (text: string): void => void process.stderr.write(text);
const solved = async (instance: (typeof instances)[number]) => {
  const { placement, devices, cap } = instance;
  const began = Date.now();
  say(`${placement.padEnd(8)} p = ${devices}  cap ${cap.padEnd(4)} `);
  const answer = await solvePoint(instance, { timeout: Number(values.limit) * 1000 });
  const { makespan, bound, proved } = answer.point;
  say(`${makespan ?? "-"} ${proved ? "proved" : `>= ${bound}`}  ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return answer;
};

const file = optimal("frontier.json");
const known = existsSync(at(file)) ? readFrontier(read(file)) : [];
if (values.check) {
  let differing = 0;
  for (const point of known) {
    const { makespan, bound, proved } = (await solved(point)).point;
    if (makespan === point.makespan && bound === point.bound && proved === point.proved) continue;
    differing++;
    process.stdout.write(
      `${fileOf(point)}, cap ${point.cap}: recorded ${point.makespan} >= ${point.bound}, found ${makespan} >= ${bound}\n`,
    );
  }
  process.stdout.write(`${known.length} points solved again, ${differing} differ\n`);
  process.exitCode = differing === 0 && known.length === instances.length ? 0 : 1;
} else {
  const points: Point[] = [];
  for (const placement of placements)
    for (const p of sizes) {
      const program = optimal(fileOf({ placement, devices: p }));
      const before =
        values.fresh || !existsSync(at(program)) ? [] : known.filter((one) => one.placement === placement && one.devices === p);
      const orders = new Map(before.length === 0 ? [] : ordersIn(program, read(program), before));
      const own: Point[] = [];
      for (const instance of instancesOf(placement, p)) {
        const kept = before.find((one) => one.proved && orders.has(one.cap) && same(one, instance));
        if (kept !== undefined) own.push(kept);
        else {
          const { point, sighting } = await solved(instance);
          const order = orderOf(sighting);
          if (order !== null) orders.set(point.cap, order);
          own.push(point);
        }
      }
      points.push(...own);
      write(program, programOf(own, orders));
      const rest = known.filter((one) => !points.some((point) => same(one, point)));
      write(file, frontierJson(instances.flatMap((instance) => [...points, ...rest].find((one) => same(one, instance)) ?? [])));
    }
  const blocks = await publishedBlocks();
  write(optimal("README.md"), withTables(read(optimal("README.md")), tablesOf(points, blocks)));
  write("docs/frontier.svg", drawFrontier(points, blocks));
}
