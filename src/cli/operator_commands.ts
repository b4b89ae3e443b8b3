/**
 * The commands that talk to a daemon that runs.
 *
 * @module
 */

import { CONTROL_LOG_LEVELS } from "../control/daemon_port.ts";
import {
  Argument,
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
} from "@commander-js/extra-typings";
import { parseDuration } from "../config/duration.ts";
import { ControlError } from "./control_error.ts";
import { columnsOf, hasColour, printError } from "./output.ts";
import { wrap } from "./layout.ts";
import type { Reach } from "./socket_paths.ts";
import { shaded } from "./views/style.ts";

const STATES = ["master", "backup", "fault", "init", "drained"] as const;
const EVENTS = 50;
const MOST_EVENTS = 10_000;

/** What a command does, and with what exit status it ends. */
type Ending = (command: () => Promise<number>) => Promise<void>;

/**
 * Add them.
 *
 * @param program Has the option `--config`.
 * @param done Is told the exit status.
 */
export function addOperatorCommands(
  program: CommandUnknownOpts,
  done: (status: number) => void,
): void {
  const end: Ending = async (command) => done(await ended(command));
  const reach = ({ socket }: { readonly socket?: string }): Reach => {
    const { config } = program.opts();
    return { socket, config: typeof config === "string" ? config : undefined };
  };
  addQuestions(program, end, reach);
  addOrders(program, end, reach);
}

type ReachOf = (options: { readonly socket?: string }) => Reach;

function command(
  program: CommandUnknownOpts,
  name: string,
  description: string,
  hidden = false,
): Command<[], { socket?: string }> {
  return program.command(name, { hidden })
    .helpGroup("Commands to a daemon that runs:")
    .description(description)
    .option(
      "--socket <path>",
      "of the daemon (default: $ALIVED_SOCKET, or as configured)",
    );
}

function addQuestions(
  program: CommandUnknownOpts,
  end: Ending,
  reach: ReachOf,
): void {
  command(program, "status", "show what all instances do, or one")
    .argument("[instance]", "name of the instance")
    .option("--json", "print JSON")
    .option("--check", "one line, and exit 1 when an instance is in FAULT")
    .addOption(
      new Option("--is <state>", "exit 1 when the instance is not")
        .choices(STATES),
    )
    .option("--watch", "as alived watch")
    .action((instance, options) => {
      const { json = false, check = false, is } = options;
      if (is !== undefined && instance === undefined) {
        program.error("error: --is needs the name of an instance");
      }
      return end(async () => {
        if (options.watch) {
          const { watch } = await import("./watch.ts");
          return await watch({ ...reach(options), instance, json });
        }
        const { status } = await import("./status.ts");
        return await status({ ...reach(options), instance, json, check, is });
      });
    });

  command(program, "watch", "show the status and what happens, until Ctrl-C")
    .argument("[instance]", "name of the instance")
    .option("--json", "print JSON, an object a line")
    .action((instance, options) =>
      end(async () => {
        const { watch } = await import("./watch.ts");
        const { json = false } = options;
        return await watch({ ...reach(options), instance, json });
      })
    );

  command(program, "explain", "say why an instance is what it is, and who wins")
    .argument("<instance>", "name of the instance")
    .addOption(
      new Option("--peer <priority>", "would a host of this priority win?")
        .argParser((text) => whole(text, 1, 255)),
    )
    .option("--json", "print JSON")
    .action((instance, options) =>
      end(async () => {
        const { explainCommand } = await import("./explain.ts");
        const { peer, json = false } = options;
        return await explainCommand({
          ...reach(options),
          ...{ instance, peer, json },
        });
      })
    );

  command(program, "checks", "show health checks, or one with its last results")
    .argument("[check]", "name of the check")
    .option("--json", "print JSON")
    .action((check, options) =>
      end(async () => {
        const { checks } = await import("./checks.ts");
        const { json = false } = options;
        return await checks({ ...reach(options), check, json });
      })
    );

  command(program, "events", "show which instance changed its state, and why")
    .argument("[instance]", "name of the instance")
    .addOption(
      new Option("--limit <number>", "the newest, at most so many")
        .argParser((text) => whole(text, 1, MOST_EVENTS)).default(EVENTS),
    )
    .option("--json", "print JSON")
    .action((instance, options) =>
      end(async () => {
        const { events } = await import("./events.ts");
        const { limit, json = false } = options;
        return await events({ ...reach(options), instance, limit, json });
      })
    );

  command(program, "metrics", "print metrics as Prometheus reads them")
    .action((options) =>
      end(async () => {
        const { metrics } = await import("./metrics.ts");
        return await metrics(reach(options));
      })
    );
}

function addOrders(
  program: CommandUnknownOpts,
  end: Ending,
  reach: ReachOf,
): void {
  command(program, "drain", "take instances out of service until resumed")
    .argument("[instance...]", "names of instances")
    .option("--all", "all instances")
    .addOption(
      new Option("--for <time>", "resume by itself then, such as 30m")
        .argParser(seconds),
    )
    .option("--reason <text>", "why, for those who look")
    .option("--last-resort", "serve all the same when nobody else does")
    .option("--yes", "also when nobody else is known to serve")
    .action((instances, options) => {
      const targets = targetsOf(program, "drain", instances, options.all);
      return end(async () => {
        const { drain } = await import("./orders.ts");
        const { reason = null, lastResort = false, yes = false } = options;
        return await drain({
          ...reach(options),
          ...{ instances: targets, seconds: options.for ?? null },
          ...{ reason, lastResort, yes },
        });
      });
    });

  command(program, "resume", "put instances into service again")
    .argument("[instance...]", "names of instances")
    .option("--all", "all instances")
    .action((instances, options) => {
      const targets = targetsOf(program, "resume", instances, options.all);
      return end(async () => {
        const { resume } = await import("./orders.ts");
        return await resume({ ...reach(options), instances: targets });
      });
    });

  command(
    program,
    "failover",
    "hand instances over, and wait for who takes them",
  )
    .argument("<instance...>", "names of instances")
    .action((instances, options) =>
      end(async () => {
        const { failover } = await import("./orders.ts");
        return await failover({ ...reach(options), instances });
      })
    );

  command(
    program,
    "reload",
    "read the configuration again, and say what changed",
  )
    .option("--diff", "only say what would change")
    .option("-q, --quiet", "show mistakes and warnings only")
    .action((options) =>
      end(async () => {
        const { reload } = await import("./reload.ts");
        const { diff = false, quiet = false } = options;
        return await reload({ ...reach(options), diff, quiet });
      })
    );

  command(
    program,
    "restart",
    "hand over to a new daemon, started from the program on disk",
  )
    .action((options) =>
      end(async () => {
        const { restart } = await import("./restart.ts");
        return await restart(reach(options));
      })
    );

  command(program, "log-level", "log at another level, until the next reload")
    .addArgument(
      new Argument("<level>", "least severe to log").choices(
        CONTROL_LOG_LEVELS,
      ),
    )
    .addOption(
      new Option("--for <time>", "only so long, such as 10m")
        .argParser(seconds),
    )
    .action((level, options) =>
      end(async () => {
        const { logLevel } = await import("./orders.ts");
        return await logLevel({
          ...reach(options),
          ...{ level, seconds: options.for ?? null },
        });
      })
    );

  command(program, "names", "print names, for shells to complete", true)
    .option("--checks", "of health checks in place of instances")
    .action((options) =>
      end(async () => {
        const { names } = await import("./names.ts");
        const { checks = false } = options;
        return await names({ ...reach(options), checks });
      })
    );
}

/** Run a command; without an answer that it can use, say why. */
async function ended(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const width = Deno.stderr.isTerminal() ? columnsOf("stderr") : Infinity;
    const colour = hasColour("stderr");
    printError(`${shaded(wrap(error.message, width, 2), "red", { colour })}\n`);
    return error.exitCode;
  }
}

function targetsOf(
  program: CommandUnknownOpts,
  name: string,
  instances: readonly string[],
  all = false,
): readonly string[] | "all" {
  if (all !== (instances.length === 0)) {
    program.error(`error: ${name} takes names of instances, or --all`);
  }
  return all ? "all" : instances;
}

function whole(text: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(
    `It must be a whole number from ${least} to ${most}.`,
  );
}

/** Seconds of a duration, a number of seconds included. */
function seconds(text: string): number {
  const isNumber = /^\d+(\.\d+)?$/.test(text);
  const milliseconds = parseDuration(isNumber ? Number(text) : text);
  if (milliseconds !== null && milliseconds > 0) return milliseconds / 1000;
  throw new InvalidArgumentError(
    "It must be a time such as 90s, 30m or 1h30m.",
  );
}
