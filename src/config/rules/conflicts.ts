/**
 * What two parts of a configuration cannot both have.
 *
 * @module
 */

import { type Finding, formatPath, type Path } from "../issue.ts";
import { carrierOf, type Placed, type SoundParts } from "./parts.ts";
import type { InstanceEntry } from "../schema/instance.ts";
import type { SyncGroupEntry } from "../schema/sync_group.ts";

/** Something that one part alone can have. */
interface Claim {
  /** What it is. */
  readonly what: string;
  /** Part that claims it. */
  readonly owner: Path;
  /** Where in the part. */
  readonly keys: Path;
  /** What is said of a second claim, up to the name of the first part. */
  readonly problem: string;
}

/**
 * Find what is claimed twice: names, VRIDs and addresses on a link, members of
 * groups.
 *
 * @param parts What is sound in a configuration.
 */
export function conflicts(parts: SoundParts): Finding[] {
  const { instances, checkers, groups } = parts;
  return [
    ...claimedTwice(instances.flatMap(instanceClaims)),
    ...claimedTwice(
      checkers
        .filter(({ wrong }) => !wrong.has("name"))
        .map(({ path, value }) => nameClaim(path, value.name)),
    ),
    ...claimedTwice(groups.flatMap(groupClaims)),
    ...(hasTwoRecipients(parts)
      ? [{
        path: ["global", "notification_email"],
        at: "key" as const,
        problem: "is short for notifications.email.to, which is there: " +
          "remove one",
      }]
      : []),
  ];
}

function hasTwoRecipients({ global, notifications }: SoundParts): boolean {
  return (global?.value.notificationEmail ?? null) !== null &&
    (notifications?.value.email?.to ?? null) !== null;
}

function claimedTwice(claims: readonly Claim[]): Finding[] {
  const first = new Map<string, Path>();
  return claims.flatMap(({ what, owner, keys, problem }): Finding[] => {
    const other = first.get(what);
    first.set(what, other ?? owner);
    return other === undefined ? [] : [{
      path: [...owner, ...keys],
      at: "value",
      problem: `${problem} ${formatPath(other)}`,
    }];
  });
}

function nameClaim(owner: Path, name: string): Claim {
  return {
    what: `name ${name}`,
    owner,
    keys: ["name"],
    problem: `"${name}" is the name of`,
  };
}

function instanceClaims(
  part: Placed<InstanceEntry>,
): Claim[] {
  const { path: owner, value: { settings }, wrong } = part;
  const { name, family, virtualRouterId: id, interface: link } = settings;
  const router = ["interface", "virtual_router_id", "virtual_ips"];
  const addresses = [
    ["virtual_ips", settings.virtualIps],
    ["excluded_virtual_ips", settings.excludedVirtualIps],
  ] as const;
  return [
    ...(wrong.has("name") ? [] : [nameClaim(owner, name)]),
    ...(router.some((key) => wrong.has(key)) ? [] : [{
      what: `router ${link} ${family} ${id}`,
      owner,
      keys: ["virtual_router_id"],
      problem: `${id} is on ${link} already, in`,
    }]),
    ...addresses.flatMap(([key, ips]) =>
      ips.flatMap((ip, i) => {
        const carrier = carrierOf(part, ip);
        return carrier === null ? [] : [{
          what: `address ${carrier} ${ip.address}`,
          owner,
          keys: [key, i],
          problem: `${ip.address} is on ${carrier} already, in`,
        }];
      })
    ),
  ];
}

function groupClaims(
  { path: owner, value: { settings }, wrong }: Placed<SyncGroupEntry>,
): Claim[] {
  return [
    ...(wrong.has("name") ? [] : [nameClaim(owner, settings.name)]),
    ...(wrong.has("instances") ? [] : settings.instances.map((name, i) => ({
      what: `member ${name}`,
      owner,
      keys: ["instances", i],
      problem: `"${name}" is already in`,
    }))),
  ];
}
