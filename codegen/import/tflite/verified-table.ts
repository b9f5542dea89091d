/**
 * FlatBuffers that nobody has verified. Every offset, vtable, length, alignment and text is checked against the file
 * before it is used, and the work that a file can cause is bounded: whatever the bytes, the result is a value or a
 * Refusal. Format: FlatBuffers' "internals" document.
 */
import { ByteBuffer } from "flatbuffers";
import { refuse } from "../../problems/problem.js";

const MAX_DEPTH = 16;
const MAX_TABLES = 100_000;
/** Lists may share bytes, so a small file can describe endless ones: they may not add up to more than this. */
const MAX_SHARING = 8;
const SHARING_ALLOWANCE = 65_536;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a file and how much of the work allowed has been done. */
export class FlatFile {
  readonly bytes: Uint8Array;
  readonly buffer: ByteBuffer;
  readonly size: number;
  private tables = 0;
  private visited = 0;

  constructor(bytes: Uint8Array) {
    // Node's Buffer is a Uint8Array whose slice() shares memory; ours must copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.buffer = new ByteBuffer(this.bytes);
    this.size = bytes.length;
  }

  /** The table that the file begins with. */
  root(): VerifiedTable {
    this.requireInside("the start of the file", 0, 8);
    return new VerifiedTable(this, this.follow("the root table", 0), 0);
  }

  /** The four characters after the root offset. */
  identifier(): string {
    return String.fromCharCode(...this.bytes.subarray(4, 8));
  }

  /** The target of the unsigned offset at `at`, which the caller knows to be inside. */
  follow(part: string, at: number): number {
    const offset = this.buffer.readUint32(at);
    // Offsets lead forward; the format has them below 2^31, so that a larger one wraps around to what came before.
    if (offset === 0 || offset >= 2 ** 31) refuse("offset-cyclic", { part, at });
    const target = at + offset;
    if (target >= this.size) refuse("offset-range", { part, target, size: this.size });
    this.requireAligned(part, target, 4);
    return target;
  }

  /** A copy of bytes that the file places by their position, not by an offset. */
  slice(part: string, at: number, length: number): Uint8Array {
    this.requireInside(part, at, length);
    this.countBytes(length);
    return this.bytes.slice(at, at + length);
  }

  requireInside(part: string, at: number, length: number): void {
    if (at + length > this.size) refuse("file-truncated", { part, end: at + length, size: this.size });
  }

  requireAligned(part: string, at: number, alignment: number): void {
    if (at % alignment !== 0) refuse("offset-alignment", { part, at, alignment });
  }

  countTable(): void {
    if (++this.tables > MAX_TABLES) refuse("too-many-tables", { limit: MAX_TABLES });
  }

  /** Counts bytes of vectors and strings, before they are read. */
  countBytes(length: number): void {
    this.visited += length;
    const limit = MAX_SHARING * this.size + SHARING_ALLOWANCE;
    if (this.visited > limit) refuse("too-much-data", { limit });
  }
}

/** One table. Fields are named by slot; a field that is absent has the schema's default, which the caller gives. */
export class VerifiedTable {
  private readonly vtable: number;
  private readonly vtableSize: number;
  private readonly tableSize: number;

  /** @param at position of the table, aligned and inside the file */
  constructor(
    private readonly file: FlatFile,
    private readonly at: number,
    private readonly depth: number,
  ) {
    file.countTable();
    if (depth > MAX_DEPTH) refuse("too-deep", { limit: MAX_DEPTH });
    file.requireInside("a table", at, 4);
    const vtable = at - file.buffer.readInt32(at);
    if (vtable < 0 || vtable >= file.size)
      refuse("offset-range", { part: "a vtable", target: vtable, size: file.size });
    file.requireAligned("a vtable", vtable, 2);
    file.requireInside("a vtable", vtable, 4);
    this.vtable = vtable;
    this.vtableSize = file.buffer.readUint16(vtable);
    this.tableSize = file.buffer.readUint16(vtable + 2);
    if (this.vtableSize < 4 || this.vtableSize % 2 !== 0 || this.tableSize < 4) refuse("vtable", { at });
    file.requireInside("a vtable", vtable, this.vtableSize);
    file.requireInside("a table", at, this.tableSize);
  }

  int8(slot: number, absent = 0): number {
    const field = this.field(slot, 1);
    return field === 0 ? absent : this.file.buffer.readInt8(field);
  }

  uint8(slot: number, absent = 0): number {
    const field = this.field(slot, 1);
    return field === 0 ? absent : this.file.buffer.readUint8(field);
  }

  bool(slot: number): boolean {
    return this.uint8(slot) !== 0;
  }

  int32(slot: number, absent = 0): number {
    const field = this.field(slot, 4);
    return field === 0 ? absent : this.file.buffer.readInt32(field);
  }

  uint32(slot: number, absent = 0): number {
    return this.int32(slot, absent) >>> 0;
  }

  uint64(slot: number): bigint {
    const field = this.field(slot, 8);
    return field === 0 ? 0n : this.file.buffer.readUint64(field);
  }

  float32(slot: number, absent = 0): number {
    const field = this.field(slot, 4);
    return field === 0 ? absent : this.file.buffer.readFloat32(field);
  }

  table(slot: number): VerifiedTable | undefined {
    const field = this.field(slot, 4);
    if (field === 0) return undefined;
    return new VerifiedTable(this.file, this.file.follow("a table", field), this.depth + 1);
  }

  string(slot: number): string | undefined {
    const vector = this.vector(slot, 1);
    if (vector === undefined) return undefined;
    const { start, length } = vector;
    try {
      return utf8.decode(this.file.bytes.subarray(start, start + length));
    } catch {
      return refuse("string-encoding", { at: start });
    }
  }

  /** A copy, so that it is aligned and keeps nothing else of the file alive. */
  bytes(slot: number): Uint8Array | undefined {
    const vector = this.vector(slot, 1);
    return vector && this.file.bytes.slice(vector.start, vector.start + vector.length);
  }

  int32s(slot: number): number[] | undefined {
    return this.elements(slot, 4, (at) => this.file.buffer.readInt32(at));
  }

  float32s(slot: number): number[] | undefined {
    return this.elements(slot, 4, (at) => this.file.buffer.readFloat32(at));
  }

  /** As numbers: inexact beyond 2^53, where every use is out of range anyway. */
  int64s(slot: number): number[] | undefined {
    return this.elements(slot, 8, (at) => Number(this.file.buffer.readInt64(at)));
  }

  /** The tables of a vector; none where it is absent. */
  tables(slot: number): VerifiedTable[] {
    const { file, depth } = this;
    const read = (at: number) => new VerifiedTable(file, file.follow("a table", at), depth + 1);
    return this.elements(slot, 4, read) ?? [];
  }

  private elements<T>(slot: number, size: number, read: (at: number) => T): T[] | undefined {
    const vector = this.vector(slot, size);
    return vector && Array.from({ length: vector.length }, (_, i) => read(vector.start + i * size));
  }

  /** Where a vector's elements are, all inside the file. */
  private vector(slot: number, elementSize: number): { start: number; length: number } | undefined {
    const { file } = this;
    const field = this.field(slot, 4);
    if (field === 0) return undefined;
    const at = file.follow("a list", field);
    file.requireInside("a list", at, 4);
    const length = file.buffer.readUint32(at);
    file.requireInside("a list", at + 4, length * elementSize);
    file.countBytes(length * elementSize);
    return { start: at + 4, length };
  }

  /** The position of a field of `size` bytes; 0 where it is absent. */
  private field(slot: number, size: number): number {
    const entry = 4 + 2 * slot;
    if (entry + 2 > this.vtableSize) return 0;
    const offset = this.file.buffer.readUint16(this.vtable + entry);
    if (offset === 0) return 0;
    if (offset < 4 || offset + size > this.tableSize) refuse("vtable", { at: this.at });
    this.file.requireAligned("a field", this.at + offset, size);
    return this.at + offset;
  }
}
