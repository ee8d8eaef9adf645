// The engine under test, as far as benches use it. Another engine that is measured
// by turns with it implements the same.

import { digest } from '@tocsin/contracts/json/digest'
import type {
  RuleVersion,
  TheatrePayload,
  TheatreRecord
} from '@tocsin/domain/record/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import type { NewRecord } from '@tocsin/event-log/port'
import { noFacts } from '@tocsin/rules/theatre/published-alerts'
import { TheatreOwner } from '@tocsin/rules/theatre/theatre-owner'
import { sourceConfigured, theatreConfigured } from '@tocsin/testing/report/record-builder'

export const theatre = 'bench'
export const benchSources = ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2'] as const
const configuredAt = '2015-01-01T00:00:00.000Z'

export const allRules: readonly RuleVersion[] = defaultRules

export interface FoldEngine {
  /** Folds a record; returns the alert events, encoded and with their chain of hashes. */
  fold(record: TheatreRecord): readonly Uint8Array[]
  /** The same for records that wait together. */
  foldAll(records: readonly TheatreRecord[]): readonly Uint8Array[]
  readonly reportCount: number
}

/** An engine of the theatre of the benches that has its configuration and rules. */
export function openEngine(rules: readonly RuleVersion[]): FoldEngine {
  // Incident events count as published: they are neither encoded nor returned.
  const facts = { ...noFacts(), lastIncidentSeq: Number.MAX_SAFE_INTEGER }
  const owner = new TheatreOwner(theatre, facts, null)
  const engine: FoldEngine = {
    fold: record => listValues(owner.take(record).alerts),
    foldAll: records => owner.takeAll(records).flatMap(({ alerts }) => listValues(alerts)),
    get reportCount() {
      return owner.fold.reportCount
    }
  }
  engine.fold(theatreConfigured({ id: theatre }, configuredAt))
  for (const rule of rules) {
    const payload: TheatrePayload = { type: 'rule.configured', data: rule }
    const id = digest('rule', rule.ruleId)
    engine.fold({ ...payload, theatre, time: configuredAt, id } as TheatreRecord)
  }
  for (const id of benchSources) {
    const source = { id, reliability: 'B', latenessDays: 14, cadenceDays: 30 } as const
    engine.fold(sourceConfigured(source, { theatre, time: configuredAt }))
  }
  return engine
}

function listValues(alerts: readonly NewRecord[]): readonly Uint8Array[] {
  return alerts.flatMap(({ value }) => value ?? [])
}
