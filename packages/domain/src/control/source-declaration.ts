// What of a source's declaration goes where: how its reports are judged is copied into every theatre, who may report as it is asked at the door.

import type { SourceConfig } from '../record/theatre-record.ts'
import type { SourceDeclaration } from './control-record.ts'

/** What theatres are told of a source. Pure. Who may report as it changes no finding, and stays in the control log. */
export function sourceConfigOf({ id, reliability, latenessDays, cadenceDays, archive }: SourceDeclaration): SourceConfig {
  return { id, reliability, latenessDays, cadenceDays, archive }
}

/** Whether a principal may report as a source. Pure. A source that nobody has declared, or that names no reporters, is open to all who may report. */
export function mayReportAs(source: SourceDeclaration | undefined, principalId: string): boolean {
  const reporters = source?.reporters ?? null
  return reporters === null || reporters.includes(principalId)
}
