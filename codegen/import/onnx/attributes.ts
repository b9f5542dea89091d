import type { Place } from "../../problems/problem.js";
import { refuse } from "../../problems/problem.js";
import { ATTRIBUTE_TYPES, type Attribute, type Tensor } from "./schema.js";

const utf8 = new TextDecoder();

/** The attributes of a node. What nobody has asked for in the end is refused: it would change the meaning unseen. */
export class Attributes {
  private readonly unread: Map<string, Attribute>;
  private readonly attributes: ReadonlyMap<string, Attribute>;
  private readonly place: Place;

  constructor(attributes: readonly Attribute[], place: Place) {
    this.attributes = new Map(attributes.map((attribute) => [attribute.name ?? "", attribute]));
    this.unread = new Map(this.attributes);
    this.place = place;
  }

  int(name: string, absent: number): number {
    return this.value(name, "i") ?? absent;
  }

  float(name: string, absent: number): number {
    const value = this.value(name, "f");
    if (value !== undefined && !Number.isFinite(value)) this.refuse(name, `${value}`, "finite numbers");
    return value ?? absent;
  }

  string(name: string, absent: string): string {
    const value = this.value(name, "s");
    return value === undefined ? absent : utf8.decode(value);
  }

  ints(name: string): readonly number[] | undefined {
    return this.value(name, "ints");
  }

  floats(name: string): readonly number[] | undefined {
    return this.value(name, "floats");
  }

  tensor(name: string): Tensor | undefined {
    return this.value(name, "t");
  }

  has(name: string): boolean {
    return this.attributes.has(name);
  }

  /** Attributes without meaning for inference. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.unread.delete(name);
  }

  /** @throws Refusal `onnx-attribute-unknown` */
  requireAllRead(): void {
    for (const attribute of this.unread.keys()) refuse("onnx-attribute-unknown", { attribute }, this.place);
  }

  refuse(attribute: string, value: string, supported: string): never {
    return refuse("onnx-attribute", { attribute, value, supported }, this.place);
  }

  private value<K extends keyof typeof ATTRIBUTE_TYPES>(name: string, field: K): Attribute[K] | undefined {
    const attribute = this.attributes.get(name);
    if (!attribute) return undefined;
    this.unread.delete(name);
    const { type } = attribute;
    if (type !== undefined && type !== ATTRIBUTE_TYPES[field])
      this.refuse(name, `of type ${type}`, `type ${ATTRIBUTE_TYPES[field]}`);
    return attribute[field];
  }
}
