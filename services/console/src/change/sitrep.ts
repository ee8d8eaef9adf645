// A hand-over as plain text, to be pasted into a message. Pure but for the names of codes.

import { knownFromMs, type ShownAlert, type ShownRevision } from '../shown/shown-alert.ts'
import {
  doneWords,
  eventWords,
  holderWords,
  placeWords,
  responseKindWords
} from '../words/alert-words.ts'
import { onePlaceOf, timeAtWords } from '../words/place-time.ts'
import { ageWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import { toldIn } from './deeds.ts'
import {
  type AroundPart,
  type HandOver,
  type HandOverItem,
  type HandOverPart,
  handOverParts
} from './hand-over.ts'

/**
 * `Acknowledged by Ama, 2 Jun 2025, 09:00 UTC: Calling Diosso.` Of a response what was done, and
 * when.
 */
export function handOverEventWords({ type, time, data }: ShownRevision): string {
  const by = data.action ? ` ${words.handOver.by(data.action.by)}` : ''
  const text = data.action?.text ? `: ${oneLine(data.action.text)}` : ''
  const last = toldIn(type, data.operator)
  const done =
    last === undefined
      ? ''
      : `: ${responseKindWords(last.kind)}, ${timeAtWords(last.at, data.area)}`
  return `${eventWords(type, data)}${by}, ${timeAtWords(time, data.area)}${done}${text}`
}

/**
 * What is so of an alert now: where, in what state, who has it, what was done, and how long it
 * waits for an answer.
 */
export function handOverFacts(part: HandOverPart, alert: ShownAlert): readonly string[] {
  const { operator, status } = alert
  const done = operator.responses === undefined ? '' : doneWords(operator, alert.area)
  const since =
    part === 'unanswered'
      ? words.unanswered.since(timeAtWords(new Date(knownFromMs(alert)).toISOString(), alert.area))
      : ''
  return [
    placeWords(alert),
    words.statuses[status],
    holderWords(operator, alert.area),
    done,
    since
  ].filter(fact => fact !== '')
}

/**
 * From when to when it is, beside UTC by the time there, where all that is handed over is in one
 * country.
 */
export function handOverSpan(handOver: HandOver, sinceMs: number, atMs: number): string {
  const place = onePlaceOf(
    handOverParts.flatMap(part => handOver[part].map(({ alert }) => alert.area))
  )
  const at = (ms: number) => timeAtWords(new Date(ms).toISOString(), place)
  return words.handOver.span(at(sinceMs), at(atMs), ageWords(atMs - sinceMs))
}

/**
 * One text of lines; whatever a report or an officer wrote stays within its line. `caveats`: what
 * it lacks, told first.
 */
export function sitrepOf(
  handOver: HandOver,
  span: string,
  caveats: readonly string[],
  around: readonly AroundPart[] = []
): string {
  const lines = [`${words.handOver.heading}. ${span}`, ...caveats.map(caveat => `! ${caveat}`)]
  for (const part of handOverParts) {
    const items = handOver[part]
    if (items.length === 0) continue
    lines.push('', `${words.handOver.parts[part].toUpperCase()} (${items.length})`)
    for (const item of items) lines.push(...itemLines(part, item))
  }
  for (const { kind, lines: told } of around) {
    if (told.length === 0) continue
    lines.push('', `${words.handOver.aroundParts[kind].toUpperCase()} (${told.length})`)
    for (const { text, isGrave } of told)
      lines.push(`- ${isGrave ? `${words.handOver.grave} ` : ''}${oneLine(text)}`)
  }
  const none = emptyParts(handOver, around)
  if (none.length > 0) lines.push('', words.handOver.noneUnder(none))
  return lines.join('\n')
}

/**
 * Headings under which nothing stands, in words: they are not drawn, and named once so that nobody
 * takes them for forgotten.
 */
export function emptyParts(handOver: HandOver, around: readonly AroundPart[]): readonly string[] {
  const { parts, aroundParts } = words.handOver
  return [
    ...handOverParts.filter(part => handOver[part].length === 0).map(part => parts[part]),
    ...around.filter(({ lines }) => lines.length === 0).map(({ kind }) => aroundParts[kind])
  ]
}

function itemLines(
  part: HandOverPart,
  { alert, events, omitted }: HandOverItem
): readonly string[] {
  const drill = alert.drill ? `${words.handOver.drill} ` : ''
  const head = `- ${drill}${words.severities[alert.severity].toUpperCase()} ${oneLine(alert.headline)}`
  return [
    `${head} (${oneLine(handOverFacts(part, alert).join('; '))})`,
    ...(omitted === 0 ? [] : [`    ${words.handOver.omitted(omitted)}`]),
    ...events.map(event => `    ${handOverEventWords(event)}`)
  ]
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
