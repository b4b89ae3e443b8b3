/**
 * Whether the installed service may do what the configuration asks for, and
 * which of its drop-ins fit.
 *
 * @module
 */

import type { GlobalSettings } from "../config/settings/global.ts";
import { type CheckResult, ok, warning } from "./check_result.ts";
import { exists, readText } from "./files.ts";

const UNIT = "/etc/systemd/system/alived.service";
const DROP_INS = `${UNIT}.d`;
const ID = "service";

/**
 * Compare the unit's rights with a configuration.
 *
 * @param settings The `global` section, or null without a configuration.
 * @param root Root of all paths, for tests.
 * @returns Nothing where the unit is not installed.
 */
export function checkService(
  settings: Pick<GlobalSettings, "scriptUser" | "realtime"> | null,
  root = "",
): readonly CheckResult[] {
  if (settings === null || !exists(root + UNIT)) return [];
  const text = textOf(root);
  const user = lastValue(text, "User");
  const isRoot = user === null || user === "" || user === "root";
  const has = (capability: string): boolean =>
    new RegExp(`^CapabilityBoundingSet=.*\\b${capability}\\b`, "m").test(text);
  const results: CheckResult[] = [];
  if (settings.scriptUser !== null && !isRoot) {
    results.push(warning(
      ID,
      `script_user is set, and the unit runs as "${user}": no script can run`,
      "leave script_user out, or remove the drop-in with User=",
    ));
  } else if (settings.scriptUser !== null && !has("CAP_SETUID")) {
    results.push(missing("script_user", "no script can run"));
  }
  if (settings.realtime && !has("CAP_SYS_NICE")) {
    results.push(missing("realtime", "it is not in force"));
  }
  if (results.length > 0) return results;
  return [
    ok(ID, `the unit may do what is configured${hint(settings, isRoot)}`),
  ];
}

function hint(
  { scriptUser }: Pick<GlobalSettings, "scriptUser">,
  isRoot: boolean,
): string {
  if (!isRoot) return ", without root";
  return scriptUser === null
    ? ", as root; unprivileged.conf would do unless scripts need root"
    : ", as root";
}

function missing(key: string, so: string): CheckResult {
  const file = `${DROP_INS}/${key}.conf`;
  return warning(
    ID,
    `${key} is set, and the unit does not allow it: ${so}`,
    `cp ${file}.example ${file}, then systemctl daemon-reload and restart`,
  );
}

/** The unit and then its drop-ins, in the order that systemd has them. */
function textOf(root: string): string {
  const texts = [readText(root + UNIT)];
  for (const name of dropIns(root)) {
    texts.push(readText(`${root}${DROP_INS}/${name}`));
  }
  return texts.join("\n");
}

function dropIns(root: string): readonly string[] {
  try {
    return [...Deno.readDirSync(root + DROP_INS)].map(({ name }) => name)
      .filter((name) => name.endsWith(".conf")).sort();
  } catch {
    return [];
  }
}

/** The value of a setting that counts: the last one. */
function lastValue(text: string, key: string): string | null {
  const values = text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"));
  return [...values].at(-1)?.[1]?.trim() ?? null;
}
