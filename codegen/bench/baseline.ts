/** The baseline: what models cost when somebody last said that it is good. */
import { refuse } from "../problems/problem.js";
import type { Case, Figures } from "./measurement.js";

/** Raised whenever a reader of an older one would go wrong. */
const VERSION = 1;

export interface BaselineRow extends Case, Figures {}

const names = ["model", "board", "engine", "form"] as const;
const figures = ["instructions", "ramBytes", "flashBytes"] as const;
export type FigureName = (typeof figures)[number];
export const figureNames: readonly FigureName[] = figures;

/** The baseline as a document; rows in a fixed order, so that a new one shows as few changed lines as there are. */
export function baselineDocument(rows: readonly BaselineRow[]): object {
  return {
    version: VERSION,
    rows: rows
      .map((row) => Object.fromEntries([...names, ...figures].map((name) => [name, row[name]])) as object)
      .sort((a, b) => (caseKey(a as Case) < caseKey(b as Case) ? -1 : 1)),
  };
}

/**
 * The rows of a baseline.
 *
 * @param path for messages
 * @throws Refusal `baseline-malformed`
 */
export function parseBaseline(bytes: Uint8Array, path: string): readonly BaselineRow[] {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse("baseline-malformed", { path, why: "it is not JSON" });
  }
  if (!isRecord(document) || document.version !== VERSION || !Array.isArray(document.rows))
    return refuse("baseline-malformed", { path, why: `it is no baseline of version ${VERSION}` });
  const bad = document.rows.findIndex((row) => !isRow(row));
  if (bad >= 0) return refuse("baseline-malformed", { path, why: `row ${bad} is damaged` });
  return document.rows;
}

/** The same text for the same case. */
export function caseKey({ model, board, engine, form }: Case): string {
  return JSON.stringify([model, board, engine, form]);
}

function isRow(value: unknown): value is BaselineRow {
  return (
    isRecord(value) &&
    names.every((name) => typeof value[name] === "string") &&
    figures.every(
      (name) => value[name] === undefined || (Number.isSafeInteger(value[name]) && Number(value[name]) >= 0),
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
