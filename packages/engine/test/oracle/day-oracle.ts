// What a day rule must find, computed without stored states, cut-offs and timers: every scope is
// built anew, and every day from its first to the last tick is folded.

import type { Incidents } from '../../src/data/incidents.ts'
import { never } from '../../src/data/time.ts'
import type { DayView } from '../../src/rules/day-view.ts'
import type { Family } from '../../src/rules/family.ts'
import { checkedDay, type DayRule, openedDay, type State } from '../../src/rules/rule.ts'
import { type FamilyMembers, Scope } from '../../src/rules/scope.ts'

export interface FoundEpisode {
  readonly rule: DayRule
  readonly scope: Scope
  readonly state: State
  readonly startDay: number
  readonly endDay: number
  readonly level: number
}

export function findEpisodes(
  rule: DayRule,
  incidents: Incidents,
  rows: readonly number[],
  view: DayView,
  now: number,
  watermarkDay: number
): FoundEpisode[] {
  const scopes = buildScopes(rule.family, incidents, rows)
  return [...scopes.values()].flatMap(scope =>
    new ScopeFold(rule, scope, view, now, watermarkDay).listEpisodes()
  )
}

function buildScopes(
  family: Family,
  incidents: Incidents,
  rows: readonly number[]
): Map<number, Scope> {
  const { parent } = family
  const parents = parent === undefined ? null : buildScopes(parent.family, incidents, rows)
  const { category, tactics } = incidents.columns
  const scopes = new Map<number, Scope>()
  const members: FamilyMembers = new Map()
  for (const row of rows) {
    const isOfFamily =
      (category[row]! & family.categories) !== 0 || (tactics[row]! & (family.tactics ?? 0)) !== 0
    if (!isOfFamily || family.includes?.(incidents, row) === false) continue
    const mark = family.getMark?.(incidents, row) ?? 1
    if (mark === 0) continue
    const keys: number[] = []
    family.listKeys(incidents, row, keys)
    members.set(row, { mark, keys })
    for (const key of keys) {
      const parentScope = parents?.get(parent!.getKey(key))
      const scope = scopes.get(key) ?? new Scope(family, key, incidents, members, parentScope)
      scopes.set(key, scope)
      scope.add(row)
    }
  }
  return scopes
}

class ScopeFold {
  readonly #rule: DayRule
  readonly #scope: Scope
  readonly #view: DayView
  readonly #now: number
  readonly #watermarkDay: number
  readonly #found: FoundEpisode[] = []
  #state: State
  /** Day of the last incident that was applied. */
  #lastDay = 0

  constructor(rule: DayRule, scope: Scope, view: DayView, now: number, watermarkDay: number) {
    this.#rule = rule
    this.#scope = scope
    this.#view = view
    this.#now = now
    this.#watermarkDay = watermarkDay
    this.#state = new Array<number>(rule.stateSize).fill(0)
  }

  listEpisodes(): readonly FoundEpisode[] {
    const days = this.#listDays()
    for (let day = days[0] ?? never; day <= (days.at(-1) ?? 0); day++) {
      if (!this.#isAbsence && this.#endsOn(day - 1)) this.#endEpisode(day - 1)
      if (days.includes(day)) this.#applyDay(day)
    }
    if (this.#isAbsence) this.#addAbsence(never)
    else {
      for (let day = days.at(-1) ?? never; day < this.#now; day++)
        if (this.#endsOn(day)) this.#endEpisode(day)
      if (this.#state[openedDay] !== 0) this.#addEpisode(never)
    }
    return this.#found
  }

  get #isAbsence(): boolean {
    return this.#rule.returnsToEnd !== undefined
  }

  #listDays(): number[] {
    const days: number[] = []
    for (let day = this.#scope.findNextDay(0); day >= 0; day = this.#scope.findNextDay(day + 1))
      days.push(day)
    return days
  }

  #applyDay(day: number): void {
    if (this.#isAbsence && this.#state[openedDay] !== 0) this.#addAbsence(day)
    const view = this.#placeView(day)
    const isBlank = this.#state.every(number => number === 0)
    if (!isBlank || this.#rule.canOpen?.(view) !== false) this.#rule.applyDay(this.#state, view)
    if (this.#state[openedDay] !== 0 && this.#state[checkedDay] === 0)
      this.#state[checkedDay] = day - 1
    this.#lastDay = day
  }

  /** True if the open episode is over at the end of a day; all days before it were asked. */
  #endsOn(day: number): boolean {
    const state = this.#state
    if (state[openedDay] === 0) return false
    if ((this.#rule.getEndDay?.(state) ?? never) <= day) return true
    if (this.#rule.closeDay === undefined || day <= state[checkedDay]!) return false
    state[checkedDay] = day
    return this.#rule.closeDay(state, this.#placeView(day))
  }

  #endEpisode(day: number): void {
    this.#addEpisode(Math.min(day, this.#rule.getEndDay?.(this.#state) ?? never))
    const [first, count] = this.#rule.lastingSlots ?? [0, 0]
    const outlasts = (slot: number) => slot >= first && slot < first + count
    this.#state = this.#state.map((number, slot) => (outlasts(slot) ? number : 0))
  }

  /** An absence opens on its day unless an incident comes on that day or before. */
  #addAbsence(nextDay: number): void {
    const day = this.#lastDay
    if (this.#state[openedDay] === 0 || day < (this.#found.at(-1)?.endDay ?? 0)) return
    const { fromDay } = this.#view.incidents.columns
    const returns = this.#scope.rows.map(row => fromDay[row]!).filter(from => from > day)
    this.#addEpisode(returns[this.#rule.returnsToEnd! - 1] ?? never, nextDay)
  }

  /** Of a rule that opens by time alone, only what has opened before the day of the next incident. */
  #addEpisode(endDay: number, nextDay = never): void {
    const state = [...this.#state]
    const { confirm } = this.#rule
    if (confirm !== undefined) {
      const knownTo = Math.min(nextDay, this.#watermarkDay + 1)
      confirm(state, this.#placeView(this.#lastDay), knownTo)
      if (state[openedDay]! >= knownTo) return
    }
    const until = endDay === never ? Math.max(this.#now, this.#lastDay) : endDay
    const later = this.#rule.listLevelDays(state).filter(day => day !== 0 && day <= until)
    this.#found.push({
      rule: this.#rule,
      scope: this.#scope,
      state,
      startDay: state[openedDay]!,
      endDay,
      level: 1 + later.length
    })
  }

  #placeView(day: number): DayView {
    this.#view.scope = this.#scope
    this.#view.day = day
    return this.#view
  }
}
