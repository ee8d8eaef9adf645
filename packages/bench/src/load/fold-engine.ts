// The engine under test, as far as benches use it.

import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { LevelFold } from '@tocsin/engine/theatre/level-fold'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import { sourceConfigured } from '@tocsin/testing/report/record-builder'

export const theatre = 'bench'
export const benchSources = ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2'] as const

export const allRules: readonly RuleVersion[] = defaultRules

export interface FoldEngine {
  /** Folds a record; returns the alert events, encoded and with their chain of hashes. */
  fold(record: TheatreRecord): readonly Uint8Array[]
  countReports(): number
}

const options = { theatre, engine: 'bench' }

/** The fold of one handling level, with the sources and rules of the benches. */
export function openFold(rules: readonly RuleVersion[]): FoldEngine {
  let events: Uint8Array[] = []
  const write = (record: string) => events.push(Buffer.from(record))
  const level = new LevelFold(makeRuleSet(rules), { ...options, fold: 'partners', write })
  return configureSources({
    fold: record => {
      events = []
      level.apply(record)
      return events
    },
    countReports: () => level.engine.reports.rowById.size
  })
}

/** A theatre with a fold for each handling level in use; events of incidents are not encoded. */
export function openTheatre(rules: readonly RuleVersion[]): FoldEngine {
  let events: Uint8Array[] = []
  const write = (record: string) => events.push(Buffer.from(record))
  const engine = new TheatreEngine(makeRuleSet(rules), { ...options, write, writeIncident() {} })
  return configureSources({
    fold: record => {
      events = []
      engine.apply(record)
      return events
    },
    countReports: () => engine.getFold('restricted').engine.reports.rowById.size
  })
}

function configureSources(engine: FoldEngine): FoldEngine {
  for (const id of benchSources)
    engine.fold(sourceConfigured({ id, reliability: 'B', cadenceDays: 30 }, { theatre }))
  return engine
}
