// What a report costs in memory while it is being written: what the limit of reports in flight counts besides their number. Pure.

import type { ReportInput } from '@tocsin/contracts/report/report-input'

/** The open part of a report, its record and its promises, bytes. A guess on the safe side: the fields themselves are below 2 KiB as a rule. */
const openBytes = 4096
/** A private character lies there as text, as sealed bytes in base64 and in its record. */
const bytesPerPrivateCharacter = 6

/** Bytes, roughly; never less than the open part. */
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
