// The serialised form of what is known of a report: compact, because there may be millions. Never
// read by another version.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { KnownReport, KnownRevision, TheatreStanding } from './known-report.ts'

type PlaceText = readonly [partition: number, position: string]
type RevisionText = readonly [
  reportedAt: string,
  contentHash: string,
  theatre: string,
  handling: Handling,
  ...PlaceText,
  keyId?: string | null,
  correctedMs?: number | null,
  by?: string
]
/** `best`: index among the revisions, -1 for none. */
type StandingText = readonly [theatre: string, best: number, isWithdrawn: 0 | 1, ...PlaceText]
type ReportText = readonly [
  sourceId: string,
  externalId: string | null,
  winner: number,
  withdrawal: PlaceText | null,
  revisions: readonly RevisionText[],
  standings: readonly StandingText[]
]

/** The text of a report without its id. Pure. */
export function writeKnownReport({
  sourceId,
  externalId,
  standings,
  revisions,
  winner,
  withdrawal
}: KnownReport): string {
  const text: ReportText = [
    sourceId,
    externalId,
    winner === null ? -1 : revisions.indexOf(winner),
    withdrawal === null ? null : placeText(withdrawal),
    revisions.map(revisionText),
    standings.map(standing => standingText(standing, revisions))
  ]
  return JSON.stringify(text)
}

/** Parses that text; equal revisions are one object. Pure. */
export function readKnownReport(reportId: string, text: string): KnownReport {
  const [sourceId, externalId, winner, withdrawal, revisionTexts, standingTexts] = JSON.parse(
    text
  ) as ReportText
  const revisions = revisionTexts.map(readRevision)
  return {
    reportId,
    sourceId,
    externalId,
    standings: standingTexts.map(standing => readStanding(standing, revisions)),
    revisions,
    winner: revisions[winner] ?? null,
    withdrawal: withdrawal === null ? null : readPlace(...withdrawal)
  }
}

function placeText({ partition, position }: RecordPosition): PlaceText {
  return [partition, String(position)]
}

function readPlace(partition: number, position: string): RecordPosition {
  return { partition, position: BigInt(position) }
}

function revisionText({
  reportedAt,
  contentHash,
  theatre,
  handling,
  at,
  keyId,
  correctedMs,
  by
}: KnownRevision): RevisionText {
  const text = [
    reportedAt,
    contentHash,
    theatre,
    handling,
    at.partition,
    String(at.position)
  ] as const
  if (by !== null) return [...text, keyId, correctedMs, by]
  if (correctedMs !== null) return [...text, keyId, correctedMs]
  return keyId === null ? text : [...text, keyId]
}

function readRevision(text: RevisionText): KnownRevision {
  const [
    reportedAt,
    contentHash,
    theatre,
    handling,
    partition,
    position,
    keyId = null,
    correctedMs = null,
    by = null
  ] = text
  return {
    reportedAt,
    contentHash,
    theatre,
    handling,
    keyId,
    at: readPlace(partition, position),
    correctedMs,
    by
  }
}

function standingText(
  standing: TheatreStanding,
  revisions: readonly KnownRevision[]
): StandingText {
  const { theatre, partition, position, best, isWithdrawn } = standing
  return [
    theatre,
    best === null ? -1 : revisions.indexOf(best),
    isWithdrawn ? 1 : 0,
    partition,
    String(position)
  ]
}

function readStanding(
  [theatre, best, isWithdrawn, ...at]: StandingText,
  revisions: readonly KnownRevision[]
): TheatreStanding {
  return {
    theatre,
    ...readPlace(...at),
    best: revisions[best] ?? null,
    isWithdrawn: isWithdrawn === 1
  }
}
