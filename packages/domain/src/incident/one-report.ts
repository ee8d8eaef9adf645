// A report as assembly sees it, and what an incident takes from one as it is: kinds of targets and
// witnesses, of which thousands of reports have the same.

import type { Reliability, ReportRevision, Target } from '../report/report.ts'
import type { Span } from '../space-time/event-time.ts'

/** A winning revision as assembly sees it. */
export interface ReportView {
  readonly revision: ReportRevision
  readonly span: Span
  readonly reportedAtMs: number
  /** Of all revisions known, the first: an incident's id rests on it. */
  readonly firstReportedAtMs: number
  readonly reliability: Reliability
  /** Its source is declared an archive. */
  readonly archive?: true
}

/** A source, with the keys of its report's texts and links: sources that share one are copies. */
export interface Witness {
  readonly sourceId: string
  readonly keys: readonly string[]
  /** From an archive or a backfill file: it does not show that its source is live. */
  readonly archived?: true
}

/** What an incident of one report has of its source. */
interface Source {
  readonly origins: readonly string[]
  readonly witnesses: readonly Witness[]
}

const nothing: readonly string[] = []

/** Kinds of targets; one list for those of reports that share theirs. */
export function kindsOf(targets: readonly Target[]): readonly string[] {
  if (targets.length === 0) return nothing
  const known = kindsKnown.get(targets)
  if (known !== undefined) return known
  const kinds = [...new Set(targets.map(({ kind }) => kind))].sort()
  kindsKnown.set(targets, kinds)
  return kinds
}

const kindsKnown = new WeakMap<readonly Target[], readonly string[]>()

/**
 * Where the incident of one report comes from; reports without texts and links share that of their
 * source.
 */
export function sourceOf(report: ReportView): Source {
  const witness = witnessOf(report)
  const origins = [witness.sourceId]
  if (witness.keys.length > 0 || witness.archived === true) return { origins, witnesses: [witness] }
  const known = sourcesKnown.get(witness.sourceId)
  if (known !== undefined) return known
  if (sourcesKnown.size === sourcesKnownMax) sourcesKnown.clear()
  const source = { origins, witnesses: [witness] }
  sourcesKnown.set(witness.sourceId, source)
  return source
}

const sourcesKnownMax = 4096
const sourcesKnown = new Map<string, Source>()

/** Its source, with what shows whether it copies another. Pure. */
export function witnessOf({ revision, archive }: ReportView): Witness {
  const { sourceId, narrativeKey, linkKeys } = revision
  const links = linkKeys.map(k => `l:${k}`)
  const keys = narrativeKey ? [`n:${narrativeKey}`, ...links] : links
  return archive || revision.lane === 'backfill'
    ? { sourceId, keys, archived: true }
    : { sourceId, keys }
}
