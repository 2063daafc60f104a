// The commands and their options. What a command does is in `commands.ts`; here is only what the user may write.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { tool } from "../version.ts";
import type { CertifyFlags } from "./certify.ts";
import type * as commands from "./commands.ts";
import type { ConvertFlags } from "./convert.ts";
import type { ShowFlags } from "./show.ts";

/** Each command loads what it needs when it runs: `certify` neither the language nor a solver. */
const loaded = (): Promise<typeof commands> => import("./commands.ts");

/** Runs one command line. The exit code: 0 good, 1 refuted or vacuous, 2 bad input, 3 unknown, 70 our own bug. */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  const done = async (result: Promise<number>): Promise<void> => {
    code = await result;
  };
  const program = new Command("bubbleproof")
    .description("Proves claims about pipeline-parallel training schedules, or shows the smallest counterexample.")
    .version(tool.version, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(`bubbleproof --help` lists the commands)");

  program
    .command("verify")
    .description("judge every claim, and the validity of every schedule")
    .argument("<path...>", "`.pipe` files or directories")
    .addOption(new Option("--json", "one JSON document on standard output and nothing else"))
    .addOption(new Option("--no-time", "leave `seconds` out of the JSON, so that two runs give the same bytes"))
    .addOption(new Option("--timeout <seconds>", "stop after so long; what was not judged is `unknown`").argParser(seconds))
    .addOption(new Option("--param <name=value...>", "fix a quantified variable, `--param p=8`").argParser(parameter).default(new Map()))
    .addOption(new Option("--seed <n>", "seed of everything that is chosen at random").argParser(whole).default(0))
    .addOption(solverOption())
    .addOption(jobsOption())
    .option("--certify <dir>", "write a certificate of each verdict into this directory")
    .option("--smtlib <dir>", "write what solvers are asked into this directory, as SMT-LIB and as DIMACS")
    .addOption(colorOption())
    .option("--quiet", "print only what is not proved")
    .option("--html <file>", "write a report with pictures, too: one file that needs no network")
    .action((paths: string[], options: commands.VerifyFlags) => done(loaded().then((use) => use.verifyCommand(paths, options))));

  program
    .command("solve")
    .description("run `find`: the best schedule under its constraints, with the bound that proves it")
    .argument("<file>", "a `.pipe` file")
    .argument("[name]", "the find's name (default: all)")
    .addOption(new Option("--json", "one JSON document on standard output and nothing else"))
    .addOption(new Option("--no-time", "leave `seconds` out of the JSON, so that two runs give the same bytes"))
    .addOption(new Option("--timeout <seconds>", "stop after so long, with the best so far").argParser(seconds))
    .addOption(new Option("--param <name=value...>", "fix a quantified variable, `--param p=8`").argParser(parameter).default(new Map()))
    .addOption(new Option("--seed <n>", "seed of everything that is chosen at random").argParser(whole).default(0))
    .addOption(solverOption())
    .addOption(jobsOption())
    .option("--certify <dir>", "write a certificate of each verdict into this directory")
    .option("--smtlib <dir>", "write what solvers are asked into this directory, as SMT-LIB and as DIMACS")
    .option("--out <file>", "write the schedule: a program (.pipe), its starts (.json) or a picture (.svg)")
    .option("--picture", "draw the schedule")
    .addOption(colorOption())
    .option("--quiet", "print only what is not proved")
    .action((file: string, name: string | undefined, options: commands.SolveFlags) =>
      done(loaded().then((use) => use.solveCommand(file, name, options))),
    );

  program
    .command("certify")
    .description("check certificates with the kernel alone: no solver, no program")
    .argument("<path...>", "`.cert.json` files or directories")
    .addOption(new Option("--json", "one JSON document on standard output and nothing else"))
    .addOption(new Option("--timeout <seconds>", "give up on a certificate after so long; it is `unknown`").argParser(seconds))
    .option("--statement <file>", "also check that each certificate is about this `.pipe` file")
    .option("--export-dimacs <file>", "write the clauses of a refutation, for other checkers")
    .option("--export-lrat <file>", "write its proof in the LRAT format")
    .option("--export-drat <file>", "write its proof in the DRAT format")
    .addOption(colorOption())
    .option("--quiet", "print only what is not proved")
    .action((paths: string[], options: CertifyFlags) => done(import("./certify.ts").then((use) => use.certifyCommand(paths, options))));

  program
    .command("catalogue")
    .description("the published schedules of `proofs/`: memory, bubble, what is proved and what would be best")
    .addOption(new Option("--json", "one JSON document on standard output and nothing else"))
    .action((options: { readonly json?: boolean }) => done(import("./catalogue.ts").then((use) => use.catalogueCommand(options))));

  program
    .command("check")
    .description("parse, resolve and type programs, without judging them")
    .argument("<file...>", "`.pipe` files or directories")
    .option("--json", "one JSON document on standard output and nothing else")
    .addOption(colorOption())
    .action((paths: string[], options: commands.CheckFlags) => done(loaded().then((use) => use.checkCommand(paths, options))));

  program
    .command("format")
    .description("rewrite programs in the canonical layout")
    .argument("<file...>", "`.pipe` files or directories")
    .option("--check", "change nothing; fail if a file is not in the canonical layout")
    .addOption(colorOption())
    .action((paths: string[], options: commands.FormatFlags) => done(loaded().then((use) => use.formatCommand(paths, options))));

  program
    .command("show")
    .description("draw a schedule, one row a device: in the terminal, as SVG, or as a trace for Perfetto")
    .argument("<file>", "a `.pipe` file")
    .argument("[schedule]", "the schedule's name")
    .addOption(
      new Option("--param <name=value...>", "the schedule's parameters, `--param p=8` (default 4)").argParser(parameter).default(new Map()),
    )
    .addOption(new Option("-m, --microbatches <n>", "number of microbatches (default 2p)").argParser(positive))
    .option("--profile <name>", "times of a profile of the file instead of slots")
    .option("--compare <schedule...>", "more schedules over the same time axis; `other.pipe:NAME` from another file")
    .addOption(
      new Option("--format <format>", "what to draw (default: by the ending of --out, else terminal)").choices([
        "terminal",
        "text",
        "svg",
        "chrome-trace",
        "trace",
      ]),
    )
    .option("--out <file>", "write to a file instead of standard output")
    .addOption(new Option("--from <time>", "show from this time on").argParser(moment))
    .addOption(new Option("--to <time>", "show up to this time").argParser(moment))
    .addOption(new Option("--width <n>", "columns of the picture in the terminal, pixels of the time axis in an SVG").argParser(positive))
    .option("--plain", "ASCII only")
    .addOption(
      new Option("--theme <theme>", "colours of an SVG; `auto` follows the reader's setting")
        .choices(["auto", "light", "dark"])
        .default("auto"),
    )
    .option("--lifespans", "a bar for each hold of each microbatch (SVG)")
    .option("--memory", "what each device holds, under its row (in the terminal; SVGs show it)")
    .option("--no-memory", "leave it out")
    .addOption(colorOption())
    .action(async (file: string, schedule: string | undefined, options: ShowFlags) => {
      const { showCommand } = await import("./show.ts");
      return done(showCommand(file, schedule, options));
    });

  program
    .command("convert")
    .description("read a schedule in one format and write it in another; without OUT and --to, only verify it")
    .argument("<in>", "a file; of a `.pipe` file one schedule")
    .argument("[out]", "where to write (default: standard output)")
    .option("--from <format>", "format of IN: pipe, json, torch-csv, zb-nodes (default: by its name)")
    .option("--to <format>", "format of OUT: those and megatron-core, svg, chrome-trace (default: by its name)")
    .option("--schedule <name>", "which schedule of a `.pipe` file")
    .addOption(new Option("--param <name=value...>", "its parameters, `--param p=8` (default 4)").argParser(parameter).default(new Map()))
    .addOption(
      new Option("-m, --microbatches <n>", "number of microbatches (default 2p; for an imported file, what it says)").argParser(positive),
    )
    .option("--profile <name>", "times of a profile of the `.pipe` file instead of slots")
    .addOption(
      new Option("--times <pass=time...>", "times for an imported schedule, `--times F=2 B=2 W=1 send=1/10`")
        .argParser(time)
        .default(new Map()),
    )
    .option(
      "--holds <amount>",
      "memory of a stage's activations of one microbatch, for an imported schedule (default: 1 / stages of a device)",
    )
    .addOption(new Option("--ranks <n>", "how many ranks an imported file must have").argParser(positive))
    .option("--comms", "write sends and receives, too (torch-csv, zb-nodes)")
    .option("--order-comm", "place sends and receives anew, so that no rank waits for ever (torch-csv, zb-nodes)")
    .addOption(
      new Option("--channel <model>", "how sends and receives behave")
        .choices(["unbounded", "rendezvous", "pair", "grouped"])
        .default("pair"),
    )
    .option("--certificate <digest>", "digest of the schedule's certificate, for the file beside the output")
    .addOption(colorOption())
    .action((input: string, output: string | undefined, options: ConvertFlags) =>
      done(import("./convert.ts").then((use) => use.convertCommand(input, output, options))),
    );

  program
    .command("explain")
    .description("the long form of an error, with a wrong and a right example")
    .argument("[code]", "an error's code, as in error[unknown-pass]; without one, all codes are listed")
    .addOption(colorOption())
    .action((code: string | undefined, options: commands.ColorFlag) => done(loaded().then((use) => use.explainCommand(code, options))));

  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return (await loaded()).ownBug(error);
  }
}

const solverOption = (): Option =>
  new Option("--solver <name>", "SAT solver: cadical-wasm (default) or z3-wasm, or a program: cadical, kissat, glucose, ./path");
const jobsOption = (): Option => new Option("--jobs <n>", "solvers side by side").argParser(jobs).default(2);
const colorOption = (): Option => new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto");

function moment(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError("a time from 0 on is wanted");
  return value;
}
function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("a number of seconds above 0 is wanted");
  return value;
}
function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("a whole number is wanted");
  return Number(text);
}
function jobs(text: string): number {
  const value = positive(text);
  if (value > 64) throw new InvalidArgumentError("at most 64 solvers run side by side");
  return value;
}
function positive(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError("a whole number of at least 1 is wanted");
  return value;
}
function parameter(text: string, before: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const found = /^([\p{L}_][\p{L}\d_]*)=(-?\d{1,15})$/u.exec(text);
  if (found === null) throw new InvalidArgumentError("write it as name=number, `p=8`");
  if (before.has(found[1])) throw new InvalidArgumentError(`\`${found[1]}\` is given twice`);
  return new Map(before).set(found[1], BigInt(found[2]));
}
function time(text: string, before: ReadonlyMap<string, string>): Map<string, string> {
  const found = /^([A-Za-z]\w*)=(\d+(?:\.\d+|\/[1-9]\d*)?)$/.exec(text);
  if (found === null) throw new InvalidArgumentError("write it as pass=time, `F=18.5` or `W=1/3`");
  return new Map(before).set(found[1], found[2]);
}
