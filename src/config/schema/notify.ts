/**
 * Commands, and the scripts that an instance or a group tells of its states.
 *
 * @module
 */

import * as v from "valibot";
import { splitCommand } from "../command_line.ts";
import type { NotifyScripts } from "../settings/notify.ts";
import type { Command } from "../settings/script.ts";
import { about, shared } from "./editor.ts";
import { formOf, list, must, section, shortOrLong } from "./values.ts";
import { text } from "./words.ts";

const message = must("a command: text, a list of words, or { shell: … }");
const argument = v.pipe(
  v.string(must("text")),
  v.regex(/^[^\0]*$/, must("text without NUL characters")),
  about("Word", "The program, or one of its arguments"),
);

const line: v.GenericSchema<unknown, Command> = v.pipe(
  v.string(message),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const split = splitCommand(dataset.value);
    if ("words" in split) return split.words;
    addIssue({ message: split.problem });
    return NEVER;
  }),
);

const wordList: v.GenericSchema<unknown, Command> = list(argument, "words");

const words: v.GenericSchema<unknown, Command> = v.pipe(
  formOf([line, wordList], (input) => Array.isArray(input) ? wordList : line),
  v.check(
    ([program = ""]) => program.startsWith("/"),
    "must begin with the absolute path of a program",
  ),
);

const shell: v.GenericSchema<unknown, Command> = v.pipe(
  section({
    shell: v.pipe(
      text(),
      about(
        "Shell command",
        "Text for sh -c, with pipes, variables and what else a shell has",
      ),
    ),
  }),
  v.transform(({ shell }) => ["/bin/sh", "-c", shell]),
);

/** Whether a command was written as `{ shell: … }`, or as the same words. */
export function isShell([program, option]: Command): boolean {
  return program === "/bin/sh" && option === "-c";
}

/** A program and its arguments; a shell only where it is asked for. */
export function command(): v.GenericSchema<unknown, Command> {
  return shortOrLong(words, shell);
}

/** The keys of notify scripts. */
export const NOTIFY_KEYS = [
  ...["notify", "notify_master", "notify_backup"] as const,
  ...["notify_fault", "notify_stop"] as const,
];

type NotifyKey = (typeof NOTIFY_KEYS)[number];

function script(
  title: string,
  description: string,
): v.GenericSchema<unknown, Command | null> {
  return v.pipe(
    v.nullish(command(), null),
    shared("command"),
    about(title, description),
  );
}

/** The keys of notify scripts, for an instance or a group. */
export const notifyKeys: Readonly<
  Record<NotifyKey, v.GenericSchema<unknown, Command | null>>
> = {
  notify: script(
    "Command for every state",
    "Command with the arguments INSTANCE or GROUP, name, state and priority",
  ),
  notify_master: script("Command for MASTER", "Command for the state MASTER"),
  notify_backup: script("Command for BACKUP", "Command for the state BACKUP"),
  notify_fault: script("Command for FAULT", "Command for the state FAULT"),
  notify_stop: script(
    "Command for STOP",
    "Command for the end of the daemon or of the instance",
  ),
};

/** Notify scripts from their keys. */
export function notifyScripts(
  keys: Readonly<Record<NotifyKey, Command | null>>,
): NotifyScripts {
  return {
    byState: {
      ...(keys.notify_master && { MASTER: keys.notify_master }),
      ...(keys.notify_backup && { BACKUP: keys.notify_backup }),
      ...(keys.notify_fault && { FAULT: keys.notify_fault }),
      ...(keys.notify_stop && { STOP: keys.notify_stop }),
    },
    any: keys.notify,
  };
}
