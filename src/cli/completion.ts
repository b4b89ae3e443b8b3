/**
 * `alived completion`: what shells need to complete commands, options, and the
 * names of instances, which they ask the daemon for.
 *
 * @module
 */

/** A shell that is known. */
export type Shell = "bash" | "zsh" | "fish";

/** What can stand behind a command. */
export interface CompletedCommand {
  readonly name: string;
  /** What it does, in a few words. */
  readonly description: string;
  /** Its options and those of the program: `--json` with what it does. */
  readonly options: readonly CompletedOption[];
  /** What its arguments are: instances, checks, files, or one of some words. */
  readonly takes: Taken | null;
}

/** An option. */
export interface CompletedOption {
  /** With both dashes. */
  readonly long: string;
  /** With its dash, or null when there is none. */
  readonly short: string | null;
  readonly description: string;
  /** What its value is, or null when it has none. */
  readonly takes: Taken | null;
}

/** What an argument or a value can be. */
export type Taken =
  | "instances"
  | "checks"
  | "files"
  | "anything"
  | readonly string[];

/**
 * The text for a shell to read.
 *
 * @param common Options that may stand before the command.
 */
export function completionScript(
  shell: Shell,
  commands: readonly CompletedCommand[],
  common: readonly CompletedOption[],
): string {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      return zsh(commands, common);
    case "fish":
      return fish(commands, common);
  }
}

/** Names come from the daemon; without one there are none. */
const NAMES = "alived names";

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, options, takes }) => {
    const values = options.filter((option) => option.takes !== null)
      .map(({ long, short, takes }) => {
        const names = short === null ? long : `${short} | ${long}`;
        return `        ${names}) ${bashWords(takes)};;`;
      });
    return [
      `    ${name})`,
      `      options="${options.map(({ long }) => long).join(" ")}"`,
      '      case "$before" in',
      ...values,
      `        *) ${bashWords(takes)};;`,
      "      esac;;",
    ].join("\n");
  });
  return `# Completion of alived for bash: source it, or put it into
# /usr/share/bash-completion/completions/alived
_alived() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="" options="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -c | --config | --socket) ((i++));;
      -*) ;;
      *) command="\${COMP_WORDS[i]}"; break;;
    esac
  done
  COMPREPLY=()
  case "$command" in
    "")
      case "$before" in
        -c | --config | --socket) compopt -o default; return;;
      esac
      words="${commands.map(({ name }) => name).join(" ")}";;
${cases.join("\n")}
  esac
  [[ $word == -* ]] && words="$options"
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _alived alived
`;
}

function bashWords(takes: Taken | null): string {
  switch (takes) {
    case null:
    case "anything":
      return 'words=""';
    case "files":
      return "compopt -o default";
    case "instances":
      return `words="$(${NAMES} 2>/dev/null)"`;
    case "checks":
      return `words="$(${NAMES} --checks 2>/dev/null)"`;
    default:
      return `words="${takes.join(" ")}"`;
  }
}

function zsh(
  commands: readonly CompletedCommand[],
  common: readonly CompletedOption[],
): string {
  const cases = commands.map(({ name, options, takes }) => {
    const specs = options.map(zshOption);
    const rest = takes === null ? [] : [`'*:name:${zshAction(takes)}'`];
    const lines = [...specs, ...rest].map((each) => `        ${each}`);
    return [
      `    ${name})`,
      "      _arguments \\",
      lines.join(" \\\n"),
      "      ;;",
    ].join("\n");
  });
  const described = commands.map(({ name, description }) =>
    `    '${name}:${zshText(description)}'`
  );
  return `#compdef alived
# Completion of alived for zsh: put it as _alived into a directory of $fpath
_alived_instances() {
  local -a names
  names=(\${(f)"$(${NAMES} 2>/dev/null)"})
  compadd "$@" -a names
}
_alived_checks() {
  local -a names
  names=(\${(f)"$(${NAMES} --checks 2>/dev/null)"})
  compadd "$@" -a names
}
_alived() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  local curcontext="$curcontext" state line
  _arguments -C ${common.map(zshOption).join(" ")} \\
    '1:command:->command' '*::argument:->argument'
  if [[ $state == command ]]; then
    _describe command commands
    return
  fi
  case $words[1] in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _alived ]]; then
  _alived "$@"
else
  compdef _alived alived
fi
`;
}

function zshOption(
  { long, short, description, takes }: CompletedOption,
): string {
  const value = takes === null ? "" : `:value:${zshAction(takes)}`;
  const said = `[${zshText(description)}]${value}`;
  return short === null
    ? `'${long}${said}'`
    : `'(${short} ${long})'{${short},${long}}'${said}'`;
}

/** Text in single quotes and brackets. */
function zshText(text: string): string {
  return text.replaceAll("'", "").replace(/[[\]:]/g, "\\$&");
}

function zshAction(takes: Taken): string {
  switch (takes) {
    case "anything":
      return " ";
    case "files":
      return "_files";
    case "instances":
      return "_alived_instances";
    case "checks":
      return "_alived_checks";
    default:
      return `(${takes.join(" ")})`;
  }
}

function fish(
  commands: readonly CompletedCommand[],
  common: readonly CompletedOption[],
): string {
  const lines = commands.flatMap(({ name, description, options, takes }) => {
    const seen = `complete -c alived -n "__fish_seen_subcommand_from ${name}"`;
    const own = options.filter(({ long }) =>
      !common.some((each) => each.long === long)
    );
    return [
      `complete -c alived -n "not $seen" -a ${name} -d ${
        fishText(description)
      }`,
      ...own.map((option) => seen + fishOption(option)),
      ...(takes === null || takes === "anything"
        ? []
        : [seen + fishWords(takes)]),
    ];
  });
  return `# Completion of alived for fish: put it into
# ~/.config/fish/completions/alived.fish
set -l seen __fish_seen_subcommand_from ${
    commands.map(({ name }) => name).join(" ")
  }
complete -c alived -f
${common.map((option) => `complete -c alived${fishOption(option)}`).join("\n")}
${lines.join("\n")}
`;
}

function fishOption(
  { long, short, description, takes }: CompletedOption,
): string {
  const letter = short === null ? "" : ` -s ${short.slice(1)}`;
  const value = takes === null ? "" : ` -r${fishWords(takes)}`;
  return ` -l ${long.slice(2)}${letter} -d ${fishText(description)}${value}`;
}

function fishText(text: string): string {
  return `'${text.replaceAll("'", "")}'`;
}

function fishWords(takes: Taken): string {
  switch (takes) {
    case "anything":
      return "";
    case "files":
      return " -F";
    case "instances":
      return ` -a '(${NAMES} 2>/dev/null)'`;
    case "checks":
      return ` -a '(${NAMES} --checks 2>/dev/null)'`;
    default:
      return ` -a '${takes.join(" ")}'`;
  }
}
