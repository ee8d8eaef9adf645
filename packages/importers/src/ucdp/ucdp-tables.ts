// Mapping of UCDP's codes. MAPPINGS.md shows these tables; a test keeps both equal. Source: UCDP
// Georeferenced Event Dataset codebook, versions 21.1 to 25.1.

import type { Category } from '@tocsin/contracts/theatre/report'

/** The columns in their order since version 20.1. */
export const ucdpColumns: readonly string[] = `
  id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id
  conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a
  side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office source_date
  source_headline source_original where_prec where_coordinates where_description adm_1 adm_2
  latitude longitude geom_wkt priogrid_gid country country_id region event_clarity date_prec
  date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa
  gwnob
`
  .trim()
  .split(/\s+/)

export interface UcdpType {
  readonly words: string
  readonly category: Category
}

/**
 * By type_of_violence. A summary (event_clarity 2) is a `statistic` of any type: it represents
 * several events that can't be separated.
 */
export const ucdpTypes: Readonly<Record<string, UcdpType>> = {
  '1': { words: 'state-based conflict', category: 'clash' },
  '2': { words: 'non-state conflict', category: 'clash' },
  '3': { words: 'one-sided violence', category: 'attack-on-civilians' }
}

/** The category of a row that UCDP calls a summary. */
export const ucdpSummaryCategory: Category = 'statistic'

export interface UcdpPrecision {
  readonly words: string
  readonly radiusKm: number
  /** Whether where_coordinates names a settlement rather than an area. */
  readonly isPlace: boolean
  /** Whether adm_1 is reliable. */
  readonly hasArea: boolean
}

/** By where_prec. Without the column: as for any bare coordinates, except centroids. */
export const ucdpPrecisions: Readonly<Record<string, UcdpPrecision>> = {
  '1': { words: 'exact location', radiusKm: 5, isPlace: true, hasArea: true },
  '2': { words: 'within some 25 km of a known point', radiusKm: 25, isPlace: true, hasArea: true },
  '3': {
    words: 'second-order area, such as a district',
    radiusKm: 50,
    isPlace: false,
    hasArea: true
  },
  '4': {
    words: 'first-order area, such as a province',
    radiusKm: 150,
    isPlace: false,
    hasArea: true
  },
  '5': {
    words: 'along a line or in an area without borders',
    radiusKm: 150,
    isPlace: false,
    hasArea: true
  },
  '6': { words: 'somewhere in the country', radiusKm: 500, isPlace: false, hasArea: false },
  '7': { words: 'international waters or airspace', radiusKm: 300, isPlace: false, hasArea: false }
}

/**
 * Without where_prec, coordinates with no more decimals than this count as the centroid of an area:
 * in Myanmar's file, which has the column, a fifth of all rows are on one such point, while
 * villages are given to a second of arc.
 */
export const ucdpCentroid = { decimalsMax: 1, radiusKm: 50 } as const

/**
 * Admiralty credibility by number_of_sources. Several texts may depend on each other: they make an
 * event probable, never confirmed. Without a number (-1, or no column): 6, cannot be judged.
 * `unchecked`: of a candidate event without a number of sources that UCDP has not checked.
 */
export const ucdpCredibility = { one: 3, several: 2, unchecked: 4 } as const

/** By code_status: checked. Any other text names what is to be checked. */
export const ucdpChecked = /^(?:clear|clean|ok)$/i

/**
 * Patterns that a UCDP file can never trigger, and what it lacks: it records deaths in fights and
 * attacks on civilians, but not the means. All others must be triggerable if the required columns
 * are present.
 */
export const ucdpUnseen: Readonly<Record<string, string>> = {
  siege: 'no blockade, no encirclement, no denied aid or movement',
  'supply-line-interdiction':
    'no word of roads, convoys or goods; a road as the name of a place is no hit on it',
  'abduction-to-killing': 'no persons, no abductions',
  'new-tactic': 'no tactics',
  'third-party-convergence': 'no advisories',
  'territory-lost': 'no seizures, no imposed rule',
  'reporting-blackout': 'its reporters are not told apart: a pause is peace or silence',
  'compound-crisis': 'no siege, no cut supply, no phase of hunger',
  'retaliation-watch': 'no appeals, no siege or rule'
}
