/**
 * Values from files that anybody may have written, checked field by field. A schema is a function; the type of what it
 * accepts is inferred, so that a description and its check are one text.
 */

/** Told of each field that is wrong: its path, what it is and what it must be. */
export type Report = (field: string, found: string, expected: string) => void;

/** The value if it is as it must be; undefined where something was reported. */
export type Schema<T> = (value: unknown, field: string, report: Report) => T | undefined;

/** The type that a schema accepts. */
export type Accepted<S> = S extends Schema<infer T> ? T : never;

/** A number from `least` to `most`, both inclusive. */
export function number(least: number, most: number): Schema<number> {
  return (value, field, report) => {
    if (typeof value === "number" && value >= least && value <= most) return value;
    report(field, textOf(value), `a number from ${least} to ${most}`);
    return undefined;
  };
}

/** An integer from `least` to `most`, both inclusive. */
export function integer(least: number, most: number): Schema<number> {
  return (value, field, report) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number;
    report(field, textOf(value), `an integer from ${least} to ${most}`);
    return undefined;
  };
}

/** A text of one line that matches `pattern`. */
export function text(pattern: RegExp, expected: string): Schema<string> {
  return (value, field, report) => {
    if (typeof value === "string" && value.length <= MAX_TEXT && !/\p{C}/u.test(value) && pattern.test(value))
      return value;
    report(field, textOf(value), expected);
    return undefined;
  };
}

/** One of some texts. */
export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  return (value, field, report) => {
    if (values.includes(value as T)) return value as T;
    report(field, textOf(value), values.length === 1 ? `"${values[0]}"` : `one of ${values.join(", ")}`);
    return undefined;
  };
}

/** What `schema` accepts, or null. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return (value, field, report) => (value === null ? null : schema(value, field, report));
}

/** A list of at most `most` values. */
export function list<T>(schema: Schema<T>, most: number): Schema<readonly T[]> {
  return (value, field, report) => {
    if (!Array.isArray(value) || value.length > most) {
      const found = Array.isArray(value) ? `a list of ${value.length}` : textOf(value);
      report(field, found, `a list of at most ${most}`);
      return undefined;
    }
    let isWrong = false;
    const note: Report = (...what) => {
      isWrong = true;
      report(...what);
    };
    for (const [i, item] of value.entries()) schema(item, `${field}[${i}]`, note);
    return isWrong ? undefined : value;
  };
}

/** An object with exactly these fields. */
export function record<Fields extends Readonly<Record<string, Schema<unknown>>>>(
  fields: Fields,
): Schema<{ readonly [Name in keyof Fields]: Accepted<Fields[Name]> }> {
  return (value, field, report) => {
    if (!isRecord(value)) {
      report(field || "the whole", textOf(value), "an object");
      return undefined;
    }
    let isWrong = false;
    const note: Report = (...what) => {
      isWrong = true;
      report(...what);
    };
    const path = (name: string) => (field ? `${field}.${name}` : name);
    for (const [name, schema] of Object.entries(fields)) schema(value[name], path(name), note);
    for (const name of Object.keys(value))
      if (!Object.hasOwn(fields, name)) note(path(name.slice(0, MAX_SHOWN)), "given", "absent");
    return isWrong ? undefined : (value as { [Name in keyof Fields]: Accepted<Fields[Name]> });
  };
}

const MAX_TEXT = 600;
const MAX_SHOWN = 40;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a message shows it. */
function textOf(value: unknown): string {
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return "a list";
  if (isRecord(value)) return "an object";
  const shown = JSON.stringify(value);
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}
