// Where the parts of a source's declaration go: its grading is copied into every theatre, its
// reporters are checked on ingest.

import type { SourceDeclaration } from '@tocsin/contracts/record/control-record'
import type { SourceConfig } from '@tocsin/contracts/theatre/theatre-record'

/**
 * The part of a source that theatres receive. Pure. Its reporters change no finding, and stay in
 * the control log.
 */
export function readSourceConfig({
  id,
  reliability,
  latenessDays,
  cadenceDays,
  archive
}: SourceDeclaration): SourceConfig {
  return { id, reliability, latenessDays, cadenceDays, archive }
}

/**
 * Whether a principal may report as a source. Pure. A source that is undeclared, or lists no
 * reporters, is open to everyone who may report.
 */
export function mayReportAs(source: SourceDeclaration | undefined, principalId: string): boolean {
  const reporters = source?.reporters ?? null
  return reporters === null || reporters.includes(principalId)
}
