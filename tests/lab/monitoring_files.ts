/**
 * What lies in deployment/monitoring/, as far as tests read it.
 *
 * @module
 */

import { parse } from "yaml";

/** Where they are. */
export const MONITORING = new URL(
  "../../deployment/monitoring/",
  import.meta.url,
);

/** A panel of a board. */
export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly {
    readonly expr: string;
    readonly instant: boolean;
  }[];
}

/** A board of Grafana. */
export interface Board {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
    }[];
  };
}

/** An alert rule. */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The text of one of them. */
export function readMonitoring(name: string): string {
  return Deno.readTextFileSync(new URL(name, MONITORING));
}

/** Our board. */
export function readBoard(): Board {
  return JSON.parse(readMonitoring("grafana_alived.json"));
}

/** All panels of a board, also those in rows that are closed. */
export function panelsOf(board: Board): Panel[] {
  return board.panels.flatMap((panel) => [panel, ...panel.panels ?? []]);
}

/** The alert rules. */
export function readRules(): readonly Rule[] {
  return parse(readMonitoring("alived.rules.yml")).groups[0].rules;
}
