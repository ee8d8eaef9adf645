// The scopes of all families: it takes each incident to the scopes of its keys and marks their
// tracks for a fold.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { DayView } from '../rules/day-view.ts'
import type { Family } from '../rules/family.ts'
import type { FindingListener } from '../rules/finding.ts'
import type { Episode } from '../rules/fold/episode.ts'
import { Track } from '../rules/fold/track.ts'
import type { DayRule } from '../rules/rule.ts'
import { type FamilyMembers, Scope } from '../rules/scope.ts'

const noKeys: readonly number[] = []

interface TrackedScope {
  readonly scope: Scope
  /** Null: its family has no parent. */
  readonly parent: TrackedScope | null
  /** A track for each rule; of a parent, those of the scopes that read it. */
  tracks: Track[]
}

interface FamilyScopes {
  readonly family: Family
  readonly tacticMask: number
  readonly rules: DayRule[]
  readonly scopes: Map<number, TrackedScope>
  /** Null: the family has no marks. */
  readonly members: FamilyMembers | null
  /** The scopes that those of the family read; null if they read only themselves. */
  readonly parent: FamilyScopes | null
}

export interface StoredTrack {
  readonly rule: string
  readonly scope: number
  readonly days: readonly number[]
  readonly states: readonly number[]
}

export class ScopeIndex {
  readonly #incidents: Incidents
  readonly #view: DayView
  readonly #listener: FindingListener
  readonly #families: FamilyScopes[] = []
  readonly #byRule = new Map<string, FamilyScopes>()
  #dirtyTracks: Track[] = []
  /** The keys of the last incident; one list is used again and again. */
  readonly #keys: number[] = []

  constructor(
    incidents: Incidents,
    rules: readonly DayRule[],
    view: DayView,
    listener: FindingListener
  ) {
    this.#incidents = incidents
    this.#view = view
    this.#listener = listener
    this.addRules(rules)
  }

  /**
   * Adds rules, with tracks that have not folded. Returns what takes an incident to the scopes
   * of their families that no other rule has.
   */
  addRules(rules: readonly DayRule[]): (row: number) => void {
    const added: FamilyScopes[] = []
    for (const rule of rules) {
      const known = this.#families.find(one => one.family === rule.family)
      const one = known ?? makeFamilyScopes(rule.family)
      if (known === undefined) {
        this.#families.push(one)
        added.push(one)
      }
      one.rules.push(rule)
      this.#byRule.set(rule.id, one)
      for (const tracked of one.scopes.values()) this.#addTrack(rule, tracked)
    }
    return row => {
      for (const one of added) this.#updateFamily(one, row, true)
    }
  }

  removeRule(rule: DayRule): readonly Episode[] {
    const one = this.#byRule.get(rule.id)!
    this.#byRule.delete(rule.id)
    one.rules.splice(one.rules.indexOf(rule), 1)
    if (one.rules.length === 0) this.#families.splice(this.#families.indexOf(one), 1)
    this.#dirtyTracks = this.#dirtyTracks.filter(track => track.rule !== rule)
    const episodes: Episode[] = []
    for (const tracked of one.scopes.values()) {
      episodes.push(...tracked.tracks.find(track => track.rule === rule)!.clear())
      removeTracks(tracked, track => track.rule === rule)
    }
    return episodes
  }

  *foldAdded(rules: readonly DayRule[]): Generator<void> {
    const added = new Set(rules)
    this.#dirtyTracks = this.#dirtyTracks.filter(track => !added.has(track.rule))
    for (const rule of rules)
      for (const { tracks } of this.#byRule.get(rule.id)!.scopes.values()) {
        tracks.find(track => track.rule === rule)!.foldAll()
        yield
      }
  }

  add(row: number): void {
    this.#update(row, true)
  }

  /** Call it while the columns still describe the incident. */
  remove(row: number): void {
    this.#update(row, false)
  }

  #update(row: number, isAdded: boolean): void {
    for (const one of this.#families) this.#updateFamily(one, row, isAdded)
  }

  #updateFamily(one: FamilyScopes, row: number, isAdded: boolean): void {
    const { category, tactics, fromDay, toDay } = this.#incidents.columns
    const { family, scopes } = one
    const isOfFamily =
      (category[row]! & family.categories) !== 0 || (tactics[row]! & one.tacticMask) !== 0
    if (!isOfFamily || family.includes?.(this.#incidents, row) === false) return
    if (one.parent !== null) this.#updateParent(one.parent, row, isAdded)
    const keys = this.#listKeys(one, row, isAdded)
    for (let i = 0; i < keys.length; i++) {
      const { scope, tracks } = scopes.get(keys[i]!) ?? this.#createScope(one, keys[i]!)
      const isCounted = isAdded ? scope.add(row) : scope.remove(row)
      if (!isCounted) continue
      for (const track of tracks) this.#markDirty(track, fromDay[row]!, toDay[row]!)
    }
  }

  /** Marks the tracks that an incident of a parent may concern. */
  #updateParent(one: FamilyScopes, row: number, isAdded: boolean): void {
    const { fromDay, toDay } = this.#incidents.columns
    const [from, to] = [fromDay[row]!, toDay[row]!]
    for (const key of this.#listKeys(one, row, isAdded)) {
      const { scope, tracks } = one.scopes.get(key) ?? this.#createScope(one, key)
      const firstDay = scope.findNextDay(0)
      const isCounted = isAdded ? scope.add(row) : scope.remove(row)
      if (!isCounted) continue
      const [earlier, later] = [firstDay, scope.findNextDay(0)].sort((a, b) => a - b)
      for (const track of tracks)
        if (earlier !== later) this.#markDirty(track, Math.max(0, earlier!), later!)
        else if (track.isConfirmedOn(from, to)) this.#markForReading(track, from)
    }
  }

  #listKeys({ family, members }: FamilyScopes, row: number, isAdded: boolean): readonly number[] {
    if (members !== null && !isAdded) {
      const known = members.get(row)?.keys ?? noKeys
      members.delete(row)
      return known
    }
    const keys = this.#keys
    keys.length = 0
    if (members === null) {
      family.listKeys(this.#incidents, row, keys)
      return keys
    }
    const mark = family.getMark!(this.#incidents, row)
    if (mark === 0) return noKeys
    family.listKeys(this.#incidents, row, keys)
    members.set(row, { mark, keys: [...keys] })
    return keys
  }

  #createScope(one: FamilyScopes, key: number): TrackedScope {
    const parent = one.parent && this.#getParent(one.parent, one.family.parent!.getKey(key))
    const scope = new Scope(one.family, key, this.#incidents, one.members, parent?.scope)
    const tracked: TrackedScope = { scope, parent, tracks: [] }
    one.scopes.set(key, tracked)
    for (const rule of one.rules) this.#addTrack(rule, tracked)
    return tracked
  }

  #getParent(one: FamilyScopes, key: number): TrackedScope {
    return one.scopes.get(key) ?? this.#createScope(one, key)
  }

  #addTrack(rule: DayRule, { scope, parent, tracks }: TrackedScope): void {
    const track = new Track(rule, scope, this.#view, this.#listener)
    tracks.push(track)
    parent?.tracks.push(track)
  }

  #markDirty(track: Track, from: number, to: number): void {
    if (track.markDirty(from, to)) this.#dirtyTracks.push(track)
  }

  #markForReading(track: Track, from: number): void {
    if (track.markForReading(from)) this.#dirtyTracks.push(track)
  }

  /** Marks the days of a rule in one scope from a day on: a finding that it reads has changed. */
  markDaysFrom(rule: string, key: number, from: number): void {
    for (const track of this.findTracks(rule, key)) this.#markDirty(track, from, never)
  }

  /** Marks the episodes of a rule in some areas for reading, from a day on. */
  markEpisodes({ id, family }: DayRule, areas: ReadonlySet<number>, from: number): void {
    for (const track of this.listRuleTracks(id)) {
      const [first] = track.episodes
      if (first === undefined || !areas.has(family.getArea!(track.scope.value))) continue
      this.#markForReading(track, Math.max(from, first.startDay))
    }
  }

  refoldDirty(): void {
    for (const track of this.#dirtyTracks) track.refold()
    this.#dirtyTracks.length = 0
  }

  findTrack(rule: string, key: number): Track | undefined {
    const tracked = this.#byRule.get(rule)?.scopes.get(key)
    return tracked?.tracks.find(track => track.rule.id === rule)
  }

  /** The tracks of a rule whose scopes are those of a key, or divide it by groups of the rule. */
  findTracks(rule: string, baseKey: number): readonly Track[] {
    const one = this.#byRule.get(rule)
    if (one?.family.readBaseKey === undefined) return [this.findTrack(rule, baseKey) ?? []].flat()
    const divided = [...one.scopes.values()].filter(({ scope }) => scope.baseKey === baseKey)
    return divided.flatMap(({ tracks }) => tracks.filter(track => track.rule.id === rule))
  }

  *listRuleTracks(rule: string): Generator<Track> {
    for (const { tracks } of this.#byRule.get(rule)?.scopes.values() ?? [])
      for (const track of tracks) if (track.rule.id === rule) yield track
  }

  *listTracks(): Generator<Track> {
    for (const { scopes } of this.#families)
      for (const scope of scopes.values()) yield* scope.tracks
  }

  /** The states before a day of all tracks that have some, for a snapshot. */
  exportCheckpoint(day: number): readonly StoredTrack[] {
    return Array.from(this.listTracks(), track => {
      const [days, states] = track.exportCheckpoint(day)
      return { rule: track.rule.id, scope: track.scope.key, days, states }
    }).filter(({ days }) => days.length > 0)
  }

  /** Loads the states of the rules that are still there. An open episode may have no retained incident. */
  loadCheckpoint(tracks: readonly StoredTrack[]): void {
    for (const { rule, scope, days, states } of tracks) {
      const one = this.#byRule.get(rule)
      if (one === undefined) continue
      if (!one.scopes.has(scope)) this.#createScope(one, scope)
      this.findTrack(rule, scope)!.loadCheckpoint(days, states)
    }
  }

  /** After a restore: folds each track from its checkpoint. */
  foldFromCheckpoints(): void {
    this.#dirtyTracks.length = 0
    for (const track of this.listTracks()) track.foldFromCheckpoint()
  }

  /**
   * Removes incidents and states that can no longer change anything. `staying`: older incidents that
   * stay for the sake of a later report of theirs.
   */
  evictBefore(rowsBefore: number, statesBefore: number, staying: ReadonlySet<number>): void {
    const evict = ({ scopes, members }: FamilyScopes) => {
      const { toDay } = this.#incidents.columns
      for (const row of members?.keys() ?? noKeys)
        if (toDay[row]! < rowsBefore && !staying.has(row)) members!.delete(row)
      this.#evictScopes(scopes, rowsBefore, statesBefore, staying)
    }
    for (const one of this.#families) {
      evict(one)
      if (one.parent !== null) evict(one.parent)
    }
  }

  #evictScopes(
    scopes: FamilyScopes['scopes'],
    rowsBefore: number,
    statesBefore: number,
    staying: ReadonlySet<number>
  ): void {
    for (const [key, tracked] of scopes) {
      const { scope, tracks } = tracked
      for (const track of tracks) if (track.scope === scope) track.evictBefore(statesBefore)
      scope.evictBefore(rowsBefore, staying)
      if (!scope.isEmpty || !tracks.every(track => track.isEmpty)) continue
      scopes.delete(key)
      removeTracks(tracked, () => true)
    }
  }
}

function removeTracks(tracked: TrackedScope, isGone: (track: Track) => boolean): void {
  const gone = new Set(tracked.tracks.filter(isGone))
  tracked.tracks = tracked.tracks.filter(track => !gone.has(track))
  const { parent } = tracked
  if (parent !== null) parent.tracks = parent.tracks.filter(track => !gone.has(track))
}

function makeFamilyScopes(family: Family): FamilyScopes {
  return {
    family,
    tacticMask: family.tactics ?? 0,
    rules: [],
    scopes: new Map(),
    members: family.getMark === undefined ? null : new Map(),
    parent: family.parent === undefined ? null : makeFamilyScopes(family.parent.family)
  }
}
