// What the next officer must know in addition to the alerts: what is silenced, who is on shift,
// which sources went silent. In words, one line each. Pure: times are passed in.

import type { Shift, Silence, Source, Watch } from '../shown/answers.ts'
import { ageWords, timeWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import type { AroundLine, AroundPart } from './shift-report.ts'
import { silenceStanding } from './silence-draft.ts'
import { silencedWords } from './silenced-words.ts'
import { sourceRows } from './source-rows.ts'
import { computeEnd } from './told-partners.ts'
import { isOver, watchStanding } from './watch-standing.ts'

/**
 * Each null if not visible to this key; a list that failed to load is missing from the document,
 * which mentions it.
 */
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
  const part = (
    kind: AroundPart['kind'],
    lines: readonly AroundLine[] | null
  ): readonly AroundPart[] =>
    lines === null
      ? []
      : [
          {
            kind,
            lines: [
              ...lines.filter(({ isGrave }) => isGrave),
              ...lines.filter(line => !line.isGrave)
            ]
          }
        ]
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
  const what = silencedWords(silence)
  const said = { what, by: by ?? words.silences.untold, reason: reason ?? words.silences.untold }
  const text =
    standing === 'over'
      ? around.silenceEnded({ ...said, at: timeWords(computeEnd(silence)) })
      : standing === 'waiting'
        ? around.silenceBegins({
            ...said,
            at: timeWords(startsAt),
            until: timeWords(computeEnd(silence))
          })
        : around.silenceHolds({
            ...said,
            until: timeWords(computeEnd(silence)),
            isNew: isWithin(createdAt, span)
          })
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

const dayMs = 86_400_000

/**
 * Those that are silent, the ones that became so in this time by the time of their theatre first.
 */
function sourceLines(
  sources: readonly Source[],
  { sinceMs, atMs, nowIn }: Span
): readonly AroundLine[] {
  const { around } = words.shiftReport
  const lines = sourceRows(sources, nowIn).flatMap(
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
  return lines
}
