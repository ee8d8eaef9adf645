// The ground of a preview on its way into a thread, in parts that each take little time to send. An
// incident or a finding travels once, and is named by its number from then on: what was one object
// is one object again.

import type { AlertEntry } from '@tocsin/domain/alert/alert-decision'
import type { SeenFinding } from '@tocsin/domain/alert/match-candidates'
import type { Finding } from '@tocsin/domain/finding/finding'
import type { Incident, ReportView } from '@tocsin/domain/incident/incident'
import { strictest } from '@tocsin/domain/report/handling'
import type { PreviewGround } from '@tocsin/domain/rule/rule-preview'

type TravellingFinding = Omit<Finding, 'triggers' | 'support'> & {
  readonly triggers: number[]
  readonly support: number[]
}
type TravellingSeen = Omit<SeenFinding, 'finding'> & { readonly finding: number }
type TravellingAlert = Omit<AlertEntry, 'held' | 'published'> & {
  readonly held: TravellingSeen | null
  readonly published: TravellingSeen
}

export type GroundPart =
  | { readonly kind: 'incidents'; readonly list: readonly Incident[] }
  | { readonly kind: 'reports'; readonly list: readonly ReportView[] }
  | { readonly kind: 'findings'; readonly list: readonly TravellingFinding[] }
  | { readonly kind: 'alerts'; readonly list: readonly TravellingAlert[] }
  | {
      readonly kind: 'rules'
      readonly list: readonly { readonly rule: RuleOf; readonly findings: readonly number[] }[]
    }
  /** The last one. `incidents`: how many of those sent first are the incidents of the theatre. */
  | ({ readonly kind: 'rest'; readonly incidents: number } & Rest)

type RuleOf = PreviewGround['rules'][number]['rule']
type Rest = Pick<PreviewGround, 'theatre' | 'clearance' | 'moment' | 'boundaryMs' | 'declared'>

/** Of each kind in one part; findings name up to 500 incidents each. */
const [incidentsMax, reportsMax, findingsMax, alertsMax] = [256, 256, 32, 32]

/** The parts, in the order in which they are to be taken. */
export function* partsOf(ground: PreviewGround): Generator<GroundPart> {
  const { theatre, clearance, moment, boundaryMs, declared } = ground
  const [incidents, findings] = [new Numbers<Incident>(), new Numbers<Finding>()]
  function* newFindings(): Generator<GroundPart> {
    for (const some of slicesOf(findings.takeNew(), findingsMax)) {
      const list = some.map(finding => travelling(finding, incidents))
      for (const fresh of slicesOf(incidents.takeNew(), incidentsMax))
        yield { kind: 'incidents', list: fresh }
      yield { kind: 'findings', list }
    }
  }
  for (const list of slicesOf(ground.incidents, incidentsMax)) {
    for (const incident of list) incidents.numberOf(incident)
    incidents.takeNew()
    yield { kind: 'incidents', list }
  }
  // Who may see everything needs no incident to be assembled again.
  if (clearance !== strictest)
    for (const list of slicesOf(ground.reports, reportsMax)) yield { kind: 'reports', list }
  for (const { rule, findings: own } of ground.rules) {
    const numbers = own.map(finding => findings.numberOf(finding))
    yield* newFindings()
    yield { kind: 'rules', list: [{ rule, findings: numbers }] }
  }
  const seen = ({ finding, ...more }: SeenFinding): TravellingSeen => ({
    ...more,
    finding: findings.numberOf(finding)
  })
  for (const some of slicesOf(ground.alerts, alertsMax)) {
    const list = some.map(
      (entry): TravellingAlert => ({
        ...entry,
        held: entry.held && seen(entry.held),
        published: seen(entry.published)
      })
    )
    yield* newFindings()
    yield { kind: 'alerts', list }
  }
  yield {
    kind: 'rest',
    incidents: ground.incidents.length,
    theatre,
    clearance,
    moment,
    boundaryMs,
    declared
  }
}

/** Puts a ground together again. */
export class ArrivingGround {
  readonly #incidents: Incident[] = []
  readonly #reports: ReportView[] = []
  readonly #findings: Finding[] = []
  readonly #rules: PreviewGround['rules'][number][] = []
  readonly #alerts: AlertEntry[] = []

  /** The ground after its last part; null before. */
  take(part: GroundPart): PreviewGround | null {
    switch (part.kind) {
      case 'incidents':
        this.#incidents.push(...part.list)
        return null
      case 'reports':
        this.#reports.push(...part.list)
        return null
      case 'findings':
        for (const one of part.list) {
          const named = (numbers: readonly number[]) =>
            numbers.map(number => this.#incidents[number] as Incident)
          this.#findings.push({
            ...one,
            triggers: named(one.triggers),
            support: named(one.support)
          })
        }
        return null
      case 'rules':
        for (const { rule, findings } of part.list)
          this.#rules.push({
            rule,
            findings: findings.map(number => this.#findings[number] as Finding)
          })
        return null
      case 'alerts':
        for (const { held, published, ...entry } of part.list)
          this.#alerts.push({
            ...entry,
            held: held && this.#seen(held),
            published: this.#seen(published)
          })
        return null
      case 'rest': {
        const { kind: _, incidents, ...rest } = part
        const [reports, rules, alerts] = [this.#reports, this.#rules, this.#alerts]
        return { ...rest, incidents: this.#incidents.slice(0, incidents), reports, rules, alerts }
      }
      default:
        return part satisfies never
    }
  }

  #seen({ finding, ...more }: TravellingSeen): SeenFinding {
    return { ...more, finding: this.#findings[finding] as Finding }
  }
}

/** Member by member: a pattern may compute some when they are first read, in whatever way. */
function travelling(finding: Finding, incidents: Numbers<Incident>): TravellingFinding {
  const {
    group,
    situation,
    fromMs,
    toMs,
    levels,
    measure,
    deaths,
    certainty,
    omitted,
    layer,
    headline,
    explanation
  } = finding
  return {
    group,
    situation,
    fromMs,
    toMs,
    levels,
    measure,
    ...(deaths === undefined ? {} : { deaths }),
    ...(certainty === undefined ? {} : { certainty }),
    triggers: finding.triggers.map(incident => incidents.numberOf(incident)),
    support: finding.support.map(incident => incidents.numberOf(incident)),
    omitted,
    ...(layer === undefined ? {} : { layer }),
    headline,
    explanation
  }
}

/** Numbers objects in the order in which they are first met. */
class Numbers<T> {
  readonly #numbers = new Map<T, number>()
  #new: T[] = []

  numberOf(one: T): number {
    const known = this.#numbers.get(one)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(one, number)
    this.#new.push(one)
    return number
  }

  /** Those numbered since the last call. */
  takeNew(): readonly T[] {
    const taken = this.#new
    this.#new = []
    return taken
  }
}

function* slicesOf<T>(list: readonly T[], max: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += max) yield list.slice(from, from + max)
}
