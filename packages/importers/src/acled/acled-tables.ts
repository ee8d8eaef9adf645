// Mapping of ACLED's event types. MAPPINGS.md shows these tables; a test keeps both equal. Source:
// ACLED codebook, 2023 and later (six event types, twenty-five sub-event types).

import type { Category } from '@tocsin/domain/report/report'

export interface AcledEvent {
  readonly eventType: string
  readonly category: Category
  /** Sub-events in which ACLED states that civilians were the target. */
  readonly onCivilians: Category
  readonly tactics: readonly string[]
}

/** By sub_event_type. */
export const acledEvents: Readonly<Record<string, AcledEvent>> = {
  'Armed clash': event('Battles', 'clash'),
  'Government regains territory': event('Battles', 'clash', {
    tactics: ['other:territory-regained']
  }),
  'Non-state actor overtakes territory': event('Battles', 'territory-seized'),
  'Chemical weapon': event('Explosions/Remote violence', 'explosion', {
    tactics: ['other:chemical-weapon']
  }),
  'Air/drone strike': event('Explosions/Remote violence', 'air-strike'),
  'Suicide bomb': event('Explosions/Remote violence', 'explosion', { tactics: ['suicide'] }),
  'Shelling/artillery/missile attack': event('Explosions/Remote violence', 'shelling'),
  'Remote explosive/landmine/IED': event('Explosions/Remote violence', 'explosion', {
    tactics: ['ied']
  }),
  Grenade: event('Explosions/Remote violence', 'explosion', { tactics: ['other:grenade'] }),
  'Sexual violence': event('Violence against civilians', 'attack-on-civilians', {
    tactics: ['other:sexual-violence']
  }),
  Attack: event('Violence against civilians', 'attack-on-civilians'),
  'Abduction/forced disappearance': event('Violence against civilians', 'abduction'),
  'Peaceful protest': event('Protests', 'protest'),
  'Protest with intervention': event('Protests', 'protest', { tactics: ['other:intervention'] }),
  'Excessive force against protesters': event('Protests', 'attack-on-civilians', {
    tactics: ['other:protest']
  }),
  'Violent demonstration': event('Riots', 'protest', {
    onCivilians: 'attack-on-civilians',
    tactics: ['other:riot']
  }),
  'Mob violence': event('Riots', 'clash', {
    onCivilians: 'attack-on-civilians',
    tactics: ['other:mob']
  }),
  Agreement: event('Strategic developments', 'other', { tactics: ['other:agreement'] }),
  Arrests: event('Strategic developments', 'other', { tactics: ['other:arrests'] }),
  'Change to group/activity': event('Strategic developments', 'other', {
    tactics: ['other:change-of-group']
  }),
  'Disrupted weapons use': event('Strategic developments', 'other', {
    tactics: ['other:disrupted-weapons-use']
  }),
  'Headquarters or base established': event('Strategic developments', 'other', {
    tactics: ['other:base-established']
  }),
  'Looting/property destruction': event('Strategic developments', 'looting'),
  'Non-violent transfer of territory': event('Strategic developments', 'territory-seized', {
    tactics: ['other:non-violent']
  }),
  Other: event('Strategic developments', 'other')
}

function event(
  eventType: string,
  category: Category,
  {
    onCivilians = category,
    tactics = []
  }: { onCivilians?: Category; tactics?: readonly string[] } = {}
): AcledEvent {
  return { eventType, category, onCivilians, tactics }
}

export interface AcledPrecision {
  readonly words: string
  readonly radiusKm: number
}

/** By geo_precision. Without the column: as for any bare coordinates. */
export const acledPlaces: Readonly<Record<string, AcledPrecision>> = {
  '1': { words: 'the town itself', radiusKm: 5 },
  '2': { words: 'part of a region, or near a town', radiusKm: 30 },
  '3': { words: 'a larger region', radiusKm: 100 }
}

/** By time_precision: width of the interval around event_date. */
export const acledTimes: Readonly<Record<string, string>> = {
  '1': 'the day',
  '2': 'three days before to three days after',
  '3': 'the whole month'
}
