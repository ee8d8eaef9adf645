// Which accepted rows trigger no rules of a suite, or not some of them, and why: by its theatres,
// sources and rules, with the same judgement as GET /v1/reports/{id}.

import { parseReportInput } from '@tocsin/contracts/report/report-validation'
import { computeWindowStartMs, defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import {
  type RuleVersion,
  runsIn,
  type SourceConfig,
  type TheatreConfig,
  undeclaredSource
} from '@tocsin/contracts/theatre/theatre-record'
import { makePlaceCheck } from '@tocsin/engine/theatre/place-needs'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import type { ReportItem } from '@tocsin/importers/item/import-item'
import { resolvePlaces } from '@tocsin/intake/acceptance/report-places'
import type { ImportTally } from '@tocsin/intake/imports/import-tally'
import {
  collectHindrances,
  type HindranceGround,
  type HindranceReason
} from '@tocsin/intake/outcome/report-hindrances'
import { noDerivedKeys } from '@tocsin/intake/privacy/derived-keys'
import { makeRevision } from '@tocsin/intake/report/report-records'
import { findTheatre } from '@tocsin/service/theatre/theatre-assignment'

type ShownTheatre = TheatreConfig & { readonly now: string | null }

/** What decides whether rules see a report. */
export interface SuiteGround {
  readonly theatres: readonly ShownTheatre[]
  readonly sources: readonly (Pick<SourceConfig, 'id'> & Partial<SourceConfig>)[]
  /** Empty for a key that may not read rules. */
  readonly rules: readonly RuleVersion[]
}

/** Reads the ground with the key of the import; null if it may not read the theatres. */
export async function readGround(api: Pick<SuiteApi, 'call'>): Promise<SuiteGround | null> {
  const read = async <T>(path: string): Promise<readonly T[] | null> => {
    const { body, problem } = await api.call('GET', path)
    return problem === null ? (body as { readonly items: readonly T[] }).items : null
  }
  const theatres = await read<ShownTheatre>('/v1/theatres')
  if (theatres === null) return null
  const sources = (await read<SuiteGround['sources'][number]>('/v1/sources')) ?? []
  const rules = (await read<RuleVersion>('/v1/rules')) ?? []
  return { theatres, sources, rules }
}

/** Counts the hindrances of rows that the suite accepts. */
export class HindranceCount {
  readonly #ground: SuiteGround
  readonly #gazetteer: Gazetteer
  readonly #nowMs: number
  readonly #reliabilities: ReadonlyMap<string, SourceConfig['reliability']>
  /** By theatre: rules are parsed once. */
  readonly #unmetNeeds = new Map<string, HindranceGround['unmetNeeds']>()

  constructor(ground: SuiteGround, gazetteer: Gazetteer, nowMs: number) {
    this.#ground = ground
    this.#gazetteer = gazetteer
    this.#nowMs = nowMs
    // Without the grade, as for keys of reporters, none is taken to be too low.
    this.#reliabilities = new Map(
      ground.sources.map(({ id, reliability = 'A' }) => [id, reliability])
    )
  }

  /** Adds those of an accepted row. */
  add(tally: ImportTally, { report }: ReportItem): void {
    const parsed = parseReportInput(report)
    const resolved = parsed.ok ? resolvePlaces(parsed.report, this.#gazetteer) : null
    if (!parsed.ok || !resolved?.ok) return
    const { place, alsoAt } = resolved
    const theatre = findTheatre(place, this.#ground.theatres)
    const revision = makeRevision({
      ...{ reportId: '', contentHash: '', externalId: null, sealed: null, lane: 'backfill' },
      reportedAt: parsed.report.reportedAt ?? new Date(this.#nowMs).toISOString(),
      input: parsed.report,
      ...{ place, alsoAt, theatre, keys: noDerivedKeys }
    })
    const found = collectHindrances(revision, {
      reliability: this.#reliabilities.get(revision.sourceId) ?? undeclaredSource.reliability,
      unmetNeeds: this.#findUnmetNeeds(theatre),
      windowStartMs: this.#findWindowStartMs(theatre),
      namesRules: true
    })
    for (const [reason, all] of Map.groupBy(found, each => each.reason))
      addHindrance(
        tally,
        reason,
        all.flatMap(({ rules }) => rules ?? [])
      )
  }

  #findUnmetNeeds(theatre: string): HindranceGround['unmetNeeds'] {
    const known = this.#unmetNeeds.get(theatre)
    if (known !== undefined) return known
    const needs = makePlaceCheck(this.#ground.rules.filter(rule => runsIn(rule, theatre)))
    this.#unmetNeeds.set(theatre, needs)
    return needs
  }

  #findWindowStartMs(theatre: string): number {
    const config = this.#ground.theatres.find(({ id }) => id === theatre)
    const nowMs = config?.now == null ? this.#nowMs : Date.parse(config.now)
    return computeWindowStartMs(nowMs, config?.retentionDays ?? defaultRetentionDays)
  }
}

function addHindrance(tally: ImportTally, reason: HindranceReason, rules: readonly string[]): void {
  tally.hindrances ??= {}
  const before = tally.hindrances[reason] ?? { rows: 0, rules: [] }
  const isNew = rules.some(rule => !before.rules.includes(rule))
  tally.hindrances[reason] = {
    rows: before.rows + 1,
    rules: isNew ? [...new Set([...before.rules, ...rules])].sort() : before.rules
  }
}

const hindranceWords: Readonly<Record<HindranceReason, string>> = {
  withdrawn: 'are withdrawn: no rule sees them',
  'no-theatre':
    'lie in no theatre: no rule sees them (declare one that holds them, tocsin theatres set, and import again)',
  'beyond-window':
    'ended before the retention of their theatre: no rule sees them (lengthen it: tocsin theatres set ID --retention-days)',
  statistic: 'are statistics: they raise no alert and count towards baselines only',
  grade:
    'have a source or a credibility too poor to raise an alert: they only support others (grade the source: tocsin sources set)',
  'contradicting-place':
    'have coordinates far outside their country or area (correct whichever is wrong)',
  'unknown-place': 'have no known place (add coordinates, or a name that the gazetteer knows)',
  'too-coarse': 'have a place that is too coarse (add coordinates with a radius)'
}

const rulesNamedMax = 6

/** The lines of the summary: the number of rows by hindrance, and what to do. */
export function listHindrances({
  hindrances = {}
}: ImportTally): readonly (readonly [number, string])[] {
  return Object.entries(hindrances).map(([reason, { rows, rules }]) => {
    const more = rules.length - rulesNamedMax
    const named = `${rules.slice(0, rulesNamedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    const unseen = rules.length === 0 ? '' : `; these rules do not see them: ${named}`
    return [rows, `${hindranceWords[reason as HindranceReason]}${unseen}`]
  })
}
