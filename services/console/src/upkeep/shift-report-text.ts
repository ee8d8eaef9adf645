// A shift report in words, and as plain text to be pasted into a message; whatever a report or an
// officer wrote stays within its line.

import type { ShiftReport } from '../shown/answers.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'
import { readHeadline } from '../words/alert-texts.ts'
import {
  deathsWords,
  dispositionWords,
  placeWords,
  responseKindWords
} from '../words/alert-words.ts'
import { clockWords, durationWords, shortDayWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import {
  type AroundPart,
  listPart,
  type ReportItem,
  type ReportTag,
  reportParts
} from './shift-report.ts'

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
  return operator.assignedTo ?? operator.acknowledgedBy ?? words.shiftReport.unassigned
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

interface Told {
  readonly span: string
  /** Its gaps, shown first. */
  readonly caveats: readonly string[]
  readonly note: string
  readonly around: readonly AroundPart[]
}

export function formatText(report: ShiftReport, { span, caveats, note, around }: Told): string {
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
