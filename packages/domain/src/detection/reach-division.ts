// Which incidents of a scope lie within reach of each other, so that no finding joins unrelated
// ones. Places are squares of half a degree. Squares with incidents are joined over the reach, but
// never into a group that is wider than `widest` reaches. What was active first is joined first, so
// that a later incident does not divide what was one. The groups depend on the set of incidents
// alone.

import { compareText, type Incident, placesOf } from '../incident/incident.ts'
import type { Span } from '../space-time/event-time.ts'
import { kmPerDegree, type Point } from '../space-time/geometry.ts'
import { chordSquared, onSphere, type SpherePoint } from '../space-time/point-clusters.ts'

/** How far apart, and how much later, an incident still belongs to others. */
export interface Reach {
  readonly km: number
  readonly days: number
}

/** Maximum width of a group, in reaches. Source: patterns.md#reach. */
export const widest = 3
/** From here on everything on Earth is within reach. */
export const endlessKm = 20_000

const squareDegrees = 0.5
/** The part of a group's width that lies beyond the middles of its squares. */
const diagonalKm = Math.SQRT2 * squareDegrees * kmPerDegree

/** A square from its first incident to its last. Plain data. */
export interface ActiveSquare extends Span {
  readonly square: string
}

interface Node {
  readonly square: string
  readonly at: Square
  readonly fromMs: number
  /** Rows in it. */
  rows: number
  group: number
}

interface Square {
  readonly country: string
  /** Null for incidents without coordinates: they lie anywhere in their country. */
  readonly middle: SpherePoint | null
}

export class ReachDivision {
  readonly #km: number
  /** In order of the fold. */
  readonly #rows: readonly Incident[]
  /** Squares that were active before the rows, in order. */
  #past: readonly ActiveSquare[]
  readonly #squares = new Map<string, Square>()
  #nodes = new Map<string, Node>()
  #count = 1

  constructor(km: number, rows: readonly Incident[], past: readonly ActiveSquare[]) {
    this.#km = km
    this.#rows = rows
    this.#past = past
    this.divide()
  }

  /** Number of groups; one at least. Numbers are in the order in which groups became active. */
  get count(): number {
    return this.#count
  }

  /** Squares that were active before the rows, in order. */
  get past(): readonly ActiveSquare[] {
    return this.#past
  }

  /** The group of one of the rows. */
  findGroup(row: Incident): number {
    return (this.#nodes.get(findSquare(row)) as Node).group
  }

  /** The group of a square that was active before the rows. */
  findPastGroup({ square }: ActiveSquare): number {
    return (this.#nodes.get(square) as Node).group
  }

  /** Rows have gone and come. True if no square is another by that: no group is. */
  keepsGroups(gone: readonly Incident[], come: readonly Incident[]): boolean {
    return (
      come.every(row => this.#countRow(row, 1)) &&
      gone.every(
        row => this.#countRow(row, -1) && (this.#nodes.get(findSquare(row))?.rows ?? 0) > 0
      )
    )
  }

  /** Counts a row in or out. False if its square is new, or active since it. */
  #countRow(row: Incident, by: 1 | -1): boolean {
    const node = this.#nodes.get(findSquare(row))
    if (node === undefined || row.fromMs < node.fromMs || (by < 0 && row.fromMs === node.fromMs))
      return false
    node.rows += by
    return true
  }

  /** Finds the groups again. */
  divide(): void {
    const nodes = new Map<string, Node>()
    for (const { square, fromMs } of mergeSpans([...this.#past, ...this.#rows.map(buildSpan)]))
      nodes.set(square, { square, fromMs, at: this.#squareAt(square), rows: 0, group: 0 })
    for (const row of this.#rows) (nodes.get(findSquare(row)) as Node).rows += 1
    this.#nodes = nodes
    this.#join([...nodes.values()])
  }

  #squareAt(square: string): Square {
    const known = this.#squares.get(square) ?? readSquare(square)
    this.#squares.set(square, known)
    return known
  }

  /** `nodes`: in order. Each is joined to those before it, the nearest first. */
  #join(nodes: readonly Node[]): void {
    const widestSquare = chordSquared(Math.max(0, widest * this.#km - diagonalKm))
    const groups = new NodeGroups(nodes, widestSquare)
    const limit = chordSquared(this.#km)
    for (const [i, node] of nodes.entries()) {
      // The nearest of each group decides: a group that is too wide with it stays too wide.
      const near = new Map<readonly Node[], { readonly other: Node; readonly apart: number }>()
      for (let at = 0; at < i; at++) {
        const other = nodes[at] as Node
        const apart = measureApart(node.at, other.at)
        if (apart > limit) continue
        const group = groups.find(other)
        const known = near.get(group)
        if (known === undefined || compareNear({ other, apart }, known) < 0)
          near.set(group, { other, apart })
      }
      for (const { other } of [...near.values()].sort(compareNear)) groups.join(node, other)
    }
    this.#count = Math.max(1, groups.numberNodes())
  }

  /** The first rows leave the list next: no group is another by that. */
  passBefore(count: number): void {
    const leaving = this.#rows.slice(0, count)
    this.#past = mergeSpans([...this.#past, ...leaving.map(buildSpan)])
    for (const row of leaving) (this.#nodes.get(findSquare(row)) as Node).rows -= 1
  }

  /** Forgets squares that were active before the rows. False if there are none of these. */
  forget(isOver: (past: ActiveSquare) => boolean): boolean {
    const past = this.#past.filter(each => !isOver(each))
    if (past.length === this.#past.length) return false
    this.#past = past
    this.divide()
    return true
  }
}

function compareNear(
  a: { readonly other: Node; readonly apart: number },
  b: { readonly other: Node; readonly apart: number }
): number {
  return a.apart - b.apart || compareText(a.other.square, b.other.square)
}

/** Squared chord between the middles of squares; infinite between countries if one has none. */
function measureApart(a: Square, b: Square): number {
  if (a.middle !== null && b.middle !== null) return measureChord(a.middle, b.middle)
  return a.country === b.country ? 0 : Number.POSITIVE_INFINITY
}

function measureChord(a: SpherePoint, b: SpherePoint): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2
}

class NodeGroups {
  readonly #nodes: readonly Node[]
  readonly #widestSquare: number
  readonly #groups: Map<Node, Node[]>
  /** Groups that are too wide together: they stay so when they grow. */
  readonly #apart = new Map<Node[], Set<Node[]>>()

  constructor(nodes: readonly Node[], widestSquare: number) {
    this.#nodes = nodes
    this.#widestSquare = widestSquare
    this.#groups = new Map(nodes.map(node => [node, [node]]))
  }

  find(node: Node): Node[] {
    return this.#groups.get(node) as Node[]
  }

  /** Joins the groups of two nodes, unless they are too wide together. */
  join(one: Node, other: Node): void {
    const [some, others] = [this.find(one), this.find(other)]
    if (some === others || this.#apart.get(some)?.has(others)) return
    if (!this.#areWithin(some, others)) {
      this.#setApart(some, others)
      return
    }
    const [more, fewer] = some.length >= others.length ? [some, others] : [others, some]
    for (const node of fewer) this.#groups.set(node, more)
    more.push(...fewer)
    for (const far of this.#apart.get(fewer) ?? []) this.#setApart(more, far)
  }

  #setApart(some: Node[], others: Node[]): void {
    for (const [group, far] of [
      [some, others],
      [others, some]
    ] as const) {
      const known = this.#apart.get(group)
      if (known === undefined) this.#apart.set(group, new Set([far]))
      else known.add(far)
    }
  }

  #areWithin(some: readonly Node[], others: readonly Node[]): boolean {
    for (const { at: one } of some)
      for (const { at: other } of others)
        if (one.middle !== null && other.middle !== null)
          if (measureChord(one.middle, other.middle) > this.#widestSquare) return false
    return true
  }

  /** Gives each node the number of its group, in order of the nodes. Gives how many there are. */
  numberNodes(): number {
    const numbers = new Map<Node[], number>()
    for (const node of this.#nodes) {
      const group = this.find(node)
      const number = numbers.get(group) ?? numbers.size
      numbers.set(group, number)
      node.group = number
    }
    return numbers.size
  }
}

function buildSpan(row: Incident): ActiveSquare {
  return { square: findSquare(row), fromMs: row.fromMs, toMs: row.toMs }
}

/** One for each square, in order of the first. */
function mergeSpans(spans: readonly ActiveSquare[]): readonly ActiveSquare[] {
  const merged = new Map<string, ActiveSquare>()
  for (const span of spans) {
    const known = merged.get(span.square)
    merged.set(
      span.square,
      known === undefined
        ? span
        : {
            square: span.square,
            fromMs: Math.min(known.fromMs, span.fromMs),
            toMs: Math.max(known.toMs, span.toMs)
          }
    )
  }
  return [...merged.values()].sort((a, b) => a.fromMs - b.fromMs || compareText(a.square, b.square))
}

const squares = new WeakMap<Incident, string>()

/** The square of the first place of an incident that has coordinates, or its country. */
function findSquare(incident: Incident): string {
  const known = squares.get(incident)
  if (known !== undefined) return known
  const places = placesOf(incident)
  const placed = places.find(({ lat, lon }) => lat !== null && lon !== null)
  const country = (placed ?? incident.place).country ?? ''
  const square = placed === undefined ? country : `${country}|${writeSquare(placed as Point)}`
  squares.set(incident, square)
  return square
}

function writeSquare({ lat, lon }: Point): string {
  return `${Math.floor(lat / squareDegrees)}:${Math.floor(lon / squareDegrees)}`
}

function readSquare(text: string): Square {
  const [country = '', square] = text.split('|')
  if (square === undefined) return { country, middle: null }
  const [lat, lon] = square.split(':').map(n => (Number(n) + 0.5) * squareDegrees)
  return { country, middle: onSphere({ lat: Math.min(90, lat as number), lon: lon as number }) }
}
