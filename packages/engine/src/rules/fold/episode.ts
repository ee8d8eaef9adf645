// An episode: a finding of a day rule in one scope.

import { never } from '../../data/time.ts'
import type { DayView } from '../day-view.ts'
import {
  type AlertLink,
  type Certainty,
  type Facts,
  type Finding,
  type Group,
  type Measure,
  nameLevelKinds
} from '../finding.ts'
import type { DayRule, State } from '../rule.ts'
import type { Scope } from '../scope.ts'

const noFacts: Facts = {}

export class Episode implements Finding {
  readonly rule: DayRule
  readonly scope: Scope
  readonly #view: DayView
  startDay = 0
  endDay = never
  level = 1
  state: State = []
  alert: AlertLink | null = null

  constructor(rule: DayRule, scope: Scope, view: DayView) {
    this.rule = rule
    this.scope = scope
    this.#view = view
  }

  get group(): Group {
    return this.scope.group
  }

  get isDrill(): boolean {
    return this.scope.isDrill
  }

  getValue(): number {
    return this.measure().value
  }

  measure(): Measure {
    return this.rule.measure(this.state, this.#placeView())
  }

  listFacts(): Facts {
    const facts = this.rule.listFacts?.(this.state, this.#placeView()) ?? noFacts
    if (this.level === 1) return facts
    const levelKinds = nameLevelKinds(this.rule.listLevelDays(this.state), this.level - 1)
    return levelKinds === null ? facts : { ...facts, levelKinds }
  }

  computeCertainty(): Certainty | null {
    return this.rule.computeCertainty?.(this.state, this.#placeView()) ?? null
  }

  listLevelDays(): readonly number[] {
    if (this.level === 1) return [this.startDay]
    const later = this.rule.listLevelDays(this.state).filter(day => day !== 0)
    return [this.startDay, ...later.sort((a, b) => a - b)].slice(0, this.level)
  }

  listTriggers(): readonly number[] {
    return this.#view.readTriggers(this.rule.listTriggers(this.state, this.#placeView()))
  }

  #placeView(): DayView {
    this.#view.scope = this.scope
    return this.#view
  }
}
