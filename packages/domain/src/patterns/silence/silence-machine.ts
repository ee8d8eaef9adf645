// The machine of one source's silences. A report that comes or goes can change the silences of its own areas while rates count
// it, those of other areas that it attests, and those that go on. Nothing else is looked at.

import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Moment } from '../../fold/moment.ts'
import { compareText, type Incident, placesOf } from '../../incident/incident.ts'
import { dayMs, type Span } from '../../space-time/event-time.ts'
import { areSame } from '../episode/recent-cache.ts'
import { reachedMs, toldOf } from './silence-finding.ts'
import type { SourceSilenceParameters } from './silence-parameters.ts'
import { type AreaTerms, firstRowOf, neverMs, type SavedArea, SourceArea } from './source-area.ts'

interface Base {
  /** The first report that shows the source alive. */
  readonly firstMs: number | null
  readonly areas: readonly SavedArea[]
}

/** Until when a source was alive anywhere, in which area, and until when in another one. */
interface Alive {
  readonly admin1: string
  readonly firstMs: number
  readonly secondMs: number
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
  /** When the last report began that broke a silence which may have been too long; later reports attest none of them. */
  #lastBrokenMs = Number.NEGATIVE_INFINITY
  /** Since the last fold. */
  #come: Incident[] = []
  #gone: Incident[] = []
  readonly #changed = new Set<SourceArea>()
  #alive: Alive = nowhere
  /** Before the source is alive for so long, no silence that goes on comes to another stage. */
  #nextStageMs = Number.POSITIVE_INFINITY
  #unheard: readonly Span[] = []
  /** The findings, and the watermarks between which they stay the same; null if they may be others now. */
  #told: { readonly unheard: readonly Span[]; readonly fromMs: number; readonly untilMs: number } | null = null
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
      elsewhereMsBefore: (incident, admin1) => this.#elsewhereMsBefore(incident, admin1)
    }
    for (const saved of areas) this.#areas.set(saved.admin1, new SourceArea(saved.admin1, this.#terms, saved))
    this.#alive = this.#liveliest()
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
    const isOther = this.#judge(come, gone)
    if (isOther) this.#told = null
    return isOther
  }

  findings({ watermarkMs, unheard }: Moment): readonly Finding[] {
    const nowMs = watermarkMs ?? Number.NEGATIVE_INFINITY
    const { unheard: known, fromMs, untilMs } = this.#told ?? nothingTold
    if (this.#told !== null && known === unheard && fromMs <= nowMs && nowMs < untilMs) return this.#findings
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
      for (const admin1 of areasOf(incident).keys()) counts.set(admin1, (counts.get(admin1) ?? 0) + 1)
    }
    for (const [admin1, passing] of counts) this.#areas.get(admin1)?.passBefore(passing)
  }

  forget(beforeMs: number): void {
    for (const [admin1, area] of this.#areas) if (!area.forget(beforeMs)) this.#areas.delete(admin1)
    this.#told = null
  }

  base(): Base | undefined {
    const areas = [...this.#areas.values()].flatMap(area => area.saved() ?? [])
    return this.#passedFirstMs === null && areas.length === 0 ? undefined : { firstMs: this.#passedFirstMs, areas }
  }

  isBlank(): boolean {
    return this.base() === undefined
  }

  /** Puts one report into the order of each of its areas. */
  #place(incident: Incident): void {
    const isLive = this.#isLive(incident)
    if (isLive) this.#longestMs = Math.max(this.#longestMs, incident.toMs - incident.fromMs)
    for (const [admin1, isCertain] of areasOf(incident)) {
      let area = this.#areas.get(admin1)
      if (area === undefined) {
        area = new SourceArea(admin1, this.#terms, null)
        this.#areas.set(admin1, area)
      }
      area.put(incident, isLive && isCertain, this.#ground.rows)
      this.#changed.add(area)
    }
  }

  #displace(incident: Incident): void {
    for (const admin1 of areasOf(incident).keys()) {
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
    for (const area of this.#areas.values()) if (area.takeFrom(first.fromMs)) this.#changed.add(area)
    const start = firstRowOf(rows, { fromMs: first.fromMs, toMs: Number.NEGATIVE_INFINITY })
    for (let row = start; row < rows.length; row++) this.#place(rows[row] as Incident)
  }

  /** Notes when the source was first alive. True if that is another moment than before. */
  #isFirstMoved(come: readonly Incident[], gone: readonly Incident[]): boolean {
    if (this.#passedFirstMs !== null) return false
    const before = this.#firstMs
    for (const incident of come)
      if ((this.#firstMs === null || incident.fromMs < this.#firstMs) && this.#isLive(incident)) this.#firstMs = incident.fromMs
    if (gone.some(({ fromMs }) => fromMs === before))
      this.#firstMs = this.#ground.rows.find(incident => this.#isLive(incident))?.fromMs ?? null
    return this.#firstMs !== before
  }

  /** Judges what may differ. False if no finding can be another. */
  #judge(come: readonly Incident[], gone: readonly Incident[]): boolean {
    let isOther = false
    const before = this.#alive.firstMs
    for (const area of this.#changed) {
      if (area.judge()) isOther = this.#isToldAgain(area)
      if (area.count > 0 || area.known !== null) continue
      this.#areas.delete(area.admin1)
      this.#changed.delete(area)
      if (area.told !== null && area.told.findings.length > 0) isOther = true
    }
    for (const incident of gone) if (this.#attestAgain(incident)) isOther = true
    for (const incident of come) if (this.#attestAgain(incident)) isOther = true
    if (gone.length > 0 || come.length !== 1) this.#alive = this.#liveliest()
    else for (const { admin1, aliveMs } of this.#changed) this.#alive = livelier(this.#alive, admin1, aliveMs)
    const { firstMs } = this.#alive
    if (firstMs < before || gone.length > 0 || firstMs >= this.#nextStageMs) {
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
    const certain = [...areasOf(incident)].flatMap(([admin1, isCertain]) => (isCertain ? [admin1] : []))
    let isOther = false
    for (const area of this.#areas.values()) {
      const isElsewhere = certain.some(admin1 => admin1 !== area.admin1)
      if (isElsewhere && area.attestAgain(incident)) isOther = this.#isToldAgain(area)
    }
    return isOther
  }

  /** Looks at all silences that go on. False if none has come to another stage. */
  #moveAllOn(): boolean {
    this.#nextStageMs = Number.POSITIVE_INFINITY
    let isOther = false
    for (const area of this.#areas.values()) if (this.#moveOn(area)) isOther = true
    return isOther
  }

  /** Notes the stage of the silence that goes on about an area. True if it is another than before. */
  #moveOn(area: SourceArea): boolean {
    const { known, stage: before, stagedBy } = area
    this.#lastBrokenMs = Math.max(this.#lastBrokenMs, area.lastBrokenMs)
    area.stage = 0
    area.stagedBy = known
    if (known !== null && known.periodDays !== null) {
      const { lastMs: sinceMs, periodDays } = known
      const elsewhereMs = this.#elsewhereMs(area)
      const { escalateFactor } = this.#ground.parameters
      for (const days of [periodDays, periodDays * escalateFactor]) {
        const atMs = sinceMs + days * dayMs > elsewhereMs ? sinceMs + days * dayMs : reachedMs({ sinceMs }, days, this.#unheard)
        if (atMs > elsewhereMs) {
          this.#nextStageMs = Math.min(this.#nextStageMs, atMs)
          break
        }
        area.stage += 1
      }
    }
    if (area.stage === before && (before === 0 || stagedBy === known)) return false
    return this.#isToldAgain(area)
  }

  #liveliest(): Alive {
    let alive = nowhere
    for (const { admin1, aliveMs } of this.#areas.values()) alive = livelier(alive, admin1, aliveMs)
    return alive
  }

  #elsewhereMs({ admin1 }: SourceArea): number {
    return this.#alive.admin1 === admin1 ? this.#alive.secondMs : this.#alive.firstMs
  }

  /** Exact up to the beginning of the incident, which is all that a silence before it can be attested for. */
  #elsewhereMsBefore(incident: Incident, admin1: string): number {
    const { rows } = this.#ground
    let elsewhereMs = neverMs
    for (const area of this.#areas.values()) if (area.admin1 !== admin1) elsewhereMs = Math.max(elsewhereMs, area.passedAliveMs)
    let row = firstRowOf(rows, incident)
    while (rows[row] !== incident) row += 1
    for (row -= 1; row >= 0 && elsewhereMs < incident.fromMs; row--) {
      const before = rows[row] as Incident
      if (before.fromMs + this.#longestMs <= elsewhereMs) break
      if (before.toMs > elsewhereMs && this.#isHeardElsewhere(before, admin1)) elsewhereMs = before.toMs
    }
    return elsewhereMs
  }

  #isHeardElsewhere(incident: Incident, admin1: string): boolean {
    const { place, alsoAt } = incident
    if (alsoAt.length === 0) return place.admin1 !== admin1 && place.areaCertain && this.#isLive(incident)
    return this.#isLive(incident) && [...areasOf(incident)].some(([other, isCertain]) => isCertain && other !== admin1)
  }

  /**
   * True for a sufficiently graded report that a source posted as it came, unless the source is an archive: it shows the source
   * alive. Any other report only breaks a silence.
   */
  #isLive({ passesGrade, witnesses }: Incident): boolean {
    if (!passesGrade) return false
    for (const { sourceId, archived } of witnesses) if (sourceId === this.#source && archived !== true) return true
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
      if (told === null || told.unheard !== unheard || nowMs < told.fromMs || nowMs >= told.untilMs) {
        const about = { source: this.#source, admin1: area.admin1 }
        told = toldOf(area.silences(this.#elsewhereMs(area)), about, nowMs, parameters, unheard)
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

const nowhere: Alive = { admin1: '', firstMs: neverMs, secondMs: neverMs }
/** With one more area, or one that is alive until later: of areas alive equally long either may be the first. */
function livelier(alive: Alive, admin1: string, aliveMs: number): Alive {
  if (aliveMs <= alive.secondMs) return alive
  if (admin1 === alive.admin1) return aliveMs > alive.firstMs ? { ...alive, firstMs: aliveMs } : alive
  if (aliveMs > alive.firstMs) return { admin1, firstMs: aliveMs, secondMs: alive.firstMs }
  return { ...alive, secondMs: aliveMs }
}

const nothingTold = { unheard: [], fromMs: Number.POSITIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY }

/** The areas that an incident concerns, and whether each is certain. */
function areasOf(incident: Incident): Map<string, boolean> {
  const areas = new Map<string, boolean>()
  for (const { admin1, areaCertain } of placesOf(incident))
    if (admin1 !== null) areas.set(admin1, areaCertain || areas.get(admin1) === true)
  return areas
}
