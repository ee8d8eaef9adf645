// Estimates the memory that a report needs while it is written, for the limit of bytes in flight. Pure.

import type { ReportInput } from '@tocsin/contracts/report/posted-report'

/**
 * The open part of a report, its record and its promises, bytes. A conservative estimate: the fields themselves are usually below
 * 2 KiB.
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
