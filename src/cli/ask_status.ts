/**
 * A status, asked for and looked at.
 *
 * @module
 */

import * as v from "valibot";
import { type Status, statusSchema } from "../control/snapshot.ts";
import {
  type Answer,
  type ControlClient,
  parseAnswer,
} from "./control_client.ts";
import { ControlError, EXIT } from "./control_error.ts";
import { PROGRAM_VERSION } from "./version.ts";

/** A status, and the bytes that say it. */
export interface AskedStatus {
  /** What it says; its texts are fit for a terminal. */
  readonly status: Status;
  /** As it came. */
  readonly text: string;
}

/**
 * Ask how the daemon is.
 *
 * @param instance Name of the one instance that it is about, or undefined.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function askStatus(
  client: ControlClient,
  instance?: string,
): Promise<AskedStatus> {
  const query = instance === undefined
    ? ""
    : `?instance=${encodeURIComponent(instance)}`;
  const answer = await client.ask(`/v1/status${query}`);
  return { status: understood(statusSchema, answer), text: answer.text };
}

/**
 * Read an answer by its schema.
 *
 * @throws {ControlError} When it is another, as of another version.
 */
export function understood<Schema extends v.GenericSchema>(
  schema: Schema,
  { text }: Answer,
): v.InferOutput<Schema> {
  try {
    return v.parse(schema, parseAnswer(text));
  } catch (error) {
    const isOther = error instanceof v.ValiError ||
      error instanceof SyntaxError;
    if (!isOther) throw error;
    throw new ControlError(
      `The daemon does not speak as this program (${PROGRAM_VERSION}) does: ` +
        `is it of another version? (${error.message})`,
      EXIT.failed,
    );
  }
}
