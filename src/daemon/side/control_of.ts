/**
 * The way in of a daemon, put together of its parts.
 *
 * @module
 */

import type { DaemonPort } from "../../control/daemon_port.ts";
import { Control } from "./control.ts";
import type { CoreHandle } from "./core_handle.ts";
import type { Log } from "../../log/log.ts";
import type { Daemon } from "./daemon.ts";
import { absolute } from "./may_run.ts";
import { ownStatus } from "./own_status.ts";

/**
 * The way in for those who ask and order; closed before it is started.
 *
 * @param restart Hands over to a new daemon.
 */
export function controlOf(
  daemon: Daemon & { readonly log: Log },
  core: CoreHandle,
  restart: DaemonPort["restart"],
): Control {
  const { log, options: { runDirectory, stateDirectory } } = daemon;
  const control: Control = new Control({
    ...{ log, stateDirectory, restart, runDirectory: absolute(runDirectory) },
    core: {
      operate: (order, instances) => core.operate(order, instances),
      setLogLevel: (level) => core.setLogLevel(level),
    },
    status: () =>
      ownStatus(daemon, {
        watchers: control.watchers,
        cluster: control.peers,
      }),
  });
  return control;
}
