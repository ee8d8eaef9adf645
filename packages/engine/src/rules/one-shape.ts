// Gives rules of one kind, and their families, the same members in the same order: code that calls
// twenty rules reads the members of objects of one shape faster than those of twenty shapes.

import type { ClusterRule } from './cluster-rule.ts'
import type { Rule } from './definition.ts'
import type { Family } from './family.ts'
import type { DayRule } from './rule.ts'

const ofAll =
  'id pattern identityDays warmUpDays failures listPlaceNeeds outlastsSilence isNewsWhileOpen'
const dayRuleShape = listMembers(
  `${ofAll} family stateSize lastingSlots reachDays clock inputPatterns inputScopes canOpen applyDay closeDay getEndDay getEarliestEndDay confirm returnsToEnd listLevelDays measure listFacts computeCertainty listTriggers assess nearShare assessDays`
)
const clusterRuleShape = listMembers(
  `${ofAll} includes getMark listGroups linkKm linkDays getPointKm listKeys getKeyLinkDays getLink minPoints countOwn canBeCore hotCell quietDays maxDays assess measure listFacts computeCertainty readGroup`
)
const familyShape = listMembers(
  'id categories tactics includes getMark readBaseKey getArea parent isCounted sums distinct listKeys readGroup'
)

/** By family as its rules have it: rules of one family go on sharing it. */
const families = new WeakMap<Family, Family>()

function listMembers(names: string): Readonly<Record<string, undefined>> {
  return Object.fromEntries(names.split(' ').map(name => [name, undefined]))
}

/** A rule with all members that a rule of its kind can have. */
export function giveShape(rule: Rule): Rule {
  if ('applyDay' in rule) return { ...(dayRuleShape as object), ...shapeFamily(rule) } as DayRule
  if ('linkKm' in rule) return { ...(clusterRuleShape as object), ...rule } as ClusterRule
  return rule
}

function shapeFamily(rule: DayRule): DayRule {
  const { family: stated } = rule
  const family = families.get(stated) ?? { ...(familyShape as object), ...stated }
  families.set(stated, family)
  return { ...rule, family }
}
