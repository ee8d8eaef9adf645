// Compares a pack with the rules of a running suite: the changes, and their effect on alerts. Pure;
// the commands query and print.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { compareText } from '@tocsin/domain/compare-text'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { isIncidentPattern } from '@tocsin/engine/theatre/rule-check'
import { resolveParameters } from '@tocsin/engine/theatre/rule-set'
import type { RulePack } from '@tocsin/rule-packs/pack'
import type { Item } from '../client/context.ts'

/** A rule to be declared to the suite. */
export interface RuleStep {
  readonly id: string
  readonly kind: 'new' | 'changed' | 'withdrawn'
  /** The rule as it would be; null if it is withdrawn. */
  readonly body: Item | null
  /** The current version; 0 for none. */
  readonly seen: number
}

const members = [
  'pattern',
  'title',
  'where',
  'groupBy',
  'parameters',
  'severities',
  'headline',
  'notify',
  'theatres',
  'budgets'
] as const

/**
 * The changes that bring the suite to the pack's rules; empty if there are none. With `prune`,
 * rules that the pack does not name are withdrawn.
 */
export function planSteps(
  pack: RulePack,
  standing: readonly Item[],
  prune: boolean
): readonly RuleStep[] {
  const known = new Map(standing.map(rule => [String(rule.ruleId), rule]))
  const own = pack.rules.flatMap(({ draft, enabled }): RuleStep[] => {
    const { ruleId, ...body } = draft
    const before = known.get(ruleId)
    const seen = Number(before?.ruleVersion ?? 0)
    if (!enabled)
      return before === undefined ? [] : [{ id: ruleId, kind: 'withdrawn', body: null, seen }]
    if (before !== undefined && toComparableText(before) === toComparableText(body as Item))
      return []
    return [
      { id: ruleId, kind: before === undefined ? 'new' : 'changed', body: body as Item, seen }
    ]
  })
  const named = new Set(pack.rules.map(({ draft }) => draft.ruleId))
  const foreign = prune ? [...known.keys()].filter(id => !named.has(id)) : []
  const steps: RuleStep[] = [
    ...own,
    ...foreign.map(id => ({
      id,
      kind: 'withdrawn' as const,
      body: null,
      seen: Number(known.get(id)?.ruleVersion)
    }))
  ]
  const turn = (step: RuleStep) => rankStep(step, known.get(step.id))
  return steps.toSorted((a, b) => turn(a) - turn(b))
}

/**
 * When a step can be taken, in any order of the pack: rules over findings name others, which
 * must be there before, and until they no longer do.
 */
function rankStep({ body }: RuleStep, before: Item | undefined): number {
  const isOverFindings = (rule: Item | null | undefined) =>
    ruleDefinitions.has(String(rule?.pattern)) && !isIncidentPattern(String(rule?.pattern))
  if (body === null) return isOverFindings(before) ? 1 : 5
  if (!isOverFindings(body)) return 0
  if (before === undefined) return 4
  return isOverFindings(before) ? 2 : 3
}

/** A default written explicitly equals the default. */
function toComparableText(rule: Item): string {
  const said = Object.fromEntries(
    members.filter(name => rule[name] !== undefined).map(name => [name, rule[name]])
  )
  // The suite stores them sorted.
  if (Array.isArray(said.theatres)) said.theatres = [...said.theatres].sort(compareText)
  const definition = ruleDefinitions.get(String(rule.pattern))
  const stated = (rule.parameters ?? {}) as Readonly<Record<string, unknown>>
  const isKnown = Object.keys(stated).every(name => name in (definition?.parameters ?? {}))
  const parameters =
    definition === undefined || !isKnown ? stated : resolveParameters(definition, stated)
  return toCanonicalJson({ ...said, parameters })
}

interface Sketch {
  readonly alertId: string | null
  readonly ruleId: string
  readonly headline: string
  readonly severity: string
  readonly level: number
  readonly window: { readonly from: string; readonly to: string | null }
}

export interface PreviewAnswer {
  readonly theatres: readonly {
    readonly theatre: string
    readonly appear: readonly Sketch[]
    readonly change: readonly { readonly before: Sketch; readonly after: Sketch }[]
    readonly vanish: readonly Sketch[]
    readonly same: number
    readonly omitted: number
  }[]
  readonly elsewhere: readonly string[]
  readonly complete: boolean
}

/** Lines for people: `+` added, `~` changed, `-` withdrawn. */
export function formatPreview({ theatres, elsewhere }: PreviewAnswer): readonly string[] {
  const lines = theatres.flatMap(one => {
    const { theatre, appear, change, vanish, same, omitted } = one
    return [
      `${theatre}: ${appear.length} would appear, ${change.length} change, ${vanish.length} vanish, ${same} stay unchanged`,
      ...appear.map(sketch => `  + ${formatSketch(sketch)}`),
      ...change.map(
        ({ before, after }) => `  ~ ${formatSketch(after)}${describeMoves(before, after)}`
      ),
      ...vanish.map(sketch => `  - ${formatSketch(sketch)}`),
      ...(omitted === 0 ? [] : [`  and ${omitted} more`])
    ]
  })
  return [...lines, ...elsewhere.map(id => `${id}: another instance folds it; ask there`)]
}

function formatSketch({ ruleId, severity, headline, window }: Sketch): string {
  return `${ruleId} ${severity} ${window.from.slice(0, 10)} to ${window.to?.slice(0, 10) ?? 'now'}: ${headline}`
}

function describeMoves(before: Sketch, after: Sketch): string {
  const moves = [
    ...(before.severity === after.severity ? [] : [`was ${before.severity}`]),
    ...(before.level === after.level
      ? []
      : [`was at level ${before.level}, would be at ${after.level}`]),
    ...(before.window.from === after.window.from
      ? []
      : [`began ${before.window.from.slice(0, 10)}`]),
    ...(before.window.to === after.window.to
      ? []
      : [`ended ${before.window.to?.slice(0, 10) ?? 'not yet'}`]),
    ...(before.headline === after.headline ? [] : [`said "${before.headline}"`])
  ]
  return moves.length === 0 ? '' : ` (${moves.join('; ')})`
}
