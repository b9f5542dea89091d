/**
 * Chooses how each layer of planes is computed, and in how many bands tensors rest: by instructions and those of collections
 * in a heap.
 */
import { DEFAULT_SLOTS, type Heap, layerCollections } from "../../cost/collections.js";
import type { TensorId } from "../../graph/graph.js";
import { BANDS } from "./bands.js";
import { type Bands, type Composer, readBy } from "./compose.js";
import type { Domain } from "./domain.js";
import { writeGroup } from "./group.js";
import { Slots } from "./slots.js";
import { type PlaneTensor, placeCount, planeBytes } from "./tensor.js";
import { cheapestBands, cheapestWay, isWide, type Way } from "./ways.js";

/** Channels that are written for an estimate. */
const SAMPLE = 2;

/** How much dearer rows in pairs are than they seem: zeros among activations spare them less. */
const PAIRED = 1.05;

/** Instructions that a byte of flash is worth. */
const FLASH = 2;

export class Chooser {
  /** In how many bands the tensors of a domain rest. */
  readonly bands: Bands = (domain) => this.#bands.get(domain) ?? 1;
  readonly #composer: Composer;
  readonly #heap: Heap;
  readonly #bands = new Map<Domain, number>();
  readonly #costs = new Map<string, number>();

  constructor(composer: Composer, chunkBytes: number) {
    this.#composer = composer;
    this.#heap = { chunkBytes, slots: DEFAULT_SLOTS, liveBytes: composer.arenaBytes };
    this.#chooseBands();
  }

  /** How a group is computed. */
  way(position: number): Way {
    return cheapestWay(this.#ways(position), (way) => this.#cost(position, way));
  }

  #chooseBands(): void {
    const { groups } = this.#composer;
    const resting = groups.filter(({ output }) => this.#composer.rests(output));
    for (const domain of new Set(resting.map(({ made }) => made.domain.root))) {
      const sizes = resting.flatMap(({ made }) => (made.domain.root === domain ? [made.size] : []));
      const isPossible = (bands: number) =>
        bands === 1 ||
        (!domain.isTransposed &&
          sizes.every(
            (size) =>
              size.rows % bands === 0 && isWide({ ...domain.geometry(size), rows: size.rows / bands }),
          ));
      const touching = [...groups.keys()].filter((position) =>
        [groups[position].output, ...readBy(groups[position])].some(
          (id) => resting.find(({ output }) => output === id)?.made.domain.root === domain,
        ),
      );
      const best = cheapestBands(BANDS.filter(isPossible), (bands) => {
        this.#bands.set(domain, bands);
        const costs = touching.map((position) =>
          Math.min(...this.#ways(position).map((way) => this.#cost(position, way))),
        );
        return costs.reduce((sum, it) => sum + it, 0);
      });
      this.#bands.set(domain, best);
    }
  }

  /** The tensors that a group reads. */
  #tensors(position: number): Map<TensorId, PlaneTensor> {
    const ids = readBy(this.#composer.groups[position]).filter((id) => this.#composer.rests(id));
    return new Map(ids.map((id) => [id, this.#composer.tensor(id, this.bands, 0)]));
  }

  #ways(position: number): Way[] {
    return this.#composer.ways(position, this.bands, this.#tensors(position));
  }

  #cost(position: number, way: Way): number {
    const tensors = this.#tensors(position);
    const { made } = this.#composer.groups[position];
    const rest = [...tensors.values()].map(({ bands }) => bands);
    const key = [position, way.bands, way.isPaired, this.bands(made.domain.root), ...rest].join();
    const known = this.#costs.get(key);
    if (known !== undefined) return known;
    const slots = new Slots();
    const placed = [...tensors].map(([id, it]) => [id, { ...it, slot: slots.take(placeCount(it)) }] as const);
    const group = this.#composer.compose(position, way, this.bands, new Map(placed), slots);
    const cost = writeGroup(group, SAMPLE)?.cost;
    const figure = cost
      ? (way.isPaired ? PAIRED : 1) * cost.instructions +
        FLASH * cost.flashBytes +
        layerCollections(cost, this.#restingBytes(position), this.#heap)
      : Number.POSITIVE_INFINITY;
    this.#costs.set(key, figure);
    return figure;
  }

  /** Bytes that rest while a group is computed and are neither read last nor made by it. */
  #restingBytes(position: number): number {
    const { groups } = this.#composer;
    const [op] = groups[position].ops;
    const ids = groups.map(({ output }) => output).filter((id) => this.#composer.rests(id));
    return ids
      .filter((id) => this.#composer.restOf(id).from < op && op < this.#composer.restOf(id).to)
      .reduce((sum, id) => sum + planeBytes(this.#composer.tensor(id, this.bands, 0)), 0);
  }
}
