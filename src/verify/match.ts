// Is a certificate about this program? The program's own statements are made again, without a search, and compared by their digests.
import { digestOf } from "../certificate/digest.ts";
import type { Warrant } from "../certificate/draft.ts";
import { problemJson } from "../certificate/problem.ts";
import type { Asked, Certificate, Instance, Parameters } from "../certificate/statement.ts";
import { statementDigest } from "../certificate/write.ts";
import { type Goal, meets, type Rational } from "../kernel/index.ts";
import { findsIn, instances, quantified, Subjects } from "../language/elaborate/claim.ts";
import { constrained, elaborateFind, elaborateImpossible } from "../language/elaborate/find.ts";
import type { Elaborated } from "../language/elaborate/pipeline.ts";
import { type Pulse, still } from "../language/elaborate/pulse.ts";
import { Fault } from "../language/evaluate.ts";
import type { Loaded } from "../language/program.ts";
import type * as S from "../language/syntax.ts";
import { scheduleOf } from "../schedule/by-start.ts";
import { type Options, verifyProgram } from "./verify.ts";
import { askedOf, falseWarrant, holdsWarrant, type Placed, parametersOf } from "./warrant.ts";

/** What one program says, as statements. */
export class Statements {
  readonly #loaded: Loaded;
  readonly #options: Options;
  /** Titles by digest, of what takes no search. */
  #judged: Promise<Map<string, string[]>> | null = null;
  constructor(loaded: Loaded, options: Options) {
    this.#loaded = loaded;
    this.#options = options;
  }

  /** Titles of what is the same statement as a certificate's. */
  async same(certificate: Certificate): Promise<readonly string[]> {
    const wanted = statementDigest(certificate);
    switch (certificate.kind) {
      case "best":
      case "impossible":
      case "possible":
        return candidates(this.#loaded, certificate).flatMap(([title, made]) => (statementDigest(made) === wanted ? [title] : []));
      // A size at which something fails may be found by a solver only: it is looked at, not looked for.
      case "false":
        return [
          ...((await this.#judge(certificate.instance.parameters)).get(wanted) ?? []),
          ...ofFound(this.#loaded, [certificate.instance], (title, [placed]) => falseWarrant(title, placed), wanted),
        ];
      case "holds":
        this.#judged ??= this.#judge([]);
        return [
          ...((await this.#judged).get(wanted) ?? []),
          ...ofFound(this.#loaded, certificate.instances, (title, placed) => holdsWarrant(title, () => placed), wanted),
        ];
      case "invalid":
        return (await this.#judge(certificate.parameters)).get(wanted) ?? [];
      default:
        this.#judged ??= this.#judge([]);
        return (await this.#judged).get(wanted) ?? [];
    }
  }

  async #judge(parameters: Parameters): Promise<Map<string, string[]>> {
    const { claims } = await verifyProgram(this.#loaded, { ...this.#options, parameters: new Map(parameters), search: false });
    const found = new Map<string, string[]>();
    for (const { warrants, counterexample } of claims) {
      for (const warrant of warrants ?? (counterexample?.warrant === undefined ? [] : [counterexample.warrant])) {
        const draft = warrant();
        if (!("certificate" in draft)) continue;
        const digest = statementDigest(draft.certificate);
        found.set(digest, [...(found.get(digest) ?? []), draft.certificate.title]);
      }
    }
    return found;
  }
}

/**
 * Titles of claims about what finds have found that are this statement. It speaks of schedules by their start times: each is put in the place of a
 * find that asks for the same problem, if it keeps what the find asks for. That no other is better is not said there.
 */
function ofFound(
  { program }: Loaded,
  stated: readonly Instance[],
  make: (title: string, placed: readonly Placed[]) => Warrant,
  wanted: string,
): string[] {
  return program.claims.flatMap((claim) => {
    const names = findsIn(program, claim);
    const { body, title } = claim;
    if (names.length === 0 || program.broken.has(claim) || body.kind === "impossible") return [];
    const made = withoutFault(() => {
      const subjects = new Subjects(program);
      for (const name of names) if (!putInPlace(subjects, program, name, stated)) return null;
      const values = stated.map(({ parameters }) => new Map(parameters));
      const placed = values.map((one): Placed => ({ instance: subjects.instance(body, one), values: one }));
      const all = quantified(claim);
      const isWhole = all.finite && [...instances(all, 1)].filter((one) => one !== null).length === stated.length;
      const draft = make(title, placed)();
      return "certificate" in draft && (isWhole || draft.certificate.kind === "false") ? draft.certificate : null;
    });
    if (made === null || statementDigest(made) !== wanted) return [];
    return [`${title} (of a schedule that keeps what ${names.join(", ")} asks for; that none is better is for a certificate of its own)`];
  });
}

/** A schedule of the statement in the place of what the find would find: of the same problem, and as it asks for. */
function putInPlace(subjects: Subjects, program: Loaded["program"], name: string, stated: readonly Instance[]): boolean {
  const find = program.finds.get(name);
  if (find === undefined || program.broken.has(find) || find.block) return false;
  const sought = elaborateFind(program, find);
  const goal = constrained(sought);
  const { problem } = sought.elaborated;
  const own = digestOf(problemJson(askedOf({ ...goal, problem }, sought.elaborated).named));
  for (const subject of stated.flatMap((one) => one.subjects)) {
    if (subject.kind !== "schedule" || digestOf(problemJson(subject.named)) !== own) continue;
    const schedule = scheduleOf(problem, subject.starts);
    if (meets(goal, schedule).kind !== "met") continue;
    subjects.found(find, sought.elaborated, schedule);
    return true;
  }
  return false;
}

/** What the program's finds and impossibles would be as a certificate of this kind, with this one's values. */
function candidates(
  loaded: Loaded,
  certificate: Extract<Certificate, { kind: "best" | "impossible" | "possible" }>,
): [string, Certificate][] {
  const found = findsOf(loaded);
  const impossible = impossiblesOf(loaded);
  const asked = ({ goal, elaborated }: Sought): Asked => askedOf(goal, elaborated);
  switch (certificate.kind) {
    case "best":
      return found.map(([title, one]) => [title, { ...certificate, goal: asked(one) }]);
    case "impossible":
      return [
        ...impossible.map(([title, all]): [string, Certificate] => [
          title,
          { ...certificate, instances: all.map((one) => ({ parameters: parametersOf(one.values), goal: asked(one) })) },
        ]),
        ...found.map(([title, one]): [string, Certificate] => [
          `${title}: nothing meets it`,
          { ...certificate, instances: [{ parameters: [], goal: asked(one) }] },
        ]),
      ];
    case "possible":
      return impossible.flatMap(([title, all]) =>
        all.map((one): [string, Certificate] => [
          `${title}: refuted`,
          { ...certificate, parameters: parametersOf(one.values), goal: asked(one) },
        ]),
      );
  }
}

interface Sought {
  readonly values: ReadonlyMap<string, Rational>;
  readonly goal: Goal;
  readonly elaborated: Elaborated;
}

function findsOf({ program }: Loaded, pulse: Pulse = still): [string, Sought][] {
  return [...program.finds.values()].flatMap((find): [string, Sought][] => {
    if (program.broken.has(find) || find.block) return [];
    const sought = withoutFault(() => elaborateFind(program, find, pulse));
    return sought === null ? [] : [[find.name.text, { values: new Map(), goal: constrained(sought), elaborated: sought.elaborated }]];
  });
}

/** For each `impossible` over a range all of its goals. */
function impossiblesOf({ program }: Loaded, pulse: Pulse = still): [string, Sought[]][] {
  return program.claims.flatMap((claim): [string, Sought[]][] => {
    const { body, title } = claim;
    const given = quantified(claim);
    if (program.broken.has(claim) || body.kind !== "impossible" || !given.finite) return [];
    const all = withoutFault(() => [...instances(given, 1)].flatMap((values) => (values === null ? [] : [goalAt(body, values)])));
    return all === null ? [] : [[title, all]];
  });
  function goalAt(body: S.Impossible, values: ReadonlyMap<string, Rational>): Sought {
    const sought = elaborateImpossible(program, body, values, pulse);
    return { values, goal: constrained(sought), elaborated: sought.elaborated };
  }
}

function withoutFault<Made>(make: () => Made): Made | null {
  try {
    return make();
  } catch (signal) {
    if (signal instanceof Fault) return null;
    throw signal;
  }
}
