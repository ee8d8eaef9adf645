// A theatre and a source as they are typed, and what is sent. Pure.

import type { Source, Theatre } from '../shown/answers.ts'
import { bodyOf, typedFrom } from './typed-fields.ts'

export interface TheatreDraft {
  /** Id of the one that is changed; empty: it is new. */
  readonly of: string
  readonly id: string
  /** Separated by commas. */
  readonly countries: string
  /** As JSON; empty: the countries are the area. */
  readonly polygon: string
  readonly clock: string
  readonly retentionDays: string
}

export interface SourceDraft {
  readonly of: string
  readonly id: string
  readonly reliability: string
  readonly cadenceDays: string
  readonly latenessDays: string
  readonly archive: boolean
  /** Separated by commas; empty: everyone. */
  readonly reporters: string
}

const theatreKinds = {
  ...({ id: 'text', countries: 'codes', polygon: 'json', retentionDays: 'number' } as const),
  clock: 'text'
} as const
const sourceKinds = {
  ...({ id: 'text', reliability: 'text', cadenceDays: 'number', latenessDays: 'number' } as const),
  ...({ archive: 'check', reporters: 'list' } as const)
}
export const theatreFields = Object.keys(theatreKinds)
export const sourceFields = Object.keys(sourceKinds)

/** As it is; of a new one what is usual. */
export function draftOfTheatre(seen: Theatre | null): TheatreDraft {
  const typed = typedFrom({ clock: 'wall', ...seen }, theatreKinds)
  return { of: seen?.id ?? '', ...typed }
}

export function draftOfSource(seen: Source | null): SourceDraft {
  return { of: seen?.id ?? '', ...typedFrom({ reliability: 'F', ...seen }, sourceKinds) }
}

export function bodyOfTheatre(draft: TheatreDraft): object {
  const { id: _, ...body } = bodyOf(draft, theatreKinds)
  return body
}

/** Without reporters everyone may report as it. */
export function bodyOfSource(draft: SourceDraft): object {
  const { id: _, ...body } = bodyOf(draft, sourceKinds, ['reporters'])
  return body
}
