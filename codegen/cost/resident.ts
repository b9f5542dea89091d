/**
 * What modules take of RAM where nothing is preloaded, as in a mod: the objects that they make when they are imported, and
 * the names that the firmware does not know. Code and strings are read where they lie. Counted on the emulated ESP32-C3,
 * where each figure below is the difference that one more makes (`test/cost/resident.test.ts` counts whole models again).
 */
import { bits } from "./flash.js";
import { CHUNK_HEADER, chunk } from "./garbage.js";
import { KNOWN_NAMES } from "./known-names.js";

/** Slots and bytes of chunks on a 32-bit chip, and how many names are new. */
export interface Resident {
  readonly slots: number;
  readonly chunkBytes: number;
  readonly names: number;
}

/** A module's own: its instance, realm, exports, imports and meta. */
const MODULE = 7;

/** A variable that other modules import, and one that none does. */
const EXPORT = 2;
const UNUSED_EXPORT = 3;

/** A function as an object, and its scope where it refers to variables of the module. */
const FUNCTION = 8;
const SCOPE = 2;

/** A class's method as a property of its prototype; the function that sets its fields. */
const METHOD = 6;
const FIELDS = 12;

/** An array beside its places, and a place. */
const ARRAY = 2;
const PLACE_BYTES = 16;

/** Comments and strings, of which nothing counts. */
const IGNORED = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"/g;

const IMPORT = /^import \{([^}]*)\}/gm;
const STATEMENT = /^(?=(?:import|export|function|const|let|class)\b)/m;
const METHODS = /^(?= {2}(?!constructor)(?:get |set |static )?\w+\(.*\) \{$)/m;
const IDENTIFIER = /(?<![\w.])[A-Za-z_$][\w$]*/g;
const NAME = /(?<!\w)[A-Za-z_$][\w$]*/g;

/**
 * @param modules their JavaScript by specifier, declarations of modules at the beginning of a line as everywhere in the runtime
 * and in generated code
 */
export function residentOf(modules: ReadonlyMap<string, string>): Resident {
  const names = new Set(modules.keys());
  const texts = [...modules.values()].map((text) =>
    text.replace(IGNORED, (it) => (it.startsWith('"') ? '""' : "")),
  );
  const wanted = new Set(
    texts.flatMap((text) => [...text.matchAll(IMPORT)].flatMap(([, list]) => importedNames(list))),
  );
  let slots = 0;
  let chunkBytes = 0;
  for (const text of texts) {
    for (const [name] of text.matchAll(NAME)) names.add(name);
    const found = moduleObjects(text, wanted);
    slots += found.slots;
    chunkBytes += found.chunkBytes;
  }
  const own = [...names].filter((name) => !KNOWN_NAMES.has(name));
  return {
    slots: slots + own.length,
    chunkBytes: own.reduce((sum, { length }) => sum + nameBytes(length), chunkBytes),
    names: own.length,
  };
}

/**
 * Slots of the heap that modules are imported in. While XS links them it keeps up to as many again, which it gives back: 0.1 to
 * 0.95 of them in plans of two golden models. What they are for was not found out.
 */
export function importedIn({ slots }: Resident): number {
  return 2 * slots;
}

/** Of a name of so many letters. */
function nameBytes(length: number): number {
  return CHUNK_HEADER + 4 * Math.ceil((length + 1) / 4);
}

/** What one module makes, names apart. */
function moduleObjects(text: string, wanted: ReadonlySet<string>): Omit<Resident, "names"> {
  const statements = text.split(STATEMENT);
  const own = statements.filter((it) => !it.startsWith("import"));
  const variables = new Set(statements.flatMap(declared));
  const exported = own.filter((it) => it.startsWith("export")).flatMap(declared);
  const elsewhere = new Set([...exported, ...statements.filter((it) => !own.includes(it)).flatMap(declared)]);
  const used = own.flatMap(functionsOf).map((body) => {
    const words = [...body.matchAll(IDENTIFIER)].map(([word]) => word);
    return new Set(words.filter((word) => variables.has(word)));
  });
  const living = new Set(used.flatMap((names) => [...names].filter((name) => !elsewhere.has(name))));
  const values = own.filter((it) => !isFunction(it) && !isClass(it)).map(valueObjects);
  return {
    slots:
      MODULE +
      living.size +
      sum(exported.map((name) => (wanted.has(name) ? EXPORT : UNUSED_EXPORT))) +
      sum(used.map(({ size }) => (size > 0 ? SCOPE + size : 0))) +
      sum(own.map((it) => (isFunction(it) ? FUNCTION : isClass(it) ? classSlots(it) : 0))) +
      sum(values.map(({ slots }) => slots)),
    chunkBytes: sum(values.map(({ chunkBytes }) => chunkBytes)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function isFunction(statement: string): boolean {
  return /^(?:export )?function\b/.test(statement);
}

function isClass(statement: string): boolean {
  return /^(?:export (?:default )?)?class\b/.test(statement);
}

/** A function as it is, of a class its constructor with all around it and each other method. */
function functionsOf(statement: string): string[] {
  if (isClass(statement)) return statement.split(METHODS);
  return isFunction(statement) ? [statement] : [];
}

function classSlots(statement: string): number {
  const methods = statement.split(METHODS).length - 1;
  return FUNCTION + METHOD * methods + (/^ {2}\w+( =.*)?;$/m.test(statement) ? FIELDS : 0);
}

/** The names in an import's list, as the exporting module has them. */
function importedNames(list: string): string[] {
  return list.split(",").map((it) => it.trim().replace(/ as .*$/, ""));
}

/** The variables that a statement declares. */
function declared(statement: string): string[] {
  const imported = /^import \{([^}]*)\}/.exec(statement);
  if (imported)
    return imported[1]
      .split(",")
      .map((it) => it.trim().replace(/^.* as /, ""))
      .filter(Boolean);
  const own = /^(?:export (?:default )?)?(?:function|class|const|let) (\w+)/.exec(statement);
  return own ? [own[1]] : [];
}

/** The objects of a constant: literals of objects and lists, with literals in them, or a BigInt. */
function valueObjects(body: string): Omit<Resident, "names"> {
  const objects = body.match(/\{/g)?.length ?? 0;
  const properties = body.match(/[\w"]+:|^\s*\w+,$/gm)?.length ?? 0;
  const lists = [...body.matchAll(/\[([^\]]*)\]/g)].map(
    ([, items]) => items.split(",").filter((it) => it.trim()).length,
  );
  const bigint = /^(?:export )?const \w+ = (.*);\n/.exec(body);
  const bigintBytes =
    bigint && /[\da-f]n\b|repeated\(/.test(bigint[1])
      ? chunk(Math.max(1, Math.ceil(bits(bigint[1]) / 32)))
      : 0;
  return {
    slots: objects + properties + ARRAY * lists.length,
    chunkBytes: lists.reduce((sum, length) => sum + CHUNK_HEADER + PLACE_BYTES * length, bigintBytes),
  };
}
