// What a report costs: the memory that it needs while it is written, for the limit of bytes in
// flight, and the work that it gives the rules, for the limits of its key. Pure.

import type { ReportInput } from '@tocsin/contracts/report/posted-report'

/**
 * The open part of a report, its record and its promises, bytes. A conservative estimate: the
 * fields themselves are usually below 2 KiB.
 */
const openBytes = 4096
/** A private character is held as text, as sealed bytes in base64 and in its record. */
const bytesPerPrivateCharacter = 6

/** Bytes, roughly; at least the size of the open part. */
export function weightOf({ private: texts }: ReportInput): number {
  if (texts === null) return openBytes
  let characters = texts.narrative?.length ?? 0
  for (const link of texts.links) characters += link.length
  for (const { name, aliases } of texts.persons) {
    characters += name?.length ?? 0
    for (const alias of aliases) characters += alias.length
  }
  return openBytes + characters * bytesPerPrivateCharacter
}

/**
 * Places, actors, tactics and persons that count as one report: hardly any report of one event
 * names more.
 */
const namedFree = 5

/**
 * How many reports it counts as, at least 1: each place, actor, tactic and person beyond the first
 * few counts as one more, since patterns follow each of them. Source: decision 0003.
 */
export function unitsOf({ alsoAt, actors, tactics, private: texts }: ReportInput): number {
  const named = 1 + alsoAt.length + actors.length + tactics.length + (texts?.persons.length ?? 0)
  return 1 + Math.max(0, named - namedFree)
}
