// A hand-over as plain text, to be pasted into a message. Pure but for the names of codes.

import type { ShownRevision } from '../shown/shown-alert.ts'
import { eventWords, holderWords, placeWords } from '../words/alert-words.ts'
import { timeWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import { type HandOver, type HandOverItem, handOverParts } from './hand-over.ts'

/** `Acknowledged by Ama, 2 Jun 2025, 09:00 UTC: Calling Diosso.` */
export function handOverEventWords({ type, time, data }: ShownRevision): string {
  const by = data.action ? ` ${words.handOver.by(data.action.by)}` : ''
  const text = data.action?.text ? `: ${oneLine(data.action.text)}` : ''
  return `${eventWords(type, data)}${by}, ${timeWords(time)}${text}`
}

/** One text of lines; whatever a report or an officer wrote stays within its line. */
export function sitrepOf(handOver: HandOver, span: string): string {
  const lines = [`${words.handOver.heading}. ${span}`]
  for (const part of handOverParts) {
    const items = handOver[part]
    lines.push('', `${words.handOver.parts[part].toUpperCase()} (${items.length})`)
    if (items.length === 0) lines.push(words.handOver.none)
    for (const item of items) lines.push(...itemLines(item))
  }
  return lines.join('\n')
}

function itemLines({ alert, events }: HandOverItem): readonly string[] {
  const drill = alert.drill ? `${words.handOver.drill} ` : ''
  const head = `- ${drill}${words.severities[alert.severity].toUpperCase()} ${oneLine(alert.headline)}`
  const facts = [placeWords(alert), words.statuses[alert.status], holderWords(alert.operator)].filter(fact => fact !== '')
  return [`${head} (${oneLine(facts.join('; '))})`, ...events.map(event => `    ${handOverEventWords(event)}`)]
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
