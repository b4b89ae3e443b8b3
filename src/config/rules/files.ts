/**
 * Programs and files that a configuration names, held against the host.
 *
 * @module
 */

import type { NotifyScripts } from "../settings/notify.ts";
import type { Host } from "../host.ts";
import type { Finding, Path } from "../issue.ts";
import type { SoundParts } from "./parts.ts";

/**
 * Find what health checks that are used cannot do without and the host lacks.
 *
 * @param parts What is sound in a configuration.
 * @param used Names of the checks that trackers use.
 * @param host The host that it is for.
 */
export function missingForChecks(
  { checkers }: SoundParts,
  used: ReadonlySet<string>,
  host: Host,
): Finding[] {
  return checkers
    .filter(({ value, wrong }) => used.has(value.name) && !wrong.has("name"))
    .flatMap(({ path, value: { probe } }) => {
      const config = [...path, "config"];
      if (probe.type === "script") {
        const [program = ""] = probe.command;
        return named([...config, "script"], program, host.programProblem);
      }
      return probe.type === "http" && probe.caFile !== null
        ? named([...config, "ca_file"], probe.caFile, host.fileProblem)
        : [];
    });
}

/**
 * Find what is to be told of a state by means that the host lacks. The state
 * itself does not depend on that.
 *
 * @param parts What is sound in a configuration.
 * @param host The host that it is for.
 */
export function missingForNotices(
  { instances, groups, notifications }: SoundParts,
  host: Host,
): Finding[] {
  const { passwordFile = null, caFile = null } =
    notifications?.value.email?.smtp ?? {};
  const smtp = ["notifications", "email", "smtp"];
  return [
    ...[...instances, ...groups].flatMap(({ path, value: { settings } }) =>
      programsOf(settings.notify).flatMap(([key, program]) =>
        named([...path, key], program, host.programProblem)
      )
    ),
    ...(passwordFile === null ? [] : named(
      [...smtp, "password_file"],
      passwordFile,
      host.secretFileProblem,
    )),
    ...(caFile === null
      ? []
      : named([...smtp, "ca_file"], caFile, host.fileProblem)),
  ];
}

/** Key and program of each script. */
function programsOf(
  { byState, any }: NotifyScripts,
): (readonly [string, string])[] {
  return [
    ...(any === null ? [] : [["notify", any[0] ?? ""] as const]),
    ...Object.entries(byState).map(([state, [program = ""]]) =>
      [`notify_${state.toLowerCase()}`, program] as const
    ),
  ];
}

function named(
  path: Path,
  file: string,
  problemOf: (file: string) => string | null,
): Finding[] {
  const problem = problemOf(file);
  return problem === null
    ? []
    : [{ path, at: "value", problem: `"${file}" ${problem}` }];
}
