// What a preview reads: a snapshot of the fold that a reader reads, and its rules. Plain data, so that
// the preview may run in another thread.

import { engineVersion } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import { placeRule, type RuleVersion, runsIn } from '@tocsin/contracts/theatre/theatre-record'
import {
  type AlertDifference,
  type PreviewBase,
  previewRules
} from '@tocsin/engine/theatre/preview'
import { makeRuleSet, type RuleSet, removeRule, setRule } from '@tocsin/engine/theatre/rule-set'
import { writeSnapshot } from '@tocsin/engine/theatre/snapshot'
import type { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import type { RuleChange } from '../rule/rule-operations.ts'

export interface PreviewGround {
  readonly theatre: string
  readonly level: Handling
  readonly rules: readonly RuleVersion[]
  /** Owns its memory, which may be transferred. */
  readonly snapshot: Uint8Array<ArrayBuffer>
}

export interface PreviewTask {
  readonly ground: PreviewGround
  readonly changes: readonly RuleChange[]
  readonly against: PreviewBase
}

/** The ground for readers of a clearance. Takes as long as a snapshot. */
export function makeGround(engine: TheatreEngine, clearance: Handling): PreviewGround {
  const fold = engine.getFold(clearance)
  const { theatre, fold: level } = fold.options
  return {
    ...{ theatre, level },
    rules: Array.from(fold.engine.rules.byId.values(), ({ version }) => version),
    snapshot: writeSnapshot(fold) as Uint8Array<ArrayBuffer>
  }
}

/** The differences that the changes would make. Yields the share that is done at each pause. */
export function* previewChanges(task: PreviewTask): Generator<number, AlertDifference> {
  const { ground, changes, against } = task
  const { theatre, level, snapshot } = ground
  const rules = makeRuleSet(ground.rules)
  const changed = changes.reduce((set, change) => applyChange(set, change, theatre), rules)
  const options = { theatre, fold: level, engine: engineVersion }
  return yield* previewRules(snapshot, options, rules, changed, against)
}

function applyChange(rules: RuleSet, change: RuleChange, theatre: string): RuleSet {
  return 'removed' in change || !runsIn(change, theatre)
    ? removeRule(rules, change.ruleId)
    : setRule(rules, placeRule(change, theatre))
}
