/**
 * The command line. Each command is loaded when it is called for, so that
 * `--help` and a usage error cost nothing of the daemon.
 *
 * @module
 */

import { Command, CommanderError } from "@commander-js/extra-typings";
import { CONFIG_PATHS, configPath } from "./config_path.ts";
import { printError, printOutput } from "./output.ts";
import { version } from "./version.ts";

const USAGE_ERROR = 2;

const EXAMPLES = `
Examples:
  alived check -c ./config.yaml   what would run, or every mistake in the file
  alived run -c ./config.yaml     run in the foreground, log to stderr
  alived -d                       run with the default file, log everything

Signals: TERM and INT stop, HUP reads the configuration again
Exit status: 0 ok, 1 runtime error, 2 usage or configuration error
`;

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
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: printOutput, writeErr: printError })
    .addHelpText("after", EXAMPLES)
    .exitOverride();

  program.command("run")
    .description("run the daemon; so does alived without a command")
    .option(
      "--run-directory <dir>",
      "for the lock (default: $RUNTIME_DIRECTORY or /run/alived)",
    )
    .action(async ({ runDirectory }) => {
      const { config, debug = false } = program.opts();
      const { runCommand } = await import("./run.ts");
      status = await runCommand({
        configPath: configPath(config),
        runDirectory,
        debug,
      });
    });

  program.command("check")
    .description("check the configuration and show what would run")
    .action(async () => {
      const { config } = program.opts();
      const { check } = await import("./check.ts");
      status = check(configPath(config));
    });

  try {
    await program.parseAsync(withCommand(program, args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
  return status;
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
