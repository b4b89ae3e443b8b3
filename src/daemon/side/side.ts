/**
 * The side: the main isolate with Deno's event loop. It starts the core, reads
 * the configuration, takes signals and writes the log. It may stall: the
 * address does not care.
 *
 * @module
 */

import type { ReadConfig } from "../../config/read.ts";
import type { InstanceSettings } from "../../config/settings/instance.ts";
import { tendOrphans } from "../../kernel/child.ts";
import {
  ServiceManager,
  serviceManagerSettings,
} from "../../kernel/service_manager.ts";
import { keepQuiet, listenToSignal, signalPipe } from "../../kernel/signals.ts";
import type { EventOf } from "../../log/catalogue.ts";
import { Log } from "../../log/log.ts";
import { reasonFields } from "../../log/reason_fields.ts";
import { reasonInWords } from "../../log/reason_words.ts";
import type { Transition } from "../messages.ts";
import { ConfigFacts } from "./config_facts.ts";
import { Control } from "./control.ts";
import { type CoreHandle, type CoreNews, loadCore } from "./core_handle.ts";
import { warnOfEnvironment } from "./environment.ts";
import type { Daemon, DaemonOptions, NotifyManager } from "./daemon.ts";
import { type CoreLoss, giveUp, type LeftBehind, rescue } from "./give_up.ts";
import { instancesStarted } from "./instance_report.ts";
import { coreSettings, loadSettings, logSettings } from "./load.ts";
import { mayRun, SILENT, takeLocks } from "./may_run.ts";
import { ownStatus } from "./own_status.ts";
import { PlannedFaults } from "./planned_faults.ts";
import { Reloader } from "./reload.ts";
import { Services } from "./services.ts";
import { listenForStop, surviveErrors } from "./signals.ts";
import { statusLine } from "./status_line.ts";
import { StatusReport } from "./status_report.ts";
import { stopNotice, stopPatience } from "./stop_patience.ts";

/** Milliseconds that the last lines of the log get. */
const FLUSH_LIMIT = 150;
/** Instances that have a line of their own when the daemon starts. */
const MOST_STARTED = 100;

/**
 * Run the daemon until it is told to stop.
 *
 * @returns 0 after an orderly stop, 1 after a failure, 2 for a configuration
 *   that cannot be used.
 */
export function runDaemon(options: DaemonOptions): Promise<number> {
  return new Side(options).run();
}

class Side {
  readonly #options: DaemonOptions;
  readonly #recordPath: string;
  readonly #log: Log;
  readonly #core: CoreHandle;
  readonly #services: Services;
  readonly #manager = serviceManagerSettings(
    (name) => Deno.env.get(name),
    Deno.pid,
  );
  readonly #notifyManager = openManager(this.#manager);
  readonly #status = new StatusReport(() =>
    this.#notifyManager(`STATUS=${statusLine(this.#services.states)}`)
  );
  readonly #ended = Promise.withResolvers<number>();
  readonly #cut = Promise.withResolvers<void>();
  /** Null before the core was started: nothing is held then. */
  #daemon: Daemon | null = null;
  #reloader: Reloader | null = null;
  #control: Control | null = null;
  #stopping = false;
  readonly #planned = new PlannedFaults();
  /** Signals to stop that came. */
  #stops = 0;
  readonly #started = Date.now();

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#recordPath = `${options.runDirectory}/addresses.json`;
    this.#log = new Log(logSettings(options, null));
    // Loaded before anything else: it takes the longest.
    this.#core = loadCore({
      heard: (message) => this.#hear(message),
      looked: () => this.#lookAtSignals(),
      hung: (loss) => this.#giveUp(loss),
      dropped: (what, { message: error }) =>
        this.#log.log({ event: "channel", what, error }),
    });
    this.#services = new Services(
      this.#log,
      (verdict) => this.#core.tell(verdict),
    );
  }

  async run(): Promise<number> {
    const [options, log] = [this.#options, this.#log];
    const read = loadSettings(options, log);
    const settings = read?.settings ?? null;
    await warnOfEnvironment(log);
    const claim = settings === null
      ? takeLocks(options, SILENT)
      : mayRun(options, log);
    if (read !== null && claim === "run") await this.#start(read);
    else {
      // What a dead one left must not wait for a start that succeeds.
      if (claim === "run" || claim === "clean") {
        rescue(this.#leftBy({ settings }), log, { forget: true });
      }
      this.#ended.resolve(settings === null ? 2 : 1);
    }
    const code = await this.#ended.promise;
    await Promise.race([this.#services.stop(), this.#cut.promise]);
    await this.#control?.stop();
    this.#status[Symbol.dispose]();
    if (code === 0) log.log({ event: "stopped" });
    await log.flush(FLUSH_LIMIT);
    this.#core.close();
    return code;
  }

  async #start({ settings, bytes }: ReadConfig): Promise<void> {
    const [options, log, core] = [this.#options, this.#log, this.#core];
    const services = this.#services;
    surviveErrors(log);
    tendOrphans();
    await services.update(settings);
    const { instances, global } = settings;
    log.log({
      event: "start",
      version: options.version,
      pid: Deno.pid,
      instances: instances.length,
      config: options.configPath,
    });
    for (const event of instancesStarted(instances, MOST_STARTED)) {
      log.log(event);
    }
    const notifyManager = this.#notifyManager;
    const started = this.#started;
    const config = new ConfigFacts(options.configPath, bytes, started);
    const daemon = {
      ...{ options, log, core, services, notifyManager, settings },
      ...{ config, started },
    };
    this.#daemon = daemon;
    const control = this.#controlOf(daemon);
    this.#control = control;
    const reloader = new Reloader(daemon, { done: () => control.reloaded() });
    this.#reloader = reloader;
    core.start({
      recordPath: this.#recordPath,
      signalFd: this.#signalFd(),
      serviceManager: this.#manager,
      core: {
        ...coreSettings(options, settings),
        instances,
        startupDelay: global.startupDelay,
        logStyle: log.style,
        realtime: global.realtime,
        watchdog: this.#manager?.watchdog ?? null,
        drains: control.loadDrains(),
      },
    });
    control.start({ daemon, reloader });
    // Behind the start, which one that came before it must not forestall.
    listenForStop((signal) => this.#stop(signal));
  }

  #controlOf(daemon: Daemon): Control {
    const [log, core] = [this.#log, this.#core];
    const { runDirectory, stateDirectory } = daemon.options;
    const control: Control = new Control({
      ...{ log, stateDirectory, runDirectory: absolute(runDirectory) },
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

  #signalFd(): number | null {
    const pipe = signalPipe();
    if (typeof pipe === "number") return pipe;
    this.#log.log({ event: "signals", error: pipe.message });
    return null;
  }

  #hear(message: CoreNews): void {
    const log = this.#log;
    switch (message.type) {
      case "log":
        return log.log(message.event);
      case "transition":
        return this.#tell(message.transition);
      case "ready":
        this.#notifyManager("READY=1");
        return listenToSignal(
          "SIGHUP",
          () => void this.#reloader?.request(),
        );
      case "stopping":
        return this.#beginStop(message.signal);
      case "stopped":
        return this.#ended.resolve(0);
      case "failed":
        log.log({ event: "failed", error: message.error });
        // The core has removed its addresses, as far as it could.
        if (this.#daemon !== null) rescue(this.#leftBy(this.#daemon), log);
        return this.#ended.resolve(1);
      default:
        message satisfies never;
    }
  }

  #tell(transition: Transition): void {
    const { instance, missed } = transition;
    const isPlanned = this.#daemon !== null &&
      this.#planned.note(transition, this.#daemon.settings);
    if (missed > 0) {
      this.#log.log({ event: "transitions_missed", instance, missed });
    }
    if (transition.isLogged) {
      const settings = this.#services.settingsOf(instance);
      this.#log.log(transitionEvent(transition, settings, isPlanned));
    }
    this.#services.tell(transition);
    this.#control?.note(transition);
    this.#status.changed();
  }

  #lookAtSignals(): void {
    if (keepQuiet()) return;
    this.#log.log({ event: "signals", error: null });
  }

  /** A signal to stop came; the core may have told of the first already. */
  #stop(signal: string): void {
    this.#stops++;
    if (this.#stops === 1 || !this.#core.hasStopped) {
      return this.#beginStop(signal);
    }
    this.#log.log({ event: "stop", signal, atOnce: true });
    this.#cut.resolve();
  }

  #beginStop(signal: string): void {
    if (this.#stopping || this.#daemon === null) return;
    this.#stopping = true;
    this.#reloader?.stop();
    this.#log.log({ event: "stop", signal, atOnce: false });
    const patience = stopPatience(this.#daemon.settings);
    this.#notifyManager(...stopNotice(patience));
    this.#core.stop(patience);
  }

  #leftBy({ settings }: Pick<LeftBehind, "settings">): LeftBehind {
    return { recordPath: this.#recordPath, settings };
  }

  #giveUp(loss: CoreLoss): void {
    if (this.#daemon !== null) {
      void giveUp(loss, this.#leftBy(this.#daemon), this.#log);
      return;
    }
    this.#log.log({ event: "core_hung", ...loss });
    this.#ended.resolve(1);
  }
}

/** What the log is told of a transition. */
function transitionEvent(
  { instance, from, to, reason, priority, time }: Transition,
  settings: InstanceSettings | undefined,
  isPlanned: boolean,
): EventOf<"transition"> {
  return {
    event: "transition",
    ...reasonFields(reason),
    reason: reasonInWords(reason),
    ...{ instance, from, to, priority, isPlanned, time },
    ...(settings === undefined ? {} : {
      interface: settings.interface,
      virtualRouterId: settings.virtualRouterId,
      virtualIps: settings.virtualIps.map(({ address, prefix }) =>
        `${address}/${prefix}`
      ),
    }),
  };
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

function openManager(
  settings: ReturnType<typeof serviceManagerSettings>,
): NotifyManager {
  if (settings === null) return () => {};
  const manager = new ServiceManager(settings);
  return (...assignments) => manager.notify(...assignments);
}
