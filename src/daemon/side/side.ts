/**
 * The side: the main isolate with Deno's event loop. It starts the core, reads
 * the configuration, takes signals and writes the log. It may stall: the
 * address does not care.
 *
 * @module
 */

import type { ReadConfig } from "../../config/read.ts";
import { tendOrphans } from "../../kernel/child.ts";
import { serviceManagerSettings } from "../../kernel/service_manager.ts";
import { keepQuiet, listenToSignal, signalPipe } from "../../kernel/signals.ts";
import { Log } from "../../log/log.ts";
import type { Transition } from "../messages.ts";
import { ConfigFacts } from "./config_facts.ts";
import type { Control } from "./control.ts";
import { controlOf } from "./control_of.ts";
import { type CoreHandle, type CoreNews, loadCore } from "./core_handle.ts";
import { warnOfEnvironment } from "./environment.ts";
import type { Daemon, DaemonOptions } from "./daemon.ts";
import { type CoreLoss, giveUp, type LeftBehind, rescue } from "./give_up.ts";
import type { ReloadOutcome } from "../../control/daemon_port.ts";
import { instancesStarted } from "./instance_report.ts";
import { coreSettings, loadSettings, logSettings } from "./load.ts";
import { managerVoice } from "./manager_voice.ts";
import { mayRun, SILENT, takeLocks } from "./may_run.ts";
import { PlannedFaults } from "./planned_faults.ts";
import { Relay } from "./relay.ts";
import { Reloader } from "./reload.ts";
import { Services } from "./services.ts";
import { listenForStop, surviveErrors } from "./signals.ts";
import { statusLine } from "./status_line.ts";
import { StatusReport } from "./status_report.ts";
import { stopNotice, stopPatience } from "./stop_patience.ts";
import type { Taken } from "./succession.ts";
import { transitionEvent } from "./transition_event.ts";

/** Milliseconds that the last lines of the log get. */
const FLUSH_LIMIT = 150;
/** Instances that have a line of their own when the daemon starts. */
const MOST_STARTED = 100;

/**
 * Run the daemon until it is told to stop, or another one has taken over.
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
  readonly #relay: Relay;
  readonly #status = new StatusReport(() =>
    this.#relay.notify(`STATUS=${statusLine(this.#services.states)}`)
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
    this.#relay = new Relay({
      ...{
        options,
        log: this.#log,
        core: this.#core,
        services: this.#services,
      },
      tellManager: managerVoice(this.#manager),
      standBy: (read) => this.#startCore(read, true),
      takeOver: (taken) => this.#takeOver(taken),
      settled: () => this.#settle(),
      leave: () => void this.#control?.stop(),
      stop: (signal) => this.#beginStop(signal),
      rescue: (settings) =>
        rescue(this.#leftBy({ settings }), this.#log, { forget: true }),
      end: (code) => this.#ended.resolve(code),
    });
  }

  async run(): Promise<number> {
    const [options, log] = [this.#options, this.#log];
    const read = loadSettings(options, log);
    await warnOfEnvironment(log);
    if (this.#relay.isSuccessor) this.#relay.succeed(read);
    else await this.#begin(read);
    const code = await this.#ended.promise;
    await this.#relay.settled();
    await Promise.race([this.#services.stop(), this.#cut.promise]);
    await this.#control?.stop();
    this.#status[Symbol.dispose]();
    if (code === 0 && !this.#relay.isPast) log.log({ event: "stopped" });
    await log.flush(FLUSH_LIMIT);
    this.#core.close();
    return code;
  }

  async #begin(read: ReadConfig | null): Promise<void> {
    const [options, log] = [this.#options, this.#log];
    const settings = read?.settings ?? null;
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
  }

  async #start(read: ReadConfig): Promise<void> {
    const [options, log] = [this.#options, this.#log];
    await this.#services.update(read.settings);
    const { instances } = read.settings;
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
    this.#startCore(read, false);
  }

  /** This daemon serves now, and all goes on. */
  #takeOver({ from, states, checks, took, gone }: Taken): void {
    const [log, daemon, services] = [this.#log, this.#daemon, this.#services];
    if (daemon === null) return;
    const { settings, options: { version } } = daemon;
    services.goOn(states, checks, gone);
    void services.update(settings);
    const instances = settings.instances.length;
    const facts = { version, pid: Deno.pid, from, instances, took };
    log.log({ event: "took_over", ...facts });
    listenToSignal("SIGHUP", () => void this.#relay.reload());
  }

  /** All take this process for the daemon now. */
  #settle(): void {
    this.#status.changed();
    this.#control?.loadDrains();
    this.#openControl();
  }

  #openControl(): void {
    const [daemon, reloader] = [this.#daemon, this.#reloader];
    if (daemon === null || reloader === null) return;
    const request = (): Promise<ReloadOutcome> => this.#relay.request();
    const compare = (): ReloadOutcome => reloader.compare();
    this.#control?.start({ daemon, reloader: { request, compare } });
  }

  #startCore({ settings, bytes }: ReadConfig, takesOver: boolean): void {
    const [options, log, core] = [this.#options, this.#log, this.#core];
    const { instances, global } = settings;
    const services = this.#services;
    const notifyManager = this.#relay.notify;
    surviveErrors(log);
    tendOrphans();
    const started = this.#started;
    const config = new ConfigFacts(options.configPath, bytes, started);
    const daemon = {
      ...{ options, log, core, services, notifyManager, settings },
      ...{ config, started },
    };
    this.#daemon = daemon;
    const control = controlOf(daemon, core, () => this.#relay.restart());
    this.#control = control;
    const reloader = new Reloader(daemon, { done: () => control.reloaded() });
    this.#reloader = reloader;
    this.#relay.run({ daemon, reloader });
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
        takesOver,
        // Those of the other daemon's core come with all that it knows.
        drains: takesOver ? {} : control.loadDrains(),
      },
    });
    if (!takesOver) this.#openControl();
    // Behind the start, which one that came before it must not forestall.
    listenForStop((signal) => this.#stop(signal));
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
        this.#relay.notify("READY=1");
        return listenToSignal("SIGHUP", () => void this.#relay.reload());
      case "handedOver":
      case "keeps":
      case "prepared":
      case "armed":
      case "refuses":
      case "tookOver":
        return this.#relay.hear(message);
      case "stopping":
        return this.#beginStop(message.signal);
      case "stopped":
        return this.#ended.resolve(this.#relay.isGuest ? 1 : 0);
      case "failed":
        log.log({ event: "failed", error: message.error });
        return this.#relay.lost("its core failed", () => {
          // The core has removed its addresses, as far as it could.
          if (this.#daemon !== null) rescue(this.#leftBy(this.#daemon), log);
          this.#ended.resolve(1);
        });
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
    // The new daemon has heard of it too.
    if (this.#relay.isPast) return this.#cut.resolve();
    this.#stops++;
    if (this.#stops === 1 || !this.#core.hasStopped) {
      return this.#beginStop(signal);
    }
    this.#log.log({ event: "stop", signal, atOnce: true });
    this.#cut.resolve();
  }

  #beginStop(signal: string): void {
    if (this.#stopping || this.#daemon === null) return;
    if (!this.#relay.mayStop(signal)) return;
    this.#stopping = true;
    this.#reloader?.stop();
    this.#log.log({ event: "stop", signal, atOnce: false });
    const patience = stopPatience(this.#daemon.settings);
    this.#relay.notify(...stopNotice(patience));
    this.#core.stop(patience);
  }

  #leftBy({ settings }: Pick<LeftBehind, "settings">): LeftBehind {
    return { recordPath: this.#recordPath, settings };
  }

  #giveUp(loss: CoreLoss): void {
    this.#relay.lost("its core hangs", () => this.#endWith(loss));
  }

  #endWith(loss: CoreLoss): void {
    if (this.#daemon !== null) {
      void giveUp(loss, this.#leftBy(this.#daemon), this.#log);
      return;
    }
    this.#log.log({ event: "core_hung", ...loss });
    this.#ended.resolve(1);
  }
}
