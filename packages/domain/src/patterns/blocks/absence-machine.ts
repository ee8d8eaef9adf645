// The machine of absence. Along its incidents it keeps from which of them the silence after each is
// counted, so that one that comes late is looked at until all is as it was, and the silences that
// were long enough, each with the finding made of it.

import { type NearMiss, nearShare } from '../../detection/near-miss.ts'
import type { ScopeGround, ScopeMachine } from '../../detection/scope-machine.ts'
import { type Finding, numberLevels, roundMeasure } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import type { Moment } from '../../fold/moment.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs, formatDay, type Span } from '../../space-time/event-time.ts'
import { countedText, notReceivedNote } from '../episode/wording.ts'
import { blockGroup, blockSituation, groupWords, mayTrigger } from './block-groups.ts'

export interface AbsenceParameters {
  readonly groupBy: string
  readonly expected: readonly string[]
  readonly days: number
  readonly levels: readonly number[]
}

/** From the end of one expected incident to the beginning of the next. */
interface Silence {
  readonly fromMs: number
  readonly before: Incident
  /** Null: nothing has come yet. */
  readonly after: Incident | null
}

interface Base {
  readonly scope: string
  /** In order; the last is open. None: nothing has come. */
  readonly silences: readonly Silence[]
}

interface Mark {
  readonly atMs: number
  readonly reason: string
}

/** A silence of the machine, and what was made of it last. */
interface Kept {
  /** Index of the row that ended it; negative if it lies before the rows. */
  at: number
  readonly silence: Silence
  /** When each level is reached, downtime not counted, if nothing ends it. */
  marks: {
    readonly unheard: readonly Span[]
    readonly all: readonly Mark[]
    readonly lastMs: number
  } | null
  made: {
    readonly reached: number
    readonly isOver: boolean
    readonly finding: Finding | null
  } | null
}

/** Stands before all rows. */
const beforeRows = -1

export class AbsenceMachine implements ScopeMachine {
  readonly #ground: ScopeGround<AbsenceParameters>
  /** What the silence is counted from where the rows begin; null: nothing has come. */
  #first: Incident | null
  /** The same after each row. */
  #latest: (Incident | null)[] = []
  /** Silences that have ended and were long enough, in order. */
  #ended: Kept[]
  #open: Kept | null
  #list: readonly Finding[] = []

  constructor(ground: ScopeGround<AbsenceParameters>) {
    this.#ground = ground
    const { silences } = (ground.base as Base | undefined) ?? { silences: [] }
    this.#first = silences.at(-1)?.before ?? null
    this.#ended = silences.slice(0, -1).map(silence => kept(silence, beforeRows))
    this.#open = openSince(this.#first)
  }

  refold(from: number, { toMs }: Span): boolean {
    const { rows, work } = this.#ground
    const before = this.#latest
    const more = rows.length - before.length
    const fresh: (Incident | null)[] = []
    const ended: Kept[] = []
    let latest = this.#latestBefore(from)
    let at = from
    for (; at < rows.length; at++) {
      const row = rows[at] as Incident
      // What follows is the same as before, and so is what it follows: nothing can differ any more.
      if (row.fromMs > toMs && at - more >= from && latest === this.#latestBefore(at - more)) break
      work.steps += 1
      if (mayTrigger(row, this.#ground.scope, this.#ground.parameters.groupBy)) {
        if (latest !== null && row.fromMs - latest.toMs >= this.#ground.parameters.days * dayMs)
          ended.push(kept({ fromMs: latest.toMs, before: latest, after: row }, at))
        if (latest === null || row.toMs >= latest.toMs) latest = row
      }
      fresh.push(latest)
    }
    const last = this.#latestBefore(before.length)
    this.#latest.splice(from, at - more - from, ...fresh)
    const isOther = this.#replace(from, at - more, ended)
    if (more !== 0)
      for (const one of this.#ended) if (one.at >= at - more && !ended.includes(one)) one.at += more
    const now = this.#latestBefore(rows.length)
    if (now !== last) this.#open = openSince(now)
    return isOther || now !== last
  }

  findings({ watermarkMs, unheard }: Moment): readonly Finding[] {
    const nowMs = watermarkMs ?? Number.NEGATIVE_INFINITY
    const list: Finding[] = []
    for (const one of this.#ended) {
      const finding = this.#findingOf(one, nowMs, unheard)
      if (finding !== null) list.push(finding)
    }
    const current = this.#open && this.#findingOf(this.#open, nowMs, unheard)
    if (current !== null) list.push(current)
    const before = this.#list
    if (list.length !== before.length || list.some((finding, i) => finding !== before[i]))
      this.#list = list
    return this.#list
  }

  nextChangeMs({ watermarkMs, unheard }: Moment): number | null {
    const nowMs = watermarkMs ?? Number.NEGATIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (const one of this.#all()) {
      const { all, lastMs } = this.#marksOf(one, unheard)
      const endMs = one.silence.after?.fromMs ?? Number.NEGATIVE_INFINITY
      if (endMs > nowMs) next = Math.min(next, endMs)
      if (lastMs > nowMs) for (const { atMs } of all) if (atMs > nowMs) next = Math.min(next, atMs)
    }
    return Number.isFinite(next) ? next : null
  }

  /**
   * Near miss: the current silence before it has reached the threshold; our own downtime delays its
   * end.
   */
  nearly({ watermarkMs }: Moment): readonly NearMiss[] {
    if (this.#open === null) return []
    const { scope, parameters } = this.#ground
    const { groupBy, days } = parameters
    const { fromMs, before } = this.#open.silence
    const since = roundMeasure(((watermarkMs ?? Number.NEGATIVE_INFINITY) - fromMs) / dayMs)
    if (since < days * nearShare || since >= days) return []
    return [
      {
        group: blockGroup(scope, groupBy, [before]),
        measure: { name: measureName, value: since, threshold: days, baseline: null },
        lacks: `no such incident until ${formatDay(fromMs + days * dayMs)}`,
        incidents: [before]
      }
    ]
  }

  passBefore(count: number): void {
    this.#first = this.#latestBefore(count)
    this.#latest.splice(0, count)
    for (const one of this.#ended) one.at = Math.max(beforeRows, one.at - count)
  }

  forget(beforeMs: number): void {
    let gone = 0
    while (gone < this.#ended.length && this.#isForgotten(this.#ended[gone] as Kept, beforeMs))
      gone += 1
    if (gone > 0) this.#ended.splice(0, gone)
  }

  base(): unknown {
    const first = openSince(this.#first)
    if (first === null) return undefined
    const ended = this.#ended.filter(({ at }) => at < 0)
    const base: Base = {
      scope: this.#ground.scope,
      silences: [...ended, first].map(({ silence }) => silence)
    }
    return base
  }

  isBlank(): boolean {
    return this.#first === null
  }

  /** In order; the open one last. */
  #all(): readonly Kept[] {
    return this.#open === null ? this.#ended : [...this.#ended, this.#open]
  }

  #latestBefore(index: number): Incident | null {
    return index === 0 ? this.#first : (this.#latest[index - 1] as Incident | null)
  }

  /**
   * Puts silences that ended at rows of a range in place of those that did; one that is the same
   * stays. True if any differs.
   */
  #replace(from: number, until: number, ended: Kept[]): boolean {
    let first = this.#ended.length
    while (first > 0 && (this.#ended[first - 1] as Kept).at >= from) first -= 1
    let end = first
    while (end < this.#ended.length && (this.#ended[end] as Kept).at < until) end += 1
    let isOther = end - first !== ended.length
    for (let i = 0; i < ended.length; i++) {
      const one = ended[i] as Kept
      const was = this.#ended.slice(first, end).find(({ silence }) => isSame(silence, one.silence))
      if (was === undefined) isOther = true
      else {
        was.at = one.at
        ended[i] = was
      }
    }
    this.#ended.splice(first, end - first, ...ended)
    return isOther
  }

  #isForgotten({ at, silence }: Kept, beforeMs: number): boolean {
    return at < 0 && silence.after !== null && silence.after.fromMs < beforeMs
  }

  #marksOf(one: Kept, unheard: readonly Span[]) {
    if (one.marks?.unheard === unheard) return one.marks
    const { days, levels } = this.#ground.parameters
    const { fromMs } = one.silence
    const all = [days, ...levels].map(n => ({
      atMs: heardUntilMs(fromMs, n, unheard),
      reason: countedText(n, 'day')
    }))
    one.marks = { unheard, all, lastMs: Math.max(...all.map(({ atMs }) => atMs)) }
    one.made = null
    return one.marks
  }

  #findingOf(one: Kept, nowMs: number, unheard: readonly Span[]): Finding | null {
    const endMs = one.silence.after?.fromMs ?? Number.POSITIVE_INFINITY
    const isOver = endMs <= nowMs
    // All that it reaches it has reached by its end.
    if (isOver && one.made?.isOver && one.marks?.unheard === unheard) return one.made.finding
    const { all } = this.#marksOf(one, unheard)
    let reached = 0
    for (const { atMs } of all) if (atMs <= nowMs && atMs < endMs) reached += 1
    const { made } = one
    if (made !== null && made.reached === reached && made.isOver === isOver) return made.finding
    const marks = all.filter(({ atMs }) => atMs <= nowMs && atMs < endMs)
    const finding =
      marks.length === 0 ? null : makeFinding(one.silence, marks, isOver, this.#ground)
    one.made = { reached, isOver, finding }
    return finding
  }
}

function kept(silence: Silence, at: number): Kept {
  return { at, silence, marks: null, made: null }
}

function openSince(before: Incident | null): Kept | null {
  return before === null ? null : kept({ fromMs: before.toMs, before, after: null }, beforeRows)
}

function isSame(a: Silence, b: Silence): boolean {
  return a.before === b.before && a.after === b.after
}

const measureName = 'days without an expected incident'

function makeFinding(
  { fromMs, before, after }: Silence,
  marks: readonly Mark[],
  isOver: boolean,
  { scope, parameters: { groupBy, days, expected } }: ScopeGround<AbsenceParameters>
): Finding {
  const endMs = after?.fromMs ?? Number.POSITIVE_INFINITY
  const last = marks.at(-1) as Mark
  const triggers = after === null ? [before] : [before, after]
  const plain = {
    group: blockGroup(scope, groupBy, [before]),
    situation: blockSituation(scope, groupBy, isOver ? endMs : last.atMs),
    fromMs,
    toMs: isOver ? endMs : null,
    levels: numberLevels(marks),
    measure: {
      name: measureName,
      value: after === null ? days : roundMeasure((endMs - fromMs) / dayMs),
      threshold: days,
      baseline: null
    },
    triggers,
    support: [],
    omitted: 0
  }
  return new ToldFinding(plain, () => {
    const where = groupWords(scope, groupBy, triggers)
    return {
      headline: `No expected incident ${where} for ${last.reason}, since ${formatDay(fromMs)}`,
      explanation:
        `The rule expects ${expected.map(text => `\`${text}\``).join(' or ')}. The last such incident ${where} ended on ${formatDay(fromMs)}. ` +
        `None followed for ${countedText(days, 'day')}; all live sources have reported past that time. ${notReceivedNote} ` +
        (isOver
          ? `The next such incident was on ${formatDay(endMs)}.`
          : 'The alert ends with the next such incident.')
    }
  })
}

/** The moment by which `days` days after `fromMs` have been listened to, downtime not counted. */
function heardUntilMs(fromMs: number, days: number, unheard: readonly Span[]): number {
  let untilMs = fromMs + days * dayMs
  for (const gap of [...unheard].sort((a, b) => a.fromMs - b.fromMs)) {
    if (gap.toMs <= fromMs) continue
    if (gap.fromMs >= untilMs) break
    untilMs += gap.toMs - Math.max(gap.fromMs, fromMs)
  }
  return untilMs
}
