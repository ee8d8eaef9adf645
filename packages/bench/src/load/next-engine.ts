// The engine of packages/engine as benches use it, for a measurement by turns with the present one.

import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { LevelFold } from '@tocsin/engine/theatre/level-fold'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { sourceConfigured } from '@tocsin/testing/report/record-builder'
import { benchSources, type FoldEngine, theatre } from './fold-engine.ts'

/** Rules whose pattern the engine does not have yet are left out. */
export function openNextEngine(rules: readonly RuleVersion[]): FoldEngine {
  let events: Uint8Array[] = []
  const known = rules.filter(({ pattern }) => ruleDefinitions.has(pattern))
  const level = new LevelFold(makeRuleSet(known), {
    theatre,
    fold: 'partners',
    engine: 'next',
    write: record => events.push(Buffer.from(record))
  })
  const fold: FoldEngine['fold'] = record => {
    events = []
    level.apply(record)
    return events
  }
  for (const id of benchSources)
    fold(sourceConfigured({ id, reliability: 'B', cadenceDays: 30 }, { theatre }))
  return {
    fold,
    foldAll: records => records.flatMap(record => [...fold(record)]),
    get reportCount() {
      return level.engine.reports.rowById.size
    }
  }
}
