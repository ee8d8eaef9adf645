// How many pauses a preview makes, as near as can be said before it begins: for telling how far it
// is. Pure.

import { compoundPatterns } from '../patterns/pattern-catalogue.ts'
import { strictest } from '../report/handling.ts'
import {
  type PreviewBase,
  type PreviewedRule,
  type PreviewGround,
  reworded,
  sliceMax
} from './rule-preview.ts'

/** At least 1. What is folded counts; what it is compared with costs next to nothing beside it. */
export function previewSteps(
  ground: PreviewGround,
  changes: readonly PreviewedRule[],
  against: PreviewBase
): number {
  const { incidents, reports, clearance } = ground
  const rules = ground.rules.map(({ rule }) => rule)
  const changed = new Set(changes.map(({ ruleId }) => ruleId))
  const readers =
    against === 'nothing' ? [] : rules.filter(rule => compoundPatterns.has(rule.pattern))
  const folded =
    changes.filter(rule => !('removed' in rule) && reworded(ground, rule) === null).length +
    readers.filter(rule => !changed.has(rule.ruleId)).length
  const perRule = Math.ceil(incidents.length / sliceMax)
  const asSeen =
    clearance === strictest ? 0 : rules.length * perRule + Math.ceil(reports.length / sliceMax)
  return Math.max(1, folded * perRule + asSeen)
}
