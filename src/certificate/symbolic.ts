// Building blocks for all sizes as JSON, and back. Each term may speak only of the names that stand in its scope: docs/certificate.md.
import {
  deviceName,
  type Family,
  type Pass,
  type SymbolicBlock,
  type SymbolicHold,
  type SymbolicIndex,
  type SymbolicSubject,
  type Term,
} from "../kernel/index.ts";
import { exact, exactJson, fields, kindOf, limited, list, refuse, text, whole } from "./decode.ts";
import { readTerm, termJson } from "./formula.ts";
import type { Json } from "./json.ts";
import { limits } from "./limits.ts";

export function symbolicJson({ block, microbatches, pipelineOnly }: SymbolicSubject): Json {
  return {
    block: blockJson(block),
    kind: pipelineOnly ? "pipeline" : "block",
    microbatches: microbatches && termJson(microbatches),
  };
}

function blockJson({ always, cap, devices, families, group, holds, interval }: SymbolicBlock): Json {
  const indices = (list: readonly SymbolicIndex[]): Json => list.map(({ name, low, high }) => [name, termJson(low), termJson(high)]);
  const passJson = (of: Pass): Json[] => [of.family, of.indices.map(termJson)];
  return {
    always: termJson(always),
    cap: cap && termJson(cap),
    devices: termJson(devices),
    families: families.map((family) => ({
      device: termJson(family.device),
      duration: termJson(family.duration),
      indices: indices(family.indices),
      needs: family.needs.map((need) => [...passJson(need), need.any]),
      stage: family.stage,
      start: termJson(family.start),
      stream: family.stream,
    })),
    group: group && termJson(group),
    holds: holds.map((hold) => ({
      amount: termJson(hold.amount),
      device: termJson(hold.device),
      from: passJson(hold.from),
      indices: indices(hold.indices),
      to: passJson(hold.to),
    })),
    interval: interval === null ? null : exactJson({ num: interval, den: 1n }),
  };
}

/** Variables of a statement: different names without a dot. */
export function readVariables(value: Json, where: string): string[] {
  const names = list(value, where).map((one) => text(one, where, limits.name));
  const strange = names.find((name, i) => !/^[^\s.]+$/.test(name) || names.indexOf(name) < i);
  return strange === undefined ? names : refuse(where, `\`${strange}\` is no variable, or stands twice`);
}

/** Subjects whose terms speak of the statement's variables and of names of their own, of which no two are the same. */
export function readSymbolics(value: Json, where: string, variables: readonly string[]): SymbolicSubject[] {
  const reader = new SymbolicReader(variables);
  return list(value, where).map((one, i) => reader.subject(one, `${where}[${i}]`));
}

class SymbolicReader {
  readonly #variables: readonly string[];
  readonly #names = new Set<string>();
  constructor(variables: readonly string[]) {
    this.#variables = variables;
  }

  subject(value: Json, where: string): SymbolicSubject {
    const pipelineOnly = kindOf(value, where, "block", "pipeline") === "pipeline";
    const { block, microbatches } = fields(value, where, "block", "kind", "microbatches");
    return {
      block: this.#block(block, `${where}.block`),
      microbatches: microbatches === null ? null : this.#term(microbatches, `${where}.microbatches`),
      pipelineOnly,
    };
  }

  #term(value: Json, where: string, ...more: readonly string[]): Term {
    return readTerm(value, where, { variables: new Set([...this.#variables, ...more]), subjects: 0 });
  }

  /** A name of the block's own: no variable looks like it, nor a name that the kernel makes. */
  #name(value: Json, where: string): string {
    const name = text(value, where, limits.name);
    if (!/^\d+\.\S+$/.test(name) || this.#names.has(name)) refuse(where, `\`${name}\` is no name of a block, or stands twice`);
    this.#names.add(name);
    return name;
  }

  #indices(value: Json, where: string): SymbolicIndex[] {
    const found: SymbolicIndex[] = [];
    for (const one of list(value, where)) {
      const [name, low, high, ...rest] = list(one, where);
      if (high === undefined || rest.length > 0) refuse(where, "a name and two terms are wanted");
      const known = found.map((index) => index.name);
      found.push({ name: this.#name(name, where), low: this.#term(low, where, ...known), high: this.#term(high, where, ...known) });
    }
    return found;
  }

  #block(value: Json, where: string): SymbolicBlock {
    const given = fields(value, where, "always", "cap", "devices", "families", "group", "holds", "interval");
    const families = list(given.families, `${where}.families`);
    if (families.length > limits.families) limited(`more than ${limits.families} families (limit \`families\`)`);
    const arities = families.map((one, f) => {
      const { indices } = fields(one, `${where}.families[${f}]`, ...familyKeys);
      return list(indices, `${where}.families[${f}].indices`).length;
    });
    return {
      devices: this.#term(given.devices, `${where}.devices`),
      interval: given.interval === null ? null : this.#interval(given.interval, `${where}.interval`),
      group: given.group === null ? null : this.#term(given.group, `${where}.group`),
      families: families.map((one, f) => this.#family(one, `${where}.families[${f}]`, arities)),
      holds: list(given.holds, `${where}.holds`).map((one, h) => this.#hold(one, `${where}.holds[${h}]`, arities)),
      always: this.#term(given.always, `${where}.always`, deviceName),
      cap: given.cap === null ? null : this.#term(given.cap, `${where}.cap`, deviceName),
    };
  }

  #interval(value: Json, where: string): bigint {
    const { num, den } = exact(value, where);
    return den === 1n && num >= 1n ? num : refuse(where, "a whole number of at least 1 is wanted");
  }

  #family(value: Json, where: string, arities: readonly number[]): Family {
    const given = fields(value, where, ...familyKeys);
    const indices = this.#indices(given.indices, `${where}.indices`);
    const own = indices.map((index) => index.name);
    return {
      indices,
      device: this.#term(given.device, `${where}.device`, ...own),
      stream: whole(given.stream, `${where}.stream`, 0, 1000),
      duration: this.#term(given.duration, `${where}.duration`, ...own),
      start: this.#term(given.start, `${where}.start`, ...own),
      needs: list(given.needs, `${where}.needs`).map((one) => this.#need(one, `${where}.needs`, own, arities)),
      stage: whole(given.stage, `${where}.stage`, -1, indices.length - 1),
    };
  }

  #need(value: Json, where: string, own: readonly string[], arities: readonly number[]): Family["needs"][number] {
    const [family, indices, any, ...rest] = list(value, where);
    if (any === undefined || rest.length > 0) refuse(where, "a family, its indices and a list of names are wanted");
    const names = list(any, where).map((one) => this.#name(one, where));
    return { ...this.#pass([family, indices], where, arities, ...own, ...names), any: names };
  }
  #pass(value: Json, where: string, arities: readonly number[], ...names: readonly string[]): Pass {
    const pair = list(value, where);
    if (pair.length !== 2) refuse(where, "a family and its indices are wanted");
    const family = whole(pair[0], where, 0, arities.length - 1);
    const indices = list(pair[1], where).map((one) => this.#term(one, where, ...names));
    return indices.length === arities[family] ? { family, indices } : refuse(where, `the family has ${arities[family]} indices`);
  }

  #hold(value: Json, where: string, arities: readonly number[]): SymbolicHold {
    const given = fields(value, where, "amount", "device", "from", "indices", "to");
    const indices = this.#indices(given.indices, `${where}.indices`);
    const own = indices.map((index) => index.name);
    return {
      indices,
      device: this.#term(given.device, `${where}.device`, ...own),
      amount: this.#term(given.amount, `${where}.amount`, ...own),
      from: this.#pass(given.from, `${where}.from`, arities, ...own),
      to: this.#pass(given.to, `${where}.to`, arities, ...own),
    };
  }
}

const familyKeys = ["device", "duration", "indices", "needs", "stage", "start", "stream"] as const;
