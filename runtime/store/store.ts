/** The models of an application that are newer than itself: two slots in a partition of flash, one of them in use. */
import { hasDigest, isSigned, payloadBytes, type Structure } from "./header.js";
import type { Partition } from "./partition.js";
import { UpdateRefused } from "./refused.js";
import { passes, type TestedModel } from "./self-test.js";
import { type Digest, Sha256 } from "./sha256.js";
import { MOST_TRIES, Slot } from "./slot.js";
import { Update } from "./update.js";

export interface StoreOptions {
  readonly partition: Partition;
  /** `structure` of the model's module. */
  readonly structure: Structure;
  /** Ed25519 key of those who may update: 64 hexadecimal digits, as `xsnn key` prints them. */
  readonly publicKey: string;
  /** Version counter of the weights in the application itself, which take the place of all that are not newer; 0. */
  readonly builtIn?: number;
  /** How often a model may be opened before it is confirmed: 1 to 8, if not given 3. */
  readonly tries?: number;
  /** What computes SHA-256, if the host has something faster. */
  readonly newDigest?: () => Digest;
}

const FEWEST_BLOCKS = 4;
const DEFAULT_TRIES = 3;

export class ModelStore {
  private readonly options: StoreOptions;
  private readonly first: Slot;
  private readonly second: Slot;
  private readonly hash: readonly number[];
  private readonly weightsBytes: number;
  private readonly builtIn: number;
  private readonly tries: number;
  private active: Slot | undefined;
  private isOpen = false;
  private updating: Update | undefined;

  /** Maps the partition. @throws RangeError where it has no room for two slots, or options are out of range */
  constructor(options: StoreOptions) {
    const { partition, structure, publicKey, builtIn = 0, tries = DEFAULT_TRIES } = options;
    const blocks = Math.floor(partition.bytes / partition.blockBytes);
    if (blocks < FEWEST_BLOCKS)
      throw new RangeError(
        `the store's partition has ${blocks} blocks, at least ${FEWEST_BLOCKS} are needed`,
      );
    if (publicKey.length !== 64) throw new RangeError("the store's public key takes 64 hexadecimal digits");
    if (!(tries >= 1 && tries <= MOST_TRIES))
      throw new RangeError(`the store's tries are 1 to ${MOST_TRIES}`);
    const memory = partition.map();
    const half = blocks >> 1;
    this.options = options;
    this.hash = structure.hash;
    this.weightsBytes = structure.weightsBytes;
    this.builtIn = builtIn;
    this.tries = tries;
    this.first = new Slot(partition, memory, 0, half);
    this.second = new Slot(partition, memory, half, half);
  }

  /**
   * Maps the newest weights that hold, and counts an attempt where they are not confirmed. Looks at header and marks only,
   * so it takes the same however large they are, and little: an application waits for it whenever it starts.
   *
   * @returns the weights, read in place, for the constructor of the model; undefined where the application's own are newest
   */
  open(): Uint8Array | undefined {
    this.isOpen = true;
    const { first, second, builtIn, hash } = this;
    for (;;) {
      const one = first.counter;
      const other = second.counter;
      const isFirst = one > other;
      let slot = isFirst ? first : second;
      if ((isFirst ? one : other) <= builtIn || !slot.fits(hash)) {
        slot = isFirst ? second : first;
        if ((isFirst ? other : one) <= builtIn || !slot.fits(hash)) {
          this.active = undefined;
          return undefined;
        }
      }
      this.active = slot;
      if (slot.isConfirmed || slot.attempt(this.tries)) return slot.payload(0, this.weightsBytes);
      slot.markBad();
    }
  }

  /** Version counter of what `open()` gave. */
  get counter(): number {
    return this.active ? this.active.counter : this.builtIn;
  }

  /** Whether what `open()` gave is still to prove itself: `selfTest()` first, then `confirm()` or `reject()`. */
  get isOnTrial(): boolean {
    return this.active !== undefined && !this.active.isConfirmed;
  }

  /** Whether the model computes, on the vectors that came with its weights, what it should to the last bit. */
  selfTest(model: TestedModel): boolean {
    return this.active === undefined || passes(this.active, model);
  }

  /** The model in use stays. */
  confirm(): void {
    if (this.active && this.isOnTrial) this.active.confirm();
  }

  /** The model in use is never opened again: `open()` gives the one before it. */
  reject(): void {
    this.active?.markBad();
    this.active = undefined;
    this.isOpen = false;
  }

  /** Whether digest and signature of the model in use hold, all of it read again. An update has done this once. */
  verify(): boolean {
    const { active } = this;
    if (!active) return true;
    const digest = this.newDigest();
    const length = payloadBytes(active.words);
    if (length > active.capacity) return false;
    digest.update(active.payload(0, length));
    return hasDigest(active.words, digest.digest()) && isSigned(active.header, this.options.publicKey);
  }

  /**
   * Begins an update, in the slot that is not in use; one that was under way ends.
   *
   * @throws UpdateRefused `on-trial` where the model in use is not confirmed, for the other slot is what it falls back to
   */
  update(): Update {
    if (!this.isOpen) throw new Error("open() comes first: it says which slot is in use");
    if (this.isOnTrial)
      throw new UpdateRefused("on-trial", `version ${this.counter}, which is in use, is not confirmed yet`);
    this.updating?.abort();
    this.updating = new Update(this.active === this.first ? this.second : this.first, {
      structure: this.options.structure,
      publicKey: this.options.publicKey,
      newest: this.newestKnown(),
      digest: this.newDigest(),
    });
    return this.updating;
  }

  /** The greatest version counter that was ever verified here for this application, those found bad included. */
  private newestKnown(): number {
    const known = (slot: Slot) => (slot.fits(this.hash) ? slot.counterEvenIfBad : 0);
    return Math.max(this.builtIn, known(this.first), known(this.second));
  }

  private newDigest(): Digest {
    return this.options.newDigest ? this.options.newDigest() : new Sha256();
  }
}
