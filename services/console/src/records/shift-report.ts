// The shift report: when it begins, what else the next officer must know, and its plain text to be
// pasted into a message.

import { sourceRows } from '../live/standing.ts'
import type { Shift, ShiftReport, Silence, Source, Watch } from '../shown/answers.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import {
  deathsWords,
  dispositionWords,
  placeWords,
  readHeadline,
  responseKindWords
} from '../words/alert-words.ts'
import { silencedWords } from '../words/filter-words.ts'
import {
  ageWords,
  clockWords,
  durationWords,
  shortDayWords,
  timeWords
} from '../words/time-words.ts'
import { words } from '../words/words.ts'
import { isOver, watchStanding } from './roster.ts'
import { computeEnd, silenceStanding } from './subscription.ts'

/** In addition to the alerts. */
export interface AroundPart {
  readonly kind: 'watches' | 'sources' | 'silences'
  /** The grave ones first. */
  readonly lines: readonly AroundLine[]
}

export interface AroundLine {
  readonly key: string
  readonly text: string
  /** No one is on shift, or no source is heard any more. */
  readonly isGrave: boolean
}

export const reportParts = ['needed', 'inHand', 'others', 'over'] as const
export type ReportPart = (typeof reportParts)[number]

type Told = ShiftReport['items'][number]
export type ReportTag = Told['tags'][number]
export type ReportItem = Pick<Told, 'heading' | 'tags' | 'notified'> & {
  readonly alert: ShownAlert
}

export function listPart({ items }: ShiftReport, part: ReportPart): readonly ReportItem[] {
  return items.filter(({ heading }) => heading === part) as readonly ReportItem[]
}

/** Hours of a shift, for an address without a start. */
export const shiftHours = 8
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** From the address, else a shift before `shownMs`. `isRefused`: an invalid or future time. */
export function sinceIn(
  query: URLSearchParams,
  shownMs: number,
  nowMs: number
): { readonly ms: number; readonly isRefused: boolean } {
  const text = query.get('since')
  const said = Date.parse(text ?? '')
  const isRefused = Number.isNaN(said) || said > nowMs
  return {
    ms: isRefused ? shownMs - shiftHours * hourMs : said,
    isRefused: text !== null && isRefused
  }
}

/** Each null if not visible to this key, or if the list failed to load. */
export interface Around {
  readonly silences: readonly Silence[] | null
  readonly watches: readonly Watch[] | null
  readonly sources: readonly Source[] | null
}

export interface Span {
  readonly sinceMs: number
  readonly atMs: number
  /** The time in a theatre, ms. */
  readonly nowIn: (theatre: string) => number
}

/** A part for each visible list, in order of how soon the next officer needs it. */
export function listAround(
  { silences, watches, sources }: Around,
  span: Span
): readonly AroundPart[] {
  const part = (kind: AroundPart['kind'], lines: readonly AroundLine[] | null) =>
    lines === null
      ? []
      : [{ kind, lines: lines.toSorted((a, b) => Number(b.isGrave) - Number(a.isGrave)) }]
  // Without the reports of a source, it is unknown whether the source is silent.
  const areHeardTold = sources?.every(({ heard }) => heard !== undefined) === true
  return [
    ...part('watches', watches?.flatMap(watch => watchLines(watch, span)) ?? null),
    ...part('sources', areHeardTold ? sourceLines(sources ?? [], span) : null),
    ...part('silences', silences?.flatMap(silence => silenceLines(silence, span)) ?? null)
  ]
}

const isWithin = (iso: string, { sinceMs, atMs }: Span): boolean =>
  Date.parse(iso) >= sinceMs && Date.parse(iso) <= atMs

/** Active silences, and those that ended since. */
function silenceLines(silence: Silence, span: Span): readonly AroundLine[] {
  const { around } = words.shiftReport
  const { id, createdAt, startsAt, by, reason } = silence
  const standing = silenceStanding(silence, span.atMs)
  if (standing === 'over' && !isWithin(computeEnd(silence), span)) return []
  const [what, end] = [silencedWords(silence), timeWords(computeEnd(silence))]
  const said = { what, by: by ?? words.silences.untold, reason: reason ?? words.silences.untold }
  const text =
    standing === 'over'
      ? around.silenceEnded({ ...said, at: end })
      : standing === 'waiting'
        ? around.silenceBegins({ ...said, at: timeWords(startsAt), until: end })
        : around.silenceHolds({ ...said, until: end, isNew: isWithin(createdAt, span) })
  const more =
    standing === 'unbacked' || standing === 'matches-nothing'
      ? ` (${words.silences.states[standing]})`
      : ''
  return [{ key: id, text: `${text}${more}`, isGrave: false }]
}

/** Who is on, and who came on since with what was handed over. */
function watchLines(watch: Watch, span: Span): readonly AroundLine[] {
  const { around } = words.shiftReport
  const { id, name, onWatch, shifts, next } = watch
  const on = onWatch.filter(shift => !isOver(shift, span.atMs))
  const standing = watchStanding(watch, span.atMs)
  const who =
    on.length === 0
      ? around.nobodyOn
      : on.map(({ officer, until }) => around.on(officer, timeWords(until))).join('; ')
  const after = next === null ? around.noNext : around.next(next.officer, timeWords(next.from))
  const unheard = standing === 'unheard' ? `; ${around.unheard}` : ''
  const began = (shift: Shift) => isWithin(shift.from, span)
  return [
    {
      key: id,
      text: around.watch(name, `${who}; ${after}${unheard}`),
      isGrave: standing === 'nobody' || standing === 'unheard'
    },
    ...shifts.filter(began).map(shift => ({
      key: `${id} ${shift.officer} ${shift.from}`,
      text: around.cameOn({
        name,
        officer: shift.officer,
        at: timeWords(shift.from),
        note: shift.note
      }),
      isGrave: false
    }))
  ]
}

/** Those that are silent, first those that became so in this interval. */
function sourceLines(
  sources: readonly Source[],
  { sinceMs, atMs, nowIn }: Span
): readonly AroundLine[] {
  const { around } = words.shiftReport
  return sourceRows(sources, nowIn).flatMap(
    ({ source, theatre, state, lastAt, quietMs, overdueMs }) => {
      if (state !== 'silent' || theatre === null || lastAt === null) return []
      const isNew =
        Date.parse(lastAt) + (source.cadenceDays ?? 0) * dayMs >= nowIn(theatre) - (atMs - sinceMs)
      const said = {
        id: source.id,
        theatre,
        last: timeWords(lastAt),
        quiet: ageWords(quietMs ?? overdueMs)
      }
      return [
        { key: `${source.id} ${theatre}`, text: around.silent({ ...said, isNew }), isGrave: isNew }
      ]
    }
  )
}

/** With the day: a shift may be of another one, and a replay of another year. */
const at = (iso: string) => `${shortDayWords(iso)}, ${clockWords(iso)}`

export function tagWords({ kind, at: iso }: ReportTag, { operator }: ShownAlert): string {
  const { tags } = words.shiftReport
  if (kind === 'new') return tags.new
  if (kind === 'done' && operator.responses !== undefined)
    return `${responseKindWords(operator.responses.last.kind, 'short')} ${at(iso)}`
  return kind === 'resolved' && operator.disposition !== null
    ? dispositionWords(operator.disposition)
    : `${tags[kind]} ${at(iso)}`
}

export function ownerWords({ operator }: ShownAlert): string {
  return operator.assignedTo ?? operator.acknowledgedBy ?? words.filters.owners.nobody
}

/** Where it is, how many died, and whether nobody was notified, in one line. */
export function lineWords({ alert, notified }: Pick<ReportItem, 'alert' | 'notified'>): string {
  const { fatalities } = alert
  const isKnown = Object.values(fatalities).some(count => count !== null)
  const dead = isKnown ? words.shiftReport.dead(deathsWords(fatalities)) : ''
  const unsaid = notified === false ? words.shiftReport.notNotified : ''
  return [placeWords(alert), dead, unsaid].filter(text => text !== '').join(' · ')
}

/** The numbers at the top, in their order. */
export function countWords(counts: ShiftReport['counts']): readonly (readonly [string, string])[] {
  const told = words.shiftReport.counts
  const number = (count: number) => count.toLocaleString(words.language)
  return [
    [number(counts.unacknowledged), told.unacknowledged],
    [number(counts.extreme), told.extreme],
    [number(counts.new), told.new],
    [number(counts.escalated), told.escalated],
    [number(counts.resolved), told.resolved],
    ...(counts.medianSeconds === null
      ? []
      : [[durationWords(counts.medianSeconds), told.median] as const])
  ]
}

interface TextParts {
  readonly span: string
  /** Its gaps, shown first. */
  readonly caveats: readonly string[]
  readonly note: string
  readonly around: readonly AroundPart[]
}

export function formatText(
  report: ShiftReport,
  { span, caveats, note, around }: TextParts
): string {
  const told = words.shiftReport
  const counts = countWords(report.counts).map(([count, what]) => `${count} ${what}`)
  const lines = [
    `${words.views.names['hand-over']}. ${span}`,
    counts.join(', '),
    ...caveats.map(caveat => `! ${caveat}`),
    ...(note.trim() === '' ? [] : ['', `${told.note}: ${oneLine(note)}`])
  ]
  const put = (title: string, all: readonly string[]) => {
    if (all.length > 0) lines.push('', `${title.toUpperCase()} (${all.length})`, ...all)
  }
  for (const part of reportParts) put(told.parts[part], listPart(report, part).map(itemLine))
  for (const { kind, lines: own } of around)
    put(
      told.aroundParts[kind],
      own.map(({ text, isGrave }) => `- ${isGrave ? `${told.grave} ` : ''}${oneLine(text)}`)
    )
  if (report.unchanged > 0) lines.push('', told.unchanged(report.unchanged))
  return lines.join('\n')
}

function itemLine(item: ReportItem): string {
  const { alert, tags } = item
  const drill = alert.drill ? `${words.shiftReport.drill} ` : ''
  const severity = words.severities[alert.severity].toUpperCase()
  const said = [lineWords(item), ownerWords(alert), ...tags.map(tag => tagWords(tag, alert))].join(
    '; '
  )
  return `- ${drill}${severity} ${oneLine(readHeadline(alert))} (${oneLine(said)})`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
