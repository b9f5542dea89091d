/**
 * Chooses how each layer of planes is computed, and in how many bands tensors rest: by instructions and those of collections
 * in a heap.
 */

import { DEFAULT_SLOTS, type Heap, layerCollections } from "../../cost/collections.js";
import type { Cost } from "../../cost/cost.js";
import type { TensorId } from "../../graph/graph.js";
import { placeCount } from "../../graph/lanes.js";
import { PRICES } from "../../plan/goal.js";
import { BANDS } from "./bands.js";
import { type Composer, type RestOf, readBy } from "./compose.js";
import type { Domain, Size } from "./domain.js";
import { writeGroup } from "./group.js";
import { Slots } from "./slots.js";
import { type PlaneTensor, planeBytes } from "./tensor.js";
import { cheapestRest, cheapestWay, isWide, type Rest, type Way } from "./ways.js";
import { canBeHalved } from "./winograd.js";

/** Channels that are written for an estimate. */
const SAMPLE = 2;

/** How much of the chunks may live at once. */
const LIVE_SHARE = 0.85;

const NO_ROOM = 1e12;

const PLAIN: Rest = { bands: 1, isHalved: false };

export class Chooser {
  /** How the tensors of a domain rest. */
  readonly rest: RestOf = (domain) => domain.held ?? this.#rests.get(domain) ?? PLAIN;
  readonly #composer: Composer;
  readonly #heap: Heap;
  readonly #rests = new Map<Domain, Rest>();
  readonly #costs = new Map<string, number>();
  readonly #chosen = new Map<number, Way>();

  constructor(composer: Composer, chunkBytes: number) {
    this.#composer = composer;
    this.#heap = { chunkBytes, slots: DEFAULT_SLOTS, liveBytes: composer.arenaBytes };
    this.#chooseRests();
  }

  /** How a group is computed; undefined where it cannot be, as the tensors lie that are given. */
  way(position: number): Way | undefined {
    const known = this.#chosen.get(position);
    if (known) return known;
    const ways = this.#ways(position);
    if (ways.length === 0) return undefined;
    const way = cheapestWay(ways, (it) => this.#cost(position, it));
    this.#chosen.set(position, way);
    return way;
  }

  #chooseRests(): void {
    const { groups } = this.#composer;
    const resting = groups.filter(({ output }) => this.#composer.rests(output));
    for (const domain of new Set(resting.map(({ made }) => made.domain.root))) {
      if (domain.held) continue;
      const sizes = resting.flatMap(({ made }) => (made.domain.root === domain ? [made.size] : []));
      const touching = [...groups.keys()].filter((position) =>
        [groups[position].output, ...readBy(groups[position])].some(
          (id) => resting.find(({ output }) => output === id)?.made.domain.root === domain,
        ),
      );
      const isPossible = (rest: Rest) => {
        this.#rests.set(domain, rest);
        return touching.every((position) => this.#ways(position).length > 0);
      };
      const rests = restsFor(domain, sizes).filter(isPossible);
      const best = cheapestRest(rests, (rest) => {
        this.#rests.set(domain, rest);
        const costs = touching.map((position) =>
          Math.min(...this.#ways(position).map((way) => this.#cost(position, way))),
        );
        return costs.reduce((sum, it) => sum + it, 0);
      });
      this.#rests.set(domain, best);
    }
  }

  /** The tensors that a group reads. */
  #tensors(position: number): Map<TensorId, PlaneTensor> {
    const ids = readBy(this.#composer.groups[position]).filter((id) => this.#composer.rests(id));
    return new Map(ids.map((id) => [id, this.#composer.tensor(id, this.rest, 0)]));
  }

  #ways(position: number): Way[] {
    return this.#composer.ways(position, this.rest, this.#tensors(position));
  }

  #cost(position: number, way: Way): number {
    const tensors = this.#tensors(position);
    const { made } = this.#composer.groups[position];
    const rests = [this.rest(made.domain.root), ...tensors.values()];
    const key = [position, way.bands, way.isPaired, ...rests.flatMap((it) => [it.bands, it.isHalved])].join();
    const known = this.#costs.get(key);
    if (known !== undefined) return known;
    const slots = new Slots();
    const placed = [...tensors].map(([id, it]) => [id, { ...it, slot: slots.take(placeCount(it)) }] as const);
    const group = this.#composer.compose(position, way, this.rest, new Map(placed), slots);
    const cost = writeGroup(group, SAMPLE)?.cost;
    const figure = cost ? this.#figure(cost, this.#restingBytes(position)) : Number.POSITIVE_INFINITY;
    this.#costs.set(key, figure);
    return figure;
  }

  #figure(cost: Cost, restingBytes: number): number {
    const live = this.#heap.liveBytes + restingBytes + cost.transientBytes;
    // What does not fit is worse than all that does.
    if (live > LIVE_SHARE * this.#heap.chunkBytes) return NO_ROOM * live;
    const collections = layerCollections(cost, restingBytes, this.#heap);
    return cost.instructions + PRICES.speed.flash * cost.flashBytes + collections;
  }

  /** Bytes that rest while a group is computed and are neither read last nor made by it. */
  #restingBytes(position: number): number {
    const [op] = this.#composer.groups[position].ops;
    return this.#composer
      .resting()
      .filter((id) => this.#composer.restOf(id).from < op && op < this.#composer.restOf(id).to)
      .reduce((sum, id) => sum + planeBytes(this.#composer.tensor(id, this.rest, 0)), 0);
  }
}

/** How tensors of some sizes may rest in a domain, the plainest way first. */
function restsFor(domain: Domain, sizes: readonly Size[]): Rest[] {
  if (domain.isTransposed) return [PLAIN];
  return BANDS.flatMap((bands) => {
    const geometries = sizes.map((size) => ({ ...domain.geometry(size), rows: size.rows / bands }));
    if (!geometries.every(({ rows }) => Number.isInteger(rows))) return [];
    if (bands > 1 && !geometries.every(isWide)) return [];
    const plain = { bands, isHalved: false };
    return geometries.every(canBeHalved) ? [plain, { ...plain, isHalved: true }] : [plain];
  });
}
