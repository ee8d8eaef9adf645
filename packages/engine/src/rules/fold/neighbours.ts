// Finds the incidents that a cluster rule links to one incident: candidates by place and day, and by
// key and day. Further sites, keys and the mark of an incident are stored when it comes: its reports
// may have changed by the time it goes.

import { CellGrid } from '../../data/cell-grid.ts'
import type { Incidents } from '../../data/incidents.ts'
import { emptyList, haveCommon } from '../../data/interning.ts'
import { flag } from '../../data/vocabulary.ts'
import { type Candidates, type ClusterRule, notLinked } from '../cluster-rule.ts'
import { countBefore, insertByDay, removeByDay } from '../day-lists.ts'

/** The masks of the kinds of density that each adds to for the other. */
type VisitLinked = (other: number, kinds: number, kindsOfOther: number) => void

/** A search among rows: near a site, unless that is -1, or by a key. */
interface Search {
  readonly site: number
  readonly linkDays: number
  readonly key: number
  /** It can meet a row twice. */
  readonly canRepeat: boolean
}

export class Neighbours {
  readonly #incidents: Incidents
  readonly #rule: ClusterRule
  readonly #grid: CellGrid
  /** By cell of the grid and by key: rows in order of their first days. */
  readonly #rowsByCell = new Map<number, number[]>()
  readonly #rowsByKey = new Map<number, number[]>()
  readonly #severalSites = new Map<number, readonly number[]>()
  readonly #keys = new Map<number, readonly number[]>()
  readonly #groups = new Map<number, readonly number[]>()
  #marks = new Int32Array(0)
  /** Days of the longest interval so far. */
  #maxLength = 0
  /** The last search that met each row, if a search can meet one twice. */
  #metBy = new Uint32Array(0)
  #searchCount = 0
  #kinds = 0
  readonly #candidates: { -readonly [K in keyof Candidates]: Candidates[K] }

  constructor(incidents: Incidents, rule: ClusterRule) {
    this.#incidents = incidents
    this.#rule = rule
    this.#grid = new CellGrid(rule.linkKm)
    this.#candidates = { incidents, a: 0, b: 0, daysApart: 0, key: -1, markA: 0, markB: 0 }
  }

  getMark(row: number): number {
    return this.#marks[row] ?? 0
  }

  listGroups(row: number): readonly number[] {
    return this.#groups.get(row) ?? emptyList
  }

  /** The first of the points that the rule uses, as a site; -1 without any. */
  getFirstSite(row: number): number {
    return this.#severalSites.get(row)?.[0] ?? this.#getMainSite(row)
  }

  add(row: number): void {
    const { fromDay, toDay } = this.#incidents.columns
    const { getMark, listKeys, listGroups } = this.#rule
    if (listGroups !== undefined) this.#groups.set(row, listGroups(this.#incidents, row))
    if (getMark !== undefined) {
      this.#marks = growTo(this.#marks, row)
      this.#marks[row] = getMark(this.#incidents, row)
    }
    this.#maxLength = Math.max(this.#maxLength, toDay[row]! - fromDay[row]!)
    const several = this.#findSeveralSites(row)
    if (several !== undefined) this.#severalSites.set(row, several)
    for (const cell of this.#listCells(row)) {
      const rows = this.#rowsByCell.get(cell)
      if (rows === undefined) this.#rowsByCell.set(cell, [row])
      else insertByDay(rows, row, fromDay)
    }
    if (listKeys === undefined) return
    const keys: number[] = []
    listKeys(this.#incidents, row, keys)
    if (keys.length === 0) return
    this.#keys.set(row, keys.slice())
    for (const key of keys) {
      const rows = this.#rowsByKey.get(key)
      if (rows === undefined) this.#rowsByKey.set(key, [row])
      else insertByDay(rows, row, fromDay)
    }
  }

  remove(row: number): void {
    const { fromDay } = this.#incidents.columns
    for (const cell of this.#listCells(row)) {
      const rows = this.#rowsByCell.get(cell)!
      removeByDay(rows, row, fromDay)
      if (rows.length === 0) this.#rowsByCell.delete(cell)
    }
    for (const key of this.#keys.get(row) ?? emptyList) {
      const rows = this.#rowsByKey.get(key)!
      removeByDay(rows, row, fromDay)
      if (rows.length === 0) this.#rowsByKey.delete(key)
    }
    this.#severalSites.delete(row)
    this.#keys.delete(row)
    this.#groups.delete(row)
  }

  /** Visits each linked incident once. A visit must not begin another search. */
  visitLinked(row: number, visit: VisitLinked): void {
    const { linkDays, getKeyLinkDays } = this.#rule
    const { lat, lon } = this.#incidents.sites
    const { fromDay } = this.#incidents.columns
    const keys = this.#keys.get(row) ?? emptyList
    const sites = this.#listSites(row)
    const firstDay = fromDay[row]! - linkDays - this.#maxLength
    const canRepeat = keys.length + sites.length > 1 || this.#severalSites.size > 0
    if (canRepeat) {
      this.#metBy = growTo(this.#metBy, fromDay.length - 1)
      this.#searchCount += 1
    }
    for (const site of sites)
      for (const cell of this.#grid.listAround(lat[site]!, lon[site]!)) {
        const rows = this.#rowsByCell.get(cell)
        // Most cells around have had nothing lately.
        if (rows === undefined || fromDay[rows.at(-1)!]! < firstDay) continue
        this.#visitIn(rows, row, { site, linkDays, key: -1, canRepeat }, visit)
      }
    for (const key of keys) {
      const search = { site: -1, linkDays: getKeyLinkDays!(key), key, canRepeat }
      this.#visitIn(this.#rowsByKey.get(key)!, row, search, visit)
    }
  }

  /** True if two incidents of the index certainly have the same further links. */
  areTwins(a: number, b: number): boolean {
    const { getLink, listGroups } = this.#rule
    if (getLink !== undefined || listGroups !== undefined || this.#severalSites.size > 0)
      return false
    const { fromDay, toDay, site } = this.#incidents.columns
    return site[a] === site[b] && fromDay[a] === fromDay[b] && toDay[a] === toDay[b]
  }

  #visitIn(
    rows: readonly number[],
    row: number,
    { site, linkDays, key, canRepeat }: Search,
    visit: VisitLinked
  ): void {
    const { fromDay, toDay, flags } = this.#incidents.columns
    const from = fromDay[row]!
    const to = toDay[row]!
    const drill = flags[row]! & flag.drill
    const isLaw = this.#rule.getLink !== undefined
    const groups = this.#rule.listGroups === undefined ? null : this.listGroups(row)
    const first = countBefore(rows, from - linkDays - this.#maxLength, fromDay)
    for (let i = first; i < rows.length; i++) {
      const other = rows[i]!
      const otherFrom = fromDay[other]!
      if (otherFrom > to + linkDays) return
      const daysApart = otherFrom > to ? otherFrom - to : Math.max(0, from - toDay[other]!)
      // Drills and real incidents are never linked.
      if (daysApart > linkDays || (flags[other]! & flag.drill) !== drill) continue
      if (other === row || (canRepeat && this.#metBy[other] === this.#searchCount)) continue
      if (groups !== null && !haveCommon(groups, this.listGroups(other))) continue
      if (site >= 0 && !this.#isNear(site, other)) continue
      if (isLaw && !this.#isLinked(row, other, daysApart, key)) continue
      if (canRepeat) this.#metBy[other] = this.#searchCount
      if (isLaw) visit(other, this.#kinds, this.#computeKinds(other, row))
      else visit(other, 1, 1)
    }
  }

  /** True if a site of an incident is within the distance of the rule. */
  #isNear(site: number, other: number): boolean {
    const { sites } = this.#incidents
    const { linkKm } = this.#rule
    const several = this.#severalSites.size === 0 ? undefined : this.#severalSites.get(other)
    if (several !== undefined) return several.some(one => sites.areWithin(site, one, linkKm))
    const main = this.#getMainSite(other)
    return main >= 0 && sites.areWithin(site, main, linkKm)
  }

  /** Asks the rule about a candidate. `#kinds` is its answer. */
  #isLinked(row: number, other: number, daysApart: number, key: number): boolean {
    this.#candidates.daysApart = daysApart
    this.#candidates.key = key
    this.#kinds = this.#computeKinds(row, other)
    return this.#kinds !== notLinked
  }

  #computeKinds(a: number, b: number): number {
    const candidates = this.#candidates
    candidates.a = a
    candidates.b = b
    candidates.markA = this.getMark(a)
    candidates.markB = this.getMark(b)
    return this.#rule.getLink!(candidates)
  }

  #listSites(row: number): readonly number[] {
    const several = this.#severalSites.size === 0 ? undefined : this.#severalSites.get(row)
    if (several !== undefined) return several
    const site = this.#getMainSite(row)
    return site < 0 ? emptyList : [site]
  }

  #listCells(row: number): readonly number[] {
    const { lat, lon } = this.#incidents.sites
    const sites = this.#listSites(row)
    const cells = sites.map(site => this.#grid.getCell(lat[site]!, lon[site]!))
    return cells.length < 2 ? cells : [...new Set(cells)]
  }

  /** The site of the main place, if it is known precisely enough; else -1. */
  #getMainSite(row: number): number {
    const { site, km } = this.#incidents.columns
    return km[row]! <= this.#getPointKm(row) ? site[row]! : -1
  }

  #getPointKm(row: number): number {
    return this.#rule.getPointKm?.(this.#incidents, row) ?? this.#rule.linkKm
  }

  /** The sites of an incident with further places that are known precisely enough. */
  #findSeveralSites(row: number): readonly number[] | undefined {
    const { otherPlaces, reports } = this.#incidents
    const others = otherPlaces.size === 0 ? undefined : otherPlaces.get(row)
    if (others === undefined) return
    const maxKm = this.#getPointKm(row)
    const main = this.#getMainSite(row)
    const sites = main >= 0 ? [main] : []
    for (const { site, km } of others)
      if (site >= 0 && km <= maxKm && !sites.includes(site)) sites.push(site)
    return reports.lists.share(sites)
  }
}

/** The array, or a longer copy with a place for the row. */
function growTo<A extends Int32Array | Uint32Array>(numbers: A, row: number): A {
  if (row < numbers.length) return numbers
  const longer = new (numbers.constructor as new (size: number) => A)(Math.ceil(1.5 * row) + 64)
  longer.set(numbers)
  return longer
}
