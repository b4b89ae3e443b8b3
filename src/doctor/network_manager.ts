/**
 * Whether a network manager has an interface in hand that may take a VIP off
 * it again.
 *
 * @module
 */

import type { Link } from "../wire/rtnetlink_parse.ts";
import { type CheckResult, ok, warning } from "./check_result.ts";
import { readText } from "./files.ts";

const NETWORKD_LINKS = "/run/systemd/netif/links";
const NETWORK_MANAGER_DEVICES = "/run/NetworkManager/devices";
/** Values with which systemd-networkd leaves static addresses alone. */
const KEEPS = /^\s*KeepConfiguration\s*=\s*(static|yes|true|on|1)\s*$/im;

/**
 * Check one interface.
 *
 * @param root Directory that stands for `/`, without a slash at its end.
 */
export function checkNetworkManager(link: Link, root = ""): CheckResult {
  const id = "network_manager";
  const networkd = readText(`${root}${NETWORKD_LINKS}/${link.index}`);
  if (/^ADMIN_STATE=(configured|configuring)$/m.test(networkd)) {
    return checkNetworkd(link, networkd, root);
  }
  const device = readText(`${root}${NETWORK_MANAGER_DEVICES}/${link.index}`);
  if (/^managed=(true|1)$/m.test(device)) {
    return warning(
      id,
      `NetworkManager manages "${link.name}" and removes VIPs when its ` +
        "connection is activated again",
      `nmcli device set ${link.name} managed no; to make it last, ` +
        `unmanaged-devices=interface-name:${link.name} below [keyfile] in ` +
        "/etc/NetworkManager/conf.d/",
    );
  }
  return ok(
    id,
    `neither systemd-networkd nor NetworkManager manages "${link.name}"`,
  );
}

function checkNetworkd(
  link: Link,
  state: string,
  root: string,
): CheckResult {
  const id = "network_manager";
  const [file, ...dropIns] = [
    /^NETWORK_FILE=(.+)$/m.exec(state)?.[1] ?? "",
    ...(/^NETWORK_FILE_DROPINS="?([^"\n]+)/m.exec(state)?.[1] ?? "").split(":"),
  ];
  const settings = [file, ...dropIns].map((path) => readText(`${root}${path}`));
  const found = `systemd-networkd manages "${link.name}"`;
  if (settings.some((text) => KEEPS.test(text))) {
    return ok(id, `${found} and keeps VIPs (KeepConfiguration=)`);
  }
  return warning(
    id,
    `${found} and removes VIPs when it is restarted`,
    `KeepConfiguration=static below [Network] in ${
      file || "its .network file"
    }, then networkctl reload`,
  );
}
