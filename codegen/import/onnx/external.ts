/** Weights in files beside the model: where ONNX puts what does not fit into 2 GiB, and some exporters everything. */
import { refuse } from "../../problems/problem.js";
import { decode } from "./protobuf.js";
import { EXTERNAL, Model, type Tensor } from "./schema.js";

/** Files that a model names, by the path that it gives, relative to its folder. */
export type Companions = ReadonlyMap<string, Uint8Array>;

/**
 * The files that the initializers of a model are in, each once. All of them are below the model's folder.
 *
 * @throws Refusal `onnx-external-path`, and those of damaged files
 */
export function companionsOf(file: Uint8Array): string[] {
  const { graph } = decode(Model, file);
  const outside = (graph?.initializer ?? []).filter(({ dataLocation }) => dataLocation === EXTERNAL);
  return [...new Set(outside.map(locationOf))];
}

/** Reads external data out of the files that were given with a model. */
export class ExternalFiles {
  constructor(private readonly files: Companions) {}

  /** The bytes of a tensor, not a copy of them. */
  data(tensor: Tensor): Uint8Array {
    const name = tensor.name ?? "";
    const location = locationOf(tensor);
    const file = this.files.get(location) ?? refuse("onnx-external-missing", { tensor: name, location });
    const offset = number(tensor, "offset", 0);
    const end = offset + number(tensor, "length", file.length - offset);
    if (!(offset >= 0 && end >= offset && end <= file.length))
      refuse("onnx-external-range", { tensor: name, location, end, size: file.length });
    return new Uint8Array(file.buffer, file.byteOffset + offset, end - offset);
  }
}

function entry({ externalData }: Tensor, key: string): string | undefined {
  return externalData.find((pair) => pair.key === key)?.value;
}

/** A size in decimal digits; NaN, which is inside of nothing, where it is something else. */
function number(tensor: Tensor, key: string, absent: number): number {
  const text = entry(tensor, key);
  if (text === undefined) return absent;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** The path of a tensor's file. It has no root, drive, parent or empty part, in the way of any system. */
function locationOf(tensor: Tensor): string {
  const location = entry(tensor, "location") ?? "";
  const parts = location.split("/").filter((part) => part !== ".");
  const safe = parts.every((part) => part !== "" && part !== ".." && !/[\\:\0]/.test(part));
  if (parts.length === 0 || !safe) refuse("onnx-external-path", { location });
  return parts.join("/");
}
