// A theatre and a source as they are typed, and what is sent. Pure.

import type { Source, Theatre } from '../shown/answers.ts'

export interface TheatreDraft {
  /** Id of the one that is changed; empty: it is new. */
  readonly of: string
  readonly id: string
  /** Separated by commas. */
  readonly countries: string
  /** As JSON; empty: the countries are the area. */
  readonly polygon: string
  readonly clock: Theatre['clock']
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

export const theatreFields = ['id', 'countries', 'polygon', 'clock', 'retentionDays']
export const sourceFields = [
  ...['id', 'reliability', 'cadenceDays', 'latenessDays', 'archive', 'reporters']
]

/** As it is; of a new one what is usual. */
export function draftOfTheatre(seen: Theatre | null): TheatreDraft {
  return {
    of: seen?.id ?? '',
    id: seen?.id ?? '',
    countries: seen?.countries?.join(', ') ?? '',
    polygon: seen?.polygon == null ? '' : JSON.stringify(seen.polygon),
    clock: seen?.clock ?? 'wall',
    retentionDays: String(seen?.retentionDays ?? '')
  }
}

export function draftOfSource(seen: Source | null): SourceDraft {
  return {
    of: seen?.id ?? '',
    id: seen?.id ?? '',
    reliability: seen?.reliability ?? 'F',
    cadenceDays: String(seen?.cadenceDays ?? ''),
    latenessDays: String(seen?.latenessDays ?? ''),
    archive: seen?.archive ?? false,
    reporters: seen?.reporters?.join(', ') ?? ''
  }
}

export function bodyOfTheatre({ countries, polygon, clock, retentionDays }: TheatreDraft): object {
  return {
    ...(countries.trim() === '' ? {} : { countries: namesIn(countries.toUpperCase()) }),
    ...(polygon.trim() === '' ? {} : { polygon: jsonIn(polygon) }),
    ...numberIn('retentionDays', retentionDays),
    clock
  }
}

export function bodyOfSource(draft: SourceDraft): object {
  const { reliability, cadenceDays, latenessDays, archive, reporters } = draft
  const names = namesIn(reporters)
  return {
    ...{ reliability, archive, reporters: names.length === 0 ? null : names },
    ...numberIn('cadenceDays', cadenceDays),
    ...numberIn('latenessDays', latenessDays)
  }
}

const namesIn = (text: string) =>
  text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')

/** What is no number goes as it was typed: Tocsin says at which field. Empty: not at all. */
function numberIn(name: string, text: string): object {
  if (text.trim() === '') return {}
  return { [name]: Number.isNaN(Number(text)) ? text : Number(text) }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Refused as it was typed.
    return text
  }
}
