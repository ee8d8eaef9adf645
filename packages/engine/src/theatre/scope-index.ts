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
import { SiblingIndex, type TrackedScope } from './siblings.ts'

const noKeys: readonly number[] = []

interface FamilyScopes {
  readonly family: Family
  readonly tacticMask: number
  readonly rules: DayRule[]
  readonly scopes: Map<number, TrackedScope>
  /** Null: the family has no marks. */
  readonly members: FamilyMembers | null
  /** Null: the family shares no incidents. */
  readonly siblings: SiblingIndex | null
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
      const one = known ?? makeFamilyScopes(rule.family, this.#incidents)
      if (known === undefined) {
        this.#families.push(one)
        added.push(one)
      }
      one.rules.push(rule)
      this.#byRule.set(rule.id, one)
      for (const { scope, tracks } of one.scopes.values()) {
        const track = new Track(rule, scope, this.#view, this.#listener)
        tracks.push(track)
        one.siblings?.addTrack(track)
      }
    }
    return row => {
      for (const one of added) this.#updateFamily(one, row, true)
    }
  }

  /** Removes a rule with its tracks. Returns their episodes. */
  removeRule(rule: DayRule): readonly Episode[] {
    const one = this.#byRule.get(rule.id)!
    this.#byRule.delete(rule.id)
    one.rules.splice(one.rules.indexOf(rule), 1)
    if (one.rules.length === 0) this.#families.splice(this.#families.indexOf(one), 1)
    this.#dirtyTracks = this.#dirtyTracks.filter(track => track.rule !== rule)
    const episodes: Episode[] = []
    for (const { tracks } of one.scopes.values()) {
      const track = tracks.find(one => one.rule === rule)!
      tracks.splice(tracks.indexOf(track), 1)
      one.siblings?.removeTrack(track)
      episodes.push(...track.clear())
    }
    return episodes
  }

  /** Folds the tracks of rules that were added. Yields after each. */
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
    const keys = this.#listKeys(one, row, isAdded)
    for (let i = 0; i < keys.length; i++) {
      const { scope, tracks } = scopes.get(keys[i]!) ?? this.#createScope(one, keys[i]!)
      const isCounted = isAdded ? scope.add(row) : scope.remove(row)
      if (!isCounted) continue
      for (const track of tracks) this.#markDirty(track, fromDay[row]!, toDay[row]!)
    }
    if (one.siblings !== null) this.#markSiblings(one.siblings, scopes, keys, row)
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
    const scope = new Scope(one.family, key, this.#incidents, one.members)
    const tracks = one.rules.map(rule => new Track(rule, scope, this.#view, this.#listener))
    const tracked = { scope, tracks }
    one.scopes.set(key, tracked)
    one.siblings?.add(tracked)
    return tracked
  }

  /** Marks the tracks of siblings that an incident may concern. */
  #markSiblings(
    siblings: SiblingIndex,
    scopes: FamilyScopes['scopes'],
    keys: readonly number[],
    row: number
  ): void {
    for (const key of keys)
      for (const { track, from, to } of siblings.listConcerned(scopes.get(key)!.scope, row))
        this.#markDirty(track, from, to)
  }

  #markDirty(track: Track, from: number, to: number): void {
    if (track.markDirty(from, to)) this.#dirtyTracks.push(track)
  }

  /** Marks the days of a rule in one scope from a day on: a finding that it reads has changed. */
  markDaysFrom(rule: string, key: number, from: number): void {
    for (const track of this.findTracks(rule, key)) this.#markDirty(track, from, never)
  }

  /** Marks the episodes of a rule in some areas, from a day on. */
  markEpisodes({ id, family }: DayRule, areas: ReadonlySet<number>, from: number): void {
    for (const track of this.listRuleTracks(id)) {
      const [first] = track.episodes
      if (first === undefined || !areas.has(family.getArea!(track.scope.value))) continue
      this.#markDirty(track, Math.max(from, first.startDay), never)
    }
  }

  /** Folds the tracks whose incidents have changed. */
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

  /** For a restore: an open episode may have no retained incident, and so no scope. */
  getTrack(rule: string, key: number): Track {
    const one = this.#byRule.get(rule)!
    if (!one.scopes.has(key)) this.#createScope(one, key)
    return this.findTrack(rule, key)!
  }

  *listRuleTracks(rule: string): Generator<Track> {
    for (const { tracks } of this.#byRule.get(rule)?.scopes.values() ?? [])
      for (const track of tracks) if (track.rule.id === rule) yield track
  }

  *listTracks(): Generator<Track> {
    for (const { scopes } of this.#families)
      for (const scope of scopes.values()) yield* scope.tracks
  }

  /** After a restore: folds each track from its checkpoint. */
  foldFromCheckpoints(): void {
    this.#dirtyTracks.length = 0
    for (const track of this.listTracks()) track.foldFromCheckpoint()
  }

  /** Removes incidents and states that can no longer change anything. */
  evictBefore(rowsBefore: number, statesBefore: number): void {
    const { toDay } = this.#incidents.columns
    for (const { scopes, members, siblings } of this.#families) {
      for (const row of members?.keys() ?? noKeys)
        if (toDay[row]! < rowsBefore) members!.delete(row)
      for (const [key, { scope, tracks }] of scopes) {
        for (const track of tracks) track.evictBefore(statesBefore)
        scope.evictBefore(rowsBefore)
        if (!scope.isEmpty || !tracks.every(track => track.isEmpty)) continue
        scopes.delete(key)
        siblings?.remove(scope)
      }
      siblings?.findFirstDays()
    }
  }
}

function makeFamilyScopes(family: Family, incidents: Incidents): FamilyScopes {
  return {
    family,
    tacticMask: family.tactics ?? 0,
    rules: [],
    scopes: new Map(),
    members: family.getMark === undefined ? null : new Map(),
    siblings: family.sharing === undefined ? null : new SiblingIndex(family.sharing, incidents)
  }
}
