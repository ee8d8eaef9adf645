// The machine of one source's silences. A report that comes or goes can change the silences of its
// own areas while rates count it, those of other areas that it attests, and those that go on.
// Nothing else is looked at.

import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import { compareText, type Incident, type IncidentPlace } from '../../incident/incident.ts'
import { dayMs, type Span } from '../../space-time/event-time.ts'
import { areSame } from '../episode/recent-cache.ts'
import { AliveAreas } from './alive-areas.ts'
import { neverMs, type SavedArea } from './area-known.ts'
import { firstRowOf } from './area-reports.ts'
import { nothingToTell, reachedMs, toldOf } from './silence-finding.ts'
import type { SourceSilenceParameters } from './silence-parameters.ts'
import { type AreaTerms, SourceArea } from './source-area.ts'

interface Base {
  /** The first report that shows the source alive. */
  readonly firstMs: number | null
  readonly areas: readonly SavedArea[]
}

/** If more come at once, all from the first on is put in order again. */
const fewReports = 8

export class SilenceMachine implements ScopeMachine {
  readonly #ground: ScopeGround<SourceSilenceParameters>
  readonly #source: string
  readonly #terms: AreaTerms
  readonly #areas = new Map<string, SourceArea>()
  /** Of what has left the rows. */
  #passedFirstMs: number | null
  /** The first report that shows the source alive, of all. */
  #firstMs: number | null
  /** The longest interval of a report that shows the source alive. */
  #longestMs = 0
  /**
   * No report that broke a silence which may have been too long began later: later reports attest
   * none of them.
   */
  #lastBrokenMs = Number.NEGATIVE_INFINITY
  /** Since the last fold. */
  #come: Incident[] = []
  #gone: Incident[] = []
  readonly #changed = new Set<SourceArea>()
  readonly #alive = new AliveAreas(this.#areas)
  /** Before the source is alive for so long, no silence that goes on comes to another stage. */
  #nextStageMs = Number.POSITIVE_INFINITY
  #unheard: readonly Span[] = []
  /**
   * The findings, and the watermarks between which they stay the same; null if they may be others
   * now.
   */
  #told: {
    readonly unheard: readonly Span[]
    readonly fromMs: number
    readonly untilMs: number
  } | null = null
  #findings: readonly Finding[] = []

  constructor(ground: ScopeGround<SourceSilenceParameters>) {
    const { firstMs, areas } = (ground.base ?? { firstMs: null, areas: [] }) as Base
    this.#ground = ground
    this.#source = ground.scope.replace(/^drill\//, '')
    this.#passedFirstMs = firstMs
    this.#firstMs = firstMs
    this.#terms = {
      parameters: ground.parameters,
      work: ground.work,
      firstMs: () => this.#firstMs,
      counts: (incident, admin1) => this.#isLive(incident) && isCertainIn(incident, admin1),
      elsewhereMsBefore: (incident, admin1) => this.#elsewhereMsBefore(incident, admin1)
    }
    for (const saved of areas)
      this.#areas.set(saved.admin1, new SourceArea(saved.admin1, this.#terms, saved))
    this.#alive.findAgain()
    this.#moveAllOn()
  }

  put(incident: Incident): void {
    this.#come.push(incident)
  }

  take(incident: Incident): void {
    const waiting = this.#come.indexOf(incident)
    if (waiting === -1) this.#gone.push(incident)
    else this.#come.splice(waiting, 1)
  }

  refold(from: number): boolean {
    const isOther = this.#appended() ?? this.#replaced(from)
    if (isOther) this.#told = null
    return isOther
  }

  /**
   * Goes on with one report of one area that comes last, and so attests no silence before another;
   * null if that is not all.
   */
  #appended(): boolean | null {
    const [incident] = this.#come
    if (incident === undefined || this.#come.length > 1 || this.#gone.length > 0) return null
    const { admin1 } = incident.place
    if (incident !== this.#ground.rows.at(-1) || admin1 === null || incident.alsoAt.length > 0)
      return null
    const isLive = this.#isLive(incident)
    if (isLive && (this.#firstMs ?? Number.POSITIVE_INFINITY) > incident.fromMs) return null
    this.#come.pop()
    const area = this.#areaOf(admin1)
    let isOther = area.append(incident) && this.#isToldAgain(area)
    if (isLive) {
      this.#longestMs = Math.max(this.#longestMs, incident.toMs - incident.fromMs)
      this.#alive.raise(area)
    }
    if (this.#moveOn(area)) isOther = true
    return (this.#alive.firstMs >= this.#nextStageMs && this.#moveDueOn()) || isOther
  }

  #replaced(from: number): boolean {
    const come = this.#come
    const gone = this.#gone
    this.#come = []
    this.#gone = []
    for (const incident of gone) this.#displace(incident)
    if (come.length > fewReports || come.length + gone.length === 0) this.#orderFrom(from)
    else for (const incident of come) this.#place(incident)
    if (this.#isFirstMoved(come, gone))
      for (const area of this.#areas.values()) {
        area.judgeAllFrom(0)
        this.#changed.add(area)
      }
    return this.#judge(come, gone)
  }

  findings({ watermarkMs, unheard }: Moment): readonly Finding[] {
    const nowMs = watermarkMs ?? Number.NEGATIVE_INFINITY
    const { unheard: known, fromMs, untilMs } = this.#told ?? nothingTold
    if (this.#told !== null && known === unheard && fromMs <= nowMs && nowMs < untilMs)
      return this.#findings
    if (this.#unheard !== unheard) {
      this.#unheard = unheard
      this.#moveAllOn()
    }
    this.#tell(nowMs)
    return this.#findings
  }

  nextChangeMs(moment: Moment): number | null {
    this.findings(moment)
    const { untilMs } = this.#told ?? nothingTold
    return Number.isFinite(untilMs) ? untilMs : null
  }

  passBefore(count: number): void {
    const counts = new Map<string, number>()
    for (let row = 0; row < count; row++) {
      const incident = this.#ground.rows[row] as Incident
      if (this.#isLive(incident)) this.#passedFirstMs ??= incident.fromMs
      for (const admin1 of areasOf(incident)) counts.set(admin1, (counts.get(admin1) ?? 0) + 1)
    }
    for (const [admin1, passing] of counts) this.#areas.get(admin1)?.passBefore(passing)
  }

  forget(beforeMs: number): void {
    for (const [admin1, area] of this.#areas) if (!area.forget(beforeMs)) this.#areas.delete(admin1)
    this.#told = null
  }

  base(): Base | undefined {
    const areas = [...this.#areas.values()].flatMap(area => area.saved() ?? [])
    return this.#passedFirstMs === null && areas.length === 0
      ? undefined
      : { firstMs: this.#passedFirstMs, areas }
  }

  isBlank(): boolean {
    if (this.#passedFirstMs !== null) return false
    for (const area of this.#areas.values()) if (area.hasPassed) return false
    return true
  }

  #areaOf(admin1: string): SourceArea {
    let area = this.#areas.get(admin1)
    if (area === undefined) {
      area = new SourceArea(admin1, this.#terms, null)
      this.#areas.set(admin1, area)
    }
    return area
  }

  /** Puts one report into the order of each of its areas. */
  #place(incident: Incident): void {
    if (this.#isLive(incident))
      this.#longestMs = Math.max(this.#longestMs, incident.toMs - incident.fromMs)
    for (const admin1 of areasOf(incident)) {
      const area = this.#areaOf(admin1)
      area.put(incident, this.#ground.rows)
      this.#changed.add(area)
    }
  }

  #displace(incident: Incident): void {
    for (const admin1 of areasOf(incident)) {
      const area = this.#areas.get(admin1)
      if (area === undefined) continue
      area.take(incident)
      this.#changed.add(area)
    }
  }

  /** Puts all reports into order again, from the moment of a row on. */
  #orderFrom(from: number): void {
    const { rows } = this.#ground
    const first = rows[from]
    if (first === undefined) return
    for (const area of this.#areas.values())
      if (area.takeFrom(first.fromMs)) this.#changed.add(area)
    const start = firstRowOf(rows, { fromMs: first.fromMs, toMs: Number.NEGATIVE_INFINITY })
    for (let row = start; row < rows.length; row++) this.#place(rows[row] as Incident)
  }

  /** Notes when the source was first alive. True if that is another moment than before. */
  #isFirstMoved(come: readonly Incident[], gone: readonly Incident[]): boolean {
    if (this.#passedFirstMs !== null) return false
    const before = this.#firstMs
    for (const incident of come)
      if ((this.#firstMs === null || incident.fromMs < this.#firstMs) && this.#isLive(incident))
        this.#firstMs = incident.fromMs
    if (gone.some(({ fromMs }) => fromMs === before))
      this.#firstMs = this.#ground.rows.find(incident => this.#isLive(incident))?.fromMs ?? null
    return this.#firstMs !== before
  }

  /** Judges what may differ. False if no finding can be another. */
  #judge(come: readonly Incident[], gone: readonly Incident[]): boolean {
    let isOther = false
    const { firstMs: beforeMs, secondMs: secondBeforeMs } = this.#alive
    for (const area of this.#changed) {
      if (area.judge()) isOther = this.#isToldAgain(area)
      if (!area.isEmpty) continue
      this.#areas.delete(area.admin1)
      this.#changed.delete(area)
      if (area.told !== null && area.told.findings.length > 0) isOther = true
    }
    for (const incident of gone) if (this.#attestAgain(incident)) isOther = true
    for (const incident of come) if (this.#attestAgain(incident)) isOther = true
    this.#alive.changed(this.#changed)
    const { firstMs, secondMs } = this.#alive
    if (firstMs < beforeMs || secondMs < secondBeforeMs || firstMs >= this.#nextStageMs) {
      if (this.#moveAllOn()) isOther = true
    } else for (const area of this.#changed) if (this.#moveOn(area)) isOther = true
    this.#changed.clear()
    return isOther
  }

  #isToldAgain(area: SourceArea): true {
    area.told = null
    return true
  }

  /** A report came or went: it may attest silences about areas other than its own. */
  #attestAgain(incident: Incident): boolean {
    // Usually all silences that are over were broken before.
    if (incident.fromMs > this.#lastBrokenMs || !this.#isLive(incident)) return false
    let isOther = false
    for (const area of this.#areas.values())
      if (
        incident.fromMs <= area.lastBrokenMs &&
        isCertainOutside(incident, area.admin1) &&
        area.attestAgain(incident)
      )
        isOther = this.#isToldAgain(area)
    return isOther
  }

  /** Looks at all silences that go on. False if none has come to another stage. */
  #moveAllOn(): boolean {
    this.#nextStageMs = Number.POSITIVE_INFINITY
    let isOther = false
    for (const area of this.#areas.values()) if (this.#moveOn(area)) isOther = true
    return isOther
  }

  /**
   * The source is alive for longer: looks at the silences that may have come to another stage by
   * it.
   */
  #moveDueOn(): boolean {
    const { firstMs } = this.#alive
    let nextMs = Number.POSITIVE_INFINITY
    let isOther = false
    for (const area of this.#areas.values()) {
      if (area.nextStageMs <= firstMs && this.#moveOn(area)) isOther = true
      nextMs = Math.min(nextMs, area.nextStageMs)
    }
    this.#nextStageMs = nextMs
    return isOther
  }

  /**
   * Notes the stage of the silence that goes on about an area. True if it is another than before.
   */
  #moveOn(area: SourceArea): boolean {
    const { lastMs: sinceMs, periodDays, stage: before, isKnownOther } = area
    this.#lastBrokenMs = Math.max(this.#lastBrokenMs, area.lastBrokenMs)
    area.stage = 0
    area.nextStageMs = Number.POSITIVE_INFINITY
    area.isKnownOther = false
    if (Number.isFinite(periodDays)) {
      const elsewhereMs = this.#alive.elsewhereMs(area.admin1)
      const { escalateFactor } = this.#ground.parameters
      for (const days of [periodDays, periodDays * escalateFactor]) {
        const atMs =
          sinceMs + days * dayMs > elsewhereMs
            ? sinceMs + days * dayMs
            : reachedMs({ sinceMs }, days, this.#unheard)
        if (atMs > elsewhereMs) {
          area.nextStageMs = atMs
          this.#nextStageMs = Math.min(this.#nextStageMs, atMs)
          break
        }
        area.stage += 1
      }
    }
    if (area.stage === before && (before === 0 || !isKnownOther)) return false
    return this.#isToldAgain(area)
  }

  /**
   * Exact up to the beginning of the incident, which is all that a silence before it can be
   * attested for.
   */
  #elsewhereMsBefore(incident: Incident, admin1: string): number {
    const { rows } = this.#ground
    let elsewhereMs = neverMs
    for (const area of this.#areas.values())
      if (area.admin1 !== admin1) elsewhereMs = Math.max(elsewhereMs, area.passedAliveMs)
    let row = firstRowOf(rows, incident)
    while (rows[row] !== incident) row += 1
    for (row -= 1; row >= 0 && elsewhereMs < incident.fromMs; row--) {
      const before = rows[row] as Incident
      if (before.fromMs + this.#longestMs <= elsewhereMs) break
      if (before.toMs > elsewhereMs && this.#isHeardElsewhere(before, admin1))
        elsewhereMs = before.toMs
    }
    return elsewhereMs
  }

  #isHeardElsewhere(incident: Incident, admin1: string): boolean {
    return isCertainOutside(incident, admin1) && this.#isLive(incident)
  }

  /**
   * True for a sufficiently graded report that a source posted as it came, unless the source is an
   * archive: it shows the source alive. Any other report only breaks a silence.
   */
  #isLive({ passesGrade, witnesses }: Incident): boolean {
    if (!passesGrade) return false
    for (const { sourceId, archived } of witnesses)
      if (sourceId === this.#source && archived !== true) return true
    return false
  }

  #tell(nowMs: number): void {
    const { parameters } = this.#ground
    const unheard = this.#unheard
    let fromMs = Number.NEGATIVE_INFINITY
    let untilMs = Number.POSITIVE_INFINITY
    const speaking: SourceArea[] = []
    for (const area of this.#areas.values()) {
      let { told } = area
      if (told === nothingToTell) continue
      if (
        told === null ||
        told.unheard !== unheard ||
        nowMs < told.fromMs ||
        nowMs >= told.untilMs
      ) {
        const about = { source: this.#source, admin1: area.admin1 }
        told = toldOf(
          area.silences(this.#alive.elsewhereMs(area.admin1)),
          about,
          nowMs,
          parameters,
          unheard
        )
        area.told = told
      }
      if (told.findings.length > 0) speaking.push(area)
      fromMs = Math.max(fromMs, told.fromMs)
      untilMs = Math.min(untilMs, told.untilMs)
    }
    this.#told = { unheard, fromMs, untilMs }
    speaking.sort((a, b) => compareText(a.admin1, b.admin1))
    const findings = speaking.flatMap(area => area.told?.findings ?? [])
    if (!areSame(findings, this.#findings)) this.#findings = findings
  }
}

const nothingTold = {
  unheard: [],
  fromMs: Number.POSITIVE_INFINITY,
  untilMs: Number.POSITIVE_INFINITY
}

/** The areas that an incident concerns. */
function areasOf({ place, alsoAt }: Incident): readonly string[] {
  if (alsoAt.length === 0) return place.admin1 === null ? [] : [place.admin1]
  return [...new Set([place, ...alsoAt].flatMap(({ admin1 }) => admin1 ?? []))]
}

/** True if an incident is certain to concern an area. */
function isCertainIn({ place, alsoAt }: Incident, admin1: string): boolean {
  if (place.admin1 === admin1 && place.areaCertain) return true
  return alsoAt.some(other => other.admin1 === admin1 && other.areaCertain)
}

/** True if it is certain to concern another area. */
function isCertainOutside({ place, alsoAt }: Incident, admin1: string): boolean {
  const isOutside = (one: IncidentPlace) =>
    one.admin1 !== null && one.admin1 !== admin1 && one.areaCertain
  return isOutside(place) || alsoAt.some(isOutside)
}
