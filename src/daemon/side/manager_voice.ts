/**
 * What this process says to the service manager, if there is one.
 *
 * @module
 */

import {
  ServiceManager,
  type ServiceManagerSettings,
} from "../../kernel/service_manager.ts";
import type { NotifyManager } from "./daemon.ts";

/** Says nothing where nobody listens. */
export function managerVoice(
  settings: ServiceManagerSettings | null,
): NotifyManager {
  if (settings === null) return () => {};
  const manager = new ServiceManager(settings);
  return (...assignments) => manager.notify(...assignments);
}
