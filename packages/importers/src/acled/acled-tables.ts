// Mapping of ACLED's event types. MAPPINGS.md shows these tables; a test keeps both equal. Sources:
// ACLED codebook, 2023 and later (six event types, twenty-five sub-event types); codebooks of 2015
// to 2018 (versions 5 to 8) for event types without sub-events.

import type { Category } from '@tocsin/contracts/theatre/report'

export interface AcledEvent {
  readonly eventType: string
  readonly category: Category
  /** Sub-events in which ACLED states that civilians were the target. */
  readonly onCivilians: Category
  readonly tactics: readonly string[]
}

/** By sub_event_type. */
export const acledEvents: Readonly<Record<string, AcledEvent>> = {
  'Armed clash': buildEvent('Battles', 'clash'),
  'Government regains territory': buildEvent('Battles', 'clash', {
    tactics: ['other:territory-regained']
  }),
  'Non-state actor overtakes territory': buildEvent('Battles', 'territory-seized'),
  'Chemical weapon': buildEvent('Explosions/Remote violence', 'explosion', {
    tactics: ['other:chemical-weapon']
  }),
  'Air/drone strike': buildEvent('Explosions/Remote violence', 'air-strike'),
  'Suicide bomb': buildEvent('Explosions/Remote violence', 'explosion', { tactics: ['suicide'] }),
  'Shelling/artillery/missile attack': buildEvent('Explosions/Remote violence', 'shelling'),
  'Remote explosive/landmine/IED': buildEvent('Explosions/Remote violence', 'explosion', {
    tactics: ['ied']
  }),
  Grenade: buildEvent('Explosions/Remote violence', 'explosion', { tactics: ['other:grenade'] }),
  'Sexual violence': buildEvent('Violence against civilians', 'attack-on-civilians', {
    tactics: ['other:sexual-violence']
  }),
  Attack: buildEvent('Violence against civilians', 'attack-on-civilians'),
  'Abduction/forced disappearance': buildEvent('Violence against civilians', 'abduction'),
  'Peaceful protest': buildEvent('Protests', 'protest'),
  'Protest with intervention': buildEvent('Protests', 'protest', {
    tactics: ['other:intervention']
  }),
  'Excessive force against protesters': buildEvent('Protests', 'attack-on-civilians', {
    tactics: ['other:protest']
  }),
  'Violent demonstration': buildEvent('Riots', 'protest', {
    onCivilians: 'attack-on-civilians',
    tactics: ['other:riot']
  }),
  'Mob violence': buildEvent('Riots', 'clash', {
    onCivilians: 'attack-on-civilians',
    tactics: ['other:mob']
  }),
  Agreement: buildEvent('Strategic developments', 'other', { tactics: ['other:agreement'] }),
  Arrests: buildEvent('Strategic developments', 'other', { tactics: ['other:arrests'] }),
  'Change to group/activity': buildEvent('Strategic developments', 'other', {
    tactics: ['other:change-of-group']
  }),
  'Disrupted weapons use': buildEvent('Strategic developments', 'other', {
    tactics: ['other:disrupted-weapons-use']
  }),
  'Headquarters or base established': buildEvent('Strategic developments', 'other', {
    tactics: ['other:base-established']
  }),
  'Looting/property destruction': buildEvent('Strategic developments', 'looting'),
  'Non-violent transfer of territory': buildEvent('Strategic developments', 'territory-seized', {
    tactics: ['other:non-violent']
  }),
  Other: buildEvent('Strategic developments', 'other')
}

/** By event_type, of rows without a sub-event: those of 2015 to 2018, and shortened tables. */
export const acledTypes: Readonly<Record<string, AcledEvent>> = {
  'Battle-No change of territory': buildEvent('Battles', 'clash'),
  'Battle-Government regains territory': buildEvent('Battles', 'clash', {
    tactics: ['other:territory-regained']
  }),
  'Battle-Non-state actor overtakes territory': buildEvent('Battles', 'territory-seized'),
  'Headquarters or base established': buildEvent('Strategic developments', 'other', {
    tactics: ['other:base-established']
  }),
  'Non-violent activity by a conflict actor': buildEvent('Strategic developments', 'other'),
  'Strategic development': buildEvent('Strategic developments', 'other'),
  'Non-violent transfer of territory': buildEvent('Strategic developments', 'territory-seized', {
    tactics: ['other:non-violent']
  }),
  'Remote violence': buildEvent('Explosions/Remote violence', 'explosion'),
  'Violence against civilians': buildEvent('Violence against civilians', 'attack-on-civilians'),
  'Riots/Protests': buildEvent('Protests', 'protest'),
  Battles: buildEvent('Battles', 'clash'),
  'Explosions/Remote violence': buildEvent('Explosions/Remote violence', 'explosion'),
  Protests: buildEvent('Protests', 'protest'),
  Riots: buildEvent('Riots', 'protest', { tactics: ['other:riot'] }),
  'Strategic developments': buildEvent('Strategic developments', 'other')
}

function buildEvent(
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

/** Other spellings of sub-events. */
export const acledSpellings: Readonly<Record<string, string>> = {
  'excessive force against protestors': 'Excessive force against protesters'
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
