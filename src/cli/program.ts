/**
 * The command line. Each command is loaded when it is called for, so that
 * `--help` and a usage error cost nothing of the daemon.
 *
 * @module
 */

import {
  Argument,
  Command,
  CommanderError,
  type CommandUnknownOpts,
  Option,
} from "@commander-js/extra-typings";
import { CONFIG_PATHS, configPath } from "./config_path.ts";
import { table, wrap } from "./layout.ts";
import { columnsOf, hasColour, printError, printOutput } from "./output.ts";
import { addOperatorCommands } from "./operator_commands.ts";
import { freeSignals } from "../kernel/signals.ts";
import { version } from "./version.ts";

const USAGE_ERROR = 2;
const SHELLS = ["bash", "zsh", "fish"] as const;

const EXAMPLES = [
  [
    "alived check ./config.yaml",
    "what would run, or every mistake in the file",
  ],
  ["alived run -c ./config.yaml", "run in the foreground, log to stderr"],
  ["alived -d", "run with the default file, log everything"],
  ["alived test -i eth0", "is this host fit for VRRP?"],
  ["alived status", "what all instances do now"],
  ["alived drain --all --for 1h", "take this host out of service"],
  ["alived schema > schema.json", "for editors: complete and check the file"],
] as const;

const NOTES = [
  "Signals: TERM, INT and QUIT stop, HUP reads the configuration again, USR2 " +
  "logs the state of all instances",
  "Exit status: 0 ok, 1 runtime error, refused or not so, 2 usage or " +
  "configuration error, 3 no daemon, 4 no permission",
] as const;

/** What stands below the help, in so many columns. */
function epilogue(width: number): string {
  const examples = table(EXAMPLES.map(([a, b]) => [a, [b]]), width, 2);
  const notes = NOTES.map((note) => wrap(note, width, 2));
  return ["", "Examples:", ...examples, "", ...notes, ""].join("\n");
}

/**
 * Do what the arguments say. `alived` without a command means `alived run`;
 * a word that is no command is an error and never runs anything.
 *
 * @param args Arguments without the name of the program.
 * @returns The exit status: 0, 1 (runtime) or 2 (usage or configuration).
 */
export async function run(args: readonly string[]): Promise<number> {
  let status = 0;
  const program = new Command("alived")
    .description("Keep a virtual IP address alive on one of several hosts")
    .usage("[options] [command]")
    .option(
      "-c, --config <file>",
      `configuration (default: ${CONFIG_PATHS[0]})`,
    )
    .option("-d, --debug", "log everything")
    .version(version(), "--version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp({
      ...{ showGlobalOptions: true, minWidthToWrap: 10 },
      subcommandTerm: termOf,
    })
    .configureOutput({
      ...{ writeOut: printOutput, writeErr: printError },
      getOutHelpWidth: () => columnsOf("stdout"),
      getErrHelpWidth: () => columnsOf("stderr"),
      getOutHasColors: () => hasColour("stdout"),
      getErrHasColors: () => hasColour("stderr"),
    })
    .addHelpText("after", () => epilogue(columnsOf("stdout")))
    .hook("preAction", (_, command) => {
      // These two listen to signals: what the runtime listens to stays so.
      if (!["run", "test"].includes(command.name())) freeSignals();
    })
    .exitOverride();

  program.command("run")
    .description("run the daemon; so does alived without a command")
    .option(
      "--run-directory <dir>",
      "for the lock (default: $RUNTIME_DIRECTORY or /run/alived)",
    )
    .option(
      "--state-directory <dir>",
      "for what outlives a reboot (default: $STATE_DIRECTORY or /var/lib/alived)",
    )
    .action(async ({ runDirectory, stateDirectory }) => {
      const { config, debug = false } = program.opts();
      const { runCommand } = await import("./run.ts");
      status = await runCommand({
        configPath: configPath(config),
        runDirectory,
        stateDirectory,
        debug,
      });
    });

  program.command("cleanup")
    .description("undo what a daemon that was killed left behind")
    .option(
      "--run-directory <dir>",
      "that of the daemon (default: $RUNTIME_DIRECTORY or /run/alived)",
    )
    .action(async ({ runDirectory }) => {
      const { cleanup } = await import("./cleanup.ts");
      status = cleanup(runDirectory);
    });

  program.command("check")
    .description("check the configuration and show what would run")
    .argument("[file]", 'configuration in place of --config; "-" reads stdin')
    .option("-q, --quiet", "show mistakes and warnings only")
    .option("--strict", "fail when there is a warning")
    .option("--json", "print JSON")
    .action(async (file, { quiet = false, strict = false, json = false }) => {
      const { config } = program.opts();
      if (file !== undefined && config !== undefined) {
        program.error("error: check takes FILE or --config, not both");
      }
      const { check } = await import("./check.ts");
      const path = configPath(file ?? config);
      status = check({ path, quiet, strict, json });
    });

  program.command("install")
    .description("install the program, a sample configuration and a service")
    .addOption(
      new Option("--method <name>", "what starts the service")
        .choices(["auto", "systemd", "sysv"] as const)
        .default("auto" as const),
    )
    .option("--prefix <dir>", "install below this directory, run nothing")
    .option("--dry-run", "only print the steps")
    .action(async ({ method, prefix, dryRun = false }) => {
      const { install } = await import("./install.ts");
      status = install({ method, prefix, dryRun });
    });

  program.command("uninstall")
    .description("stop the service and remove it and the program")
    .option("--purge", "remove the configuration too")
    .option("--prefix <dir>", "uninstall below this directory, run nothing")
    .option("--dry-run", "only print the steps")
    .action(async ({ prefix, purge = false, dryRun = false }) => {
      const { uninstall } = await import("./uninstall.ts");
      status = uninstall({ prefix, purge, dryRun });
    });

  program.command("schema")
    .description("print the JSON Schema of the configuration, for editors")
    .option("--status", "that of what alived status --json prints")
    .action(async ({ status: ofStatus = false }) => {
      const { schema } = await import("./schema.ts");
      status = schema(ofStatus);
    });

  program.command("test")
    .description("test whether this host is fit for VRRP, disturbing nothing")
    .option(
      "-i, --interface <name>",
      "interface (default: those of the configuration, or of the default route)",
    )
    .option("-v, --vip <address/prefix>", "virtual IP address to try out")
    .option("--json", "print JSON")
    .action(async ({ interface: name, vip, json = false }) => {
      const { config } = program.opts();
      const { test } = await import("./test.ts");
      status = await test({
        ...{
          configPath: configPath(config),
          configGiven: config !== undefined,
        },
        ...{ interface: name, vip, json },
      });
    });

  addOperatorCommands(program, (code) => status = code);

  program.command("completion")
    .description("print what a shell needs to complete commands and names")
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .action(async (shell) => {
      const { commonOptions, completedCommands } = await import(
        "./completed_commands.ts"
      );
      const { completionScript } = await import("./completion.ts");
      const commands = completedCommands(program);
      printOutput(completionScript(shell, commands, commonOptions(program)));
    });

  program.command("version")
    .description("show the version, the runtime and what it was made for")
    .action(() => printOutput(`${version()}\n`));

  try {
    await program.parseAsync(withCommand(program, args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
  return status;
}

/** A command in the list of them: its name, and what it takes. */
function termOf(command: CommandUnknownOpts): string {
  const names = command.registeredArguments.map((each) => {
    const name = `${each.name()}${each.variadic ? "..." : ""}`;
    return each.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...names].join(" ");
}

/**
 * Put `run` before arguments that are flags only. This is not commander's
 * default command because that one also gets every mistyped command.
 */
function withCommand(
  program: { parseOptions: Command["parseOptions"] },
  args: readonly string[],
): string[] {
  const { operands, unknown } = program.parseOptions([...args]);
  const wantsHelp = unknown.some((flag) => flag === "-h" || flag === "--help");
  return operands.length === 0 && !wantsHelp ? ["run", ...args] : [...args];
}
