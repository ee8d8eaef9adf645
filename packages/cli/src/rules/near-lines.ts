// What nearly fired, in lines for people. Pure.

export interface NearMiss {
  readonly theatre: string
  readonly group: Readonly<Record<string, string>>
  readonly measure: { readonly name: string; readonly value: number; readonly threshold: number }
  /** In words. */
  readonly lacks: string
  readonly incidents: number
  /** When the last incident ended. */
  readonly lastAt: string
}

export interface NearAnswer {
  readonly items: readonly NearMiss[]
  /** False where the rule's pattern has no near misses. */
  readonly canSay: boolean
}

export interface NearOfRule extends NearAnswer {
  readonly ruleId: string
}

export function formatNearMisses(told: readonly NearOfRule[]): readonly string[] {
  const lines = told.flatMap(({ ruleId, items }) => items.map(item => formatNearMiss(ruleId, item)))
  const silent = told.filter(({ canSay }) => !canSay).map(({ ruleId }) => ruleId)
  return [
    ...(lines.length === 0 ? ['nothing comes near'] : lines),
    ...(silent.length === 0 ? [] : [`near misses not available for: ${silent.join(', ')}`])
  ]
}

function formatNearMiss(
  ruleId: string,
  { theatre, group, measure, lacks, incidents, lastAt }: NearMiss
): string {
  const about = Object.entries(group).map(([name, value]) => `${name} ${value}`)
  const seen = `${incidents} ${incidents === 1 ? 'incident' : 'incidents'}, the last on ${lastAt.slice(0, 10)}`
  return `${ruleId} in ${theatre}: ${about.join(', ')}; ${measure.name} ${measure.value} of ${measure.threshold}; lacks ${lacks}; ${seen}`
}
