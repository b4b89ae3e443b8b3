/**
 * The commands as a shell completes them, found out of the program itself.
 *
 * @module
 */

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CompletedCommand, CompletedOption, Taken } from "./completion.ts";

/** Arguments whose words are known only when they are asked for. */
const ARGUMENTS: Readonly<Record<string, Taken>> = {
  instance: "instances",
  check: "checks",
  file: "files",
};
/** Values of options that are names in the file system. */
const PATHS = /<(?:file|path|dir)>/;

/** All commands of a program, but those that only shells use. */
export function completedCommands(
  program: CommandUnknownOpts,
): CompletedCommand[] {
  return program.commands.filter((command) => command.name() !== "names")
    .map((command) => {
      const [argument] = command.registeredArguments;
      return {
        name: command.name(),
        description: command.description(),
        options: [
          ...command.options.flatMap(optionOf),
          ...commonOptions(program),
        ],
        takes: argument === undefined
          ? null
          : argument.argChoices ?? ARGUMENTS[argument.name()] ?? "anything",
      };
    });
}

/** Options that may stand before the command as well. */
export function commonOptions(program: CommandUnknownOpts): CompletedOption[] {
  return program.options.filter(({ long }) => long !== "--version")
    .flatMap(optionOf);
}

function optionOf(
  { long, short, description, flags, required, argChoices }:
    CommandUnknownOpts["options"][number],
): CompletedOption[] {
  if (long === undefined || long === null) return [];
  const takes = !required
    ? null
    : argChoices ?? (PATHS.test(flags) ? "files" : "anything");
  return [{ long, short: short ?? null, description, takes }];
}
